using Conference.Media.Files;
using Conference.Media.Mixing;

namespace Conference.Media.Recording;

/// <summary>One running recording: the mix and a track for every talker. The mixer puts in, the recorder thread writes out, neither waits for the other.</summary>
/// <remarks>
/// Everything carries its tick, so that whatever is lost on the way (a full ring, a full disk) leaves a silent hole and never moves the
/// rest. Frames of pure silence are not even carried. While it runs, a disk that refuses is tried again for ever; after its end only for
/// a moment, because somebody waits for it. The tracks never hold up the mix: what a disk refuses of them is a hole at once.
/// </remarks>
internal sealed class Tape : IRecordingTape
{
    private const int FrameMilliseconds = 20;
    private const int Capacity = 200; // ticks of the mix: 4 s
    private const int VoicesAtOnce = 3; // that the other ring has as long a time for; of more the less
    private const int VoiceEntries = 4096;
    private const int RefreshTicks = 25; // with the recorder's rounds well below a second
    private const int QuickTries = 10;
    private const int MostTracks = 500; // open files
    private const int MostTalking = 64;
    private static readonly TimeSpan BetweenQuickTries = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenFlushes = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastTries = TimeSpan.FromMilliseconds(600); // a few of the recorder's rounds
    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(5); // a disk that neither takes nor refuses

    private readonly TapeOptions _options;
    private readonly Action<Tape> _stop;
    private readonly TaskCompletionSource<TimeSpan> _whole = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _frame; // samples in a tick

    // the mixer's
    private readonly TapeRing _mixes;
    private readonly TapeRing _voices;
    private readonly List<Guid> _talking = new(MostTalking);
    private long _firstTick = -1;
    private long _pausedAt = -1;

    // the recorder's
    private readonly Track _mix;
    private readonly Dictionary<Guid, TalkerTrack> _tracks = [];
    private readonly short[] _voice = new short[MixRates.LongestFrame];
    private SessionLog? _log;
    private bool _dropsTracks;
    private long _retryAt;
    private int _tries;
    private long _tracksRetryAt = long.MinValue;
    private long? _refusedAtEnd;
    private long _flushedAt;

    // told across
    private long _frames; // length in ticks
    private volatile bool _isEnded;
    private volatile bool _isPaused;
    private volatile bool _isInTrouble;

    /// <summary>Begins a recording; the file of the mix is made at once.</summary>
    /// <param name="rate">Index of its sample rate (<see cref="MixRates"/>).</param>
    /// <param name="stop">Called when it is to end: sees to it that the mixer lets go of it and calls <see cref="End"/>.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    public Tape(TapeOptions options, int rate, Action<Tape> stop)
    {
        (_options, _stop) = (options, stop);
        (Rate, _frame) = (rate, MixRates.FrameOf(rate));
        _mix = new Track(options.Open(RecordingFiles.Mix), rate);
        _mixes = new TapeRing(Capacity + 1, Capacity * _frame);
        _voices = new TapeRing(VoiceEntries, Capacity * VoicesAtOnce * _frame);
        _flushedAt = options.Time.GetTimestamp();
    }

    /// <summary>Index of its sample rate.</summary>
    public int Rate { get; }

    public TimeSpan Length => TimeSpan.FromMilliseconds(FrameMilliseconds * Volatile.Read(ref _frames));

    public bool IsInTrouble => _isInTrouble;

    /// <summary>Whether the file is whole and closed.</summary>
    public bool IsDone => _whole.Task.IsCompleted;

    public void Pause() => _isPaused = true;

    public void Resume() => _isPaused = false;

    public async Task<TimeSpan> StopAsync()
    {
        _stop(this);
        try
        {
            return await _whole.Task.WaitAsync(MostPatience, _options.Time);
        }
        catch (TimeoutException)
        {
            return Length; // the recorder is stuck in a write and finishes the file if that ever returns
        }
    }

    /// <summary>Puts in what somebody brings to the mix of a tick; called by the mixer.</summary>
    /// <param name="rate">Index of the voice's sample rate.</param>
    /// <param name="isSpeech">Whether his gate is open; what is said before it opens is kept for a moment.</param>
    public void Write(long tick, Guid who, int rate, ReadOnlySpan<short> voice, bool isSpeech)
    {
        if (!Keep(tick) || !_options.HasTracks) return;
        _voices.Add(new TapeEntry(TapeEntryKind.Audio, tick - _firstTick, who, rate, isSpeech), voice);
    }

