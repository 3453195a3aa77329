using Conference.Media.Files;
using Conference.Media.Mixing;

namespace Conference.Media.Sessions;

/// <summary>One running recording: the mixer puts frames in, the recorder thread writes them out, neither waits for the other.</summary>
/// <remarks>
/// Every frame carries its tick, so that whatever is lost on the way (a full ring, a full disk) leaves a silent hole and never
/// moves the rest. Frames of pure silence are not even carried. While it runs, a disk that refuses is tried again for ever; after its
/// end only for a moment, because somebody waits for it.
/// </remarks>
internal sealed class Tape : IRecordingTape
{
    private const int FrameMilliseconds = 20;
    private const int Capacity = 200; // 4 s
    private const int RefreshTicks = 25; // with the recorder's rounds well below a second
    private static readonly TimeSpan BetweenRetries = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenFlushes = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastTries = TimeSpan.FromMilliseconds(600); // a few of the recorder's rounds
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(5); // a disk that neither takes nor refuses

    private readonly WavWriter _file;
    private readonly TimeProvider _time;
    private readonly long[] _positions = new long[Capacity];
    private readonly int _frame; // samples in a tick
    private readonly short[] _samples;
    private readonly TaskCompletionSource<TimeSpan> _whole = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<Tape> _stop;
    private long _written; // frames put in by the mixer
    private long _read; // frames written out
    private long _firstTick = -1;
    private long _frames; // length in ticks
    private long _refreshed; // samples the header knows
    private long _retryAt;
    private long? _refusedAtEnd;
    private long _flushedAt;
    private volatile bool _isEnded;
    private volatile bool _isInTrouble;

    /// <param name="rate">Index of its sample rate (<see cref="MixRates"/>).</param>
    public Tape(IDisk disk, int rate, TimeProvider time, Action<Tape> stop)
    {
        (_file, _time, _stop) = (new WavWriter(disk, MixRates.HertzOf(rate)), time, stop);
        (Rate, _frame) = (rate, MixRates.FrameOf(rate));
        _samples = new short[Capacity * _frame];
        _flushedAt = time.GetTimestamp();
    }

    /// <summary>Index of its sample rate.</summary>
    public int Rate { get; }

    public TimeSpan Length => TimeSpan.FromMilliseconds(FrameMilliseconds * Volatile.Read(ref _frames));

    public bool IsInTrouble => _isInTrouble;

    /// <summary>Whether the file is whole and closed.</summary>
    public bool IsDone => _whole.Task.IsCompleted;

    public async Task<TimeSpan> StopAsync()
    {
        _stop(this);
        try
        {
            return await _whole.Task.WaitAsync(MostPatience, _time);
        }
        catch (TimeoutException)
        {
            return Length; // the recorder is stuck in a write and finishes the file if that ever returns
        }
    }

    /// <summary>Puts one tick in; called by the mixer.</summary>
    public void Write(long tick, ReadOnlySpan<short> mix)
    {
        if (_firstTick < 0) _firstTick = tick;
        var position = tick - _firstTick;
        if (_written - Volatile.Read(ref _read) < Capacity && mix.ContainsAnyExcept((short)0))
        {
            var slot = (int)(_written % Capacity);
            _positions[slot] = position * _frame;
            mix.CopyTo(_samples.AsSpan(slot * _frame));
            Volatile.Write(ref _written, _written + 1);
        }

        Volatile.Write(ref _frames, position + 1);
    }

    /// <summary>Nothing more will be put in; called by the mixer, or when there is none any more.</summary>
    public void End() => _isEnded = true;

    /// <summary>Writes out what has come in; called by the recorder thread.</summary>
    public void Drain()
    {
        if (IsDone || (_isInTrouble && !_isEnded && _time.GetTimestamp() < _retryAt)) return;
        try
        {
            var isLast = _isEnded; // before the frames are read: what was put in before the end is written
            WriteFrames();
            Refresh(isLast);
            _isInTrouble = false;
            if (isLast) Finish();
        }
        catch (IOException)
        {
            _isInTrouble = true;
            _retryAt = _time.GetTimestamp() + BetweenRetries.Ticks * _time.TimestampFrequency / TimeSpan.TicksPerSecond;
            if (_isEnded && IsEnoughTried()) Abandon();
        }
    }

    /// <summary>Gives up on a disk that refuses: the file keeps what reached it, and that is its length.</summary>
    public void Abandon()
    {
        _isInTrouble = true;
        using (_file) TrySalvage();
        _whole.TrySetResult(TimeSpan.FromTicks(_file.Samples * TimeSpan.TicksPerSecond / MixRates.HertzOf(Rate)));
    }

    private bool IsEnoughTried() => _time.GetElapsedTime(_refusedAtEnd ??= _time.GetTimestamp()) >= LastTries;

    /// <summary>Needs no space: a full disk allows it, a broken one leaves the file as the last refresh made it.</summary>
    private void TrySalvage()
    {
        try
        {
            _file.Cut();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // the header is at most half a second behind what was written
        }
    }

    private void WriteFrames()
    {
        while (_read < Volatile.Read(ref _written))
        {
            var run = NextRun();
            var slot = (int)(_read % Capacity);
            _file.Write(_positions[slot], _samples.AsSpan(slot * _frame, run * _frame));
            Volatile.Write(ref _read, _read + run);
        }
    }

    /// <summary>How many frames lie one after the other both in the ring and in time: they are written at once.</summary>
    private int NextRun()
    {
        var slot = (int)(_read % Capacity);
        var longest = (int)Math.Min(Capacity - slot, Volatile.Read(ref _written) - _read);
        var run = 1;
        while (run < longest && _positions[slot + run] == _positions[slot] + run * _frame)
            run++;
        return run;
    }

    private void Refresh(bool isLast)
    {
        var samples = Volatile.Read(ref _frames) * _frame;
        if (!isLast && samples - _refreshed < RefreshTicks * _frame) return;
        _file.Refresh(samples);
        _refreshed = samples;
        if (_time.GetElapsedTime(_flushedAt) < BetweenFlushes) return;
        _flushedAt = _time.GetTimestamp();
        _file.Flush();
    }

    private void Finish()
    {
        _file.Flush();
        _file.Dispose();
        _whole.TrySetResult(Length);
    }
}