    /// <summary>Puts in the mix of a tick; called by the mixer, after the voices.</summary>
    public void Write(long tick, ReadOnlySpan<short> mix)
    {
        if (!Keep(tick))
        {
            if (!_options.CutsPauses) Volatile.Write(ref _frames, tick - _firstTick + 1);
            return;
        }

        if (mix.ContainsAnyExcept((short)0)) _mixes.Add(new TapeEntry(TapeEntryKind.Audio, tick - _firstTick, Rate: Rate), mix);
        Volatile.Write(ref _frames, tick - _firstTick + 1);
    }

    /// <summary>Puts in what happened; called by the mixer.</summary>
    /// <param name="ago">So many ticks ago, as far as one knows it only now.</param>
    public void Mark(long tick, TapeEntryKind what, Guid who, int ago = 0)
    {
        var isKept = Keep(tick);
        if (what == TapeEntryKind.Talks && !_talking.Contains(who) && _talking.Count < MostTalking) _talking.Add(who);
        if (what == TapeEntryKind.Hushed) _talking.Remove(who);
        if (!isKept && what is TapeEntryKind.Talks or TapeEntryKind.Hushed) return; // who speaks off the record is nobody's business
        _voices.Add(new TapeEntry(what, Math.Max(0, (isKept ? tick - ago : _pausedAt) - _firstTick), who), []);
    }

    /// <summary>Nothing more will be put in; called by the mixer, or when there is none any more.</summary>
    public void End() => _isEnded = true;

    /// <summary>Writes out what has come in; called by the recorder thread.</summary>
    /// <param name="level">How much space there is.</param>
    public void Drain(DiskLevel level)
    {
        if (IsDone || (_isInTrouble && !_isEnded && _options.Time.GetTimestamp() < _retryAt)) return;
        try
        {
            var isLast = _isEnded; // before the frames are read: what was put in before the end is written
            DrainVoices(level);
            DrainMix();
            Refresh(isLast);
            (_isInTrouble, _tries) = (false, 0);
            if (isLast) Finish();
        }
        catch (IOException)
        {
            _isInTrouble = true;
            _retryAt = After(_tries++ < QuickTries ? BetweenQuickTries : BetweenTries);
            if (_isEnded && IsEnoughTried()) Abandon();
        }
    }

    /// <summary>Gives up on a disk that refuses: the file keeps what reached it, and that is its length.</summary>
    public void Abandon()
    {
        _isInTrouble = true;
        using (_mix) Try(_mix.Cut);
        foreach (var track in _tracks.Values)
            using (track) Try(() => track.Track?.Cut());
        using (_log) Try(() => _log?.Write());
        _whole.TrySetResult(TimeSpan.FromTicks(_mix.Samples * TimeSpan.TicksPerSecond / MixRates.HertzOf(Rate)));
    }

    private bool IsEnoughTried() => _options.Time.GetElapsedTime(_refusedAtEnd ??= _options.Time.GetTimestamp()) >= LastTries;

    private long After(TimeSpan pause) => _options.Time.GetTimestamp() + pause.Ticks * _options.Time.TimestampFrequency / TimeSpan.TicksPerSecond;

    /// <summary>Needs no space: a full disk allows it, a broken one leaves the file as the last refresh made it.</summary>
    private static void Try(Action salvage)
    {
        try
        {
            salvage();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // the header is at most half a second behind what was written
        }
    }

    // ---- the mixer's side

    /// <summary>Where in a pause the recording stands; a pause begins and ends with the first thing of a tick.</summary>
    /// <returns>Whether the tick is kept.</returns>
    private bool Keep(long tick)
    {
        if (_firstTick < 0) _firstTick = tick;
        if (_isPaused != _pausedAt >= 0) Turn(tick);
        return _pausedAt < 0;
    }

    private void Turn(long tick)
    {
        if (_pausedAt < 0)
        {
            foreach (var who in _talking)
                _voices.Add(new TapeEntry(TapeEntryKind.Hushed, tick - _firstTick, who), []);
            _voices.Add(new TapeEntry(TapeEntryKind.Paused, tick - _firstTick), []);
            _pausedAt = tick;
            return;
        }

        if (_options.CutsPauses) _firstTick += tick - _pausedAt;
        _pausedAt = -1;
        _voices.Add(new TapeEntry(TapeEntryKind.Resumed, tick - _firstTick), []);
        foreach (var who in _talking)
            _voices.Add(new TapeEntry(TapeEntryKind.Talks, tick - _firstTick, who), []);
    }

    // ---- the recorder's side

    private void DrainMix()
    {
        while (_mixes.TryPeek(out var entry))
        {
            if (entry.Kind == TapeEntryKind.Gap) Note(SessionWords.Gap, entry, RecordingFiles.Mix);
            else _mixes.Copy(_mix.Open(entry.Tick * _frame, _frame));
            _mixes.Take();
        }
    }

    private void DrainVoices(DiskLevel level)
    {
        var drops = level >= DiskLevel.Scarce;
        if (drops && !_dropsTracks) DropTracks();
        _dropsTracks = drops;
        while (_voices.TryPeek(out var entry))
        {
            if (entry.Kind == TapeEntryKind.Audio) TakeVoice(entry);
            else Note(WordFor(entry.Kind), entry, entry.Kind == TapeEntryKind.Gap ? RecordingFiles.Tracks : "");
            _voices.Take();
        }
    }

    private void TakeVoice(in TapeEntry entry)
    {
        if (_dropsTracks || _options.Time.GetTimestamp() < _tracksRetryAt) return;
        var voice = _voice.AsSpan(0, MixRates.FrameOf(entry.Rate));
        _voices.Copy(voice);
        try
        {
            TrackOf(entry.Who)?.Take(entry, voice);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            DropTracks();
            _tracksRetryAt = After(BetweenQuickTries);
        }
    }

    private TalkerTrack? TrackOf(Guid who)
    {
        if (_tracks.TryGetValue(who, out var track) || _tracks.Count == MostTracks) return track;
        return _tracks[who] = new TalkerTrack(() => _options.Open(RecordingFiles.TrackOf(who)), Rate);
    }

    private void DropTracks()
    {
        foreach (var track in _tracks.Values)
            track.Drop();
        Log.Add(SessionWords.Gap, Volatile.Read(ref _frames), _options.Time.GetUtcNow(), of: RecordingFiles.Tracks);
    }

    /// <summary>The story; begun with the first round, so that a recording that never was leaves none.</summary>
    private SessionLog Log
    {
        get
        {
            if (_log is not null) return _log;
            _log = new SessionLog(_options.Open(RecordingFiles.Session));
            _log.Start(_options.Time.GetUtcNow() - Length, MixRates.HertzOf(Rate), FrameMilliseconds);
            return _log;
        }
    }

    private void Note(string what, in TapeEntry entry, string of = "") => Log.Add(what, entry.Tick, _options.Time.GetUtcNow(), entry.Who, entry.Ticks, of);

    private static string WordFor(TapeEntryKind kind) => kind switch
    {
        TapeEntryKind.Came => SessionWords.Came,
        TapeEntryKind.Left => SessionWords.Left,
        TapeEntryKind.Muted => SessionWords.Muted,
        TapeEntryKind.Unmuted => SessionWords.Unmuted,
        TapeEntryKind.Talks => SessionWords.Talks,
        TapeEntryKind.Hushed => SessionWords.Hushed,
        TapeEntryKind.Paused => SessionWords.Paused,
        TapeEntryKind.Resumed => SessionWords.Resumed,
        _ => SessionWords.Gap,
    };

    private void Refresh(bool isLast)
    {
        var frames = Volatile.Read(ref _frames);
        var step = isLast ? 0 : RefreshTicks * _frame;
        _mix.Refresh(frames * _frame, step);
        RefreshTracks(frames, step, isLast);
        if (isLast) Log.Add(SessionWords.End, frames, _options.Time.GetUtcNow());
        _log?.Write();
        if (_options.Time.GetElapsedTime(_flushedAt) < BetweenFlushes) return;
        _flushedAt = _options.Time.GetTimestamp();
        _mix.Flush();
    }

    /// <summary>At the end all files have the same length; until then those are looked after in which something changed.</summary>
    private void RefreshTracks(long frames, int step, bool isLast)
    {
        try
        {
            foreach (var track in _tracks.Values)
            {
                track.SwingOut(frames);
                if (track.Track is { } file && (isLast || file.IsStale)) file.Refresh(frames * _frame, step);
            }
        }
        catch (IOException) when (!isLast)
        {
            DropTracks();
            _tracksRetryAt = After(BetweenQuickTries);
        }
    }

    private void Finish()
    {
        _mix.Flush();
        _mix.Dispose();
        foreach (var track in _tracks.Values)
            track.Dispose();
        _log?.Dispose();
        _whole.TrySetResult(Length);
    }
}

/// <summary>What all recordings of an engine share.</summary>
/// <param name="Open">Makes a file of that name in the recording's folder.</param>
/// <param name="HasTracks">Whether each talker gets a track.</param>
/// <param name="CutsPauses">Whether pauses are left out rather than kept as silence.</param>
internal sealed record TapeOptions(Func<string, IDisk> Open, TimeProvider Time, bool HasTracks = true, bool CutsPauses = false);
