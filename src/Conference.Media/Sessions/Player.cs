using Conference.Media.Files;
using Conference.Media.Mixing;

namespace Conference.Media.Sessions;

/// <summary>Sounds asked for by one call of <see cref="IMediaSession.PlayAsync"/>.</summary>
internal sealed class Playback(IReadOnlyList<Sound> sounds)
{
    private volatile bool _isCancelled;

    public IReadOnlyList<Sound> Sounds { get; } = sounds;

    public TaskCompletionSource<bool> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsCancelled => _isCancelled;

    /// <summary>Stops it within a tick; whoever waits need not.</summary>
    public void Cancel()
    {
        _isCancelled = true;
        Done.TrySetResult(false);
    }
}

/// <summary>Plays sounds to one leg, one after the other, in the mixer's time.</summary>
internal sealed class Player
{
    private const int TicksPerSecond = 50;

    private readonly Queue<Playback> _waiting = new();
    private readonly short[] _frame = new short[MixRates.LongestFrame];
    private Playback? _current;
    private int _sound;
    private int _at;
    private Fade _gate;

    public bool IsPlaying => _current is not null || _waiting.Count > 0;

    public void Add(Playback playback) => _waiting.Enqueue(playback);

    /// <summary>Adds the next frame of what plays to <paramref name="heard"/>.</summary>
    /// <param name="heard">20 ms of what the leg hears; sounds that were made ready for another rate are left out.</param>
    /// <param name="ended">A playback that ended within this frame; <see langword="null"/> for none.</param>
    /// <param name="completed">Whether it was played to its end.</param>
    public void Mix(Span<int> heard, out Playback? ended, out bool completed)
    {
        (ended, completed) = (null, false);
        if (_current is null && !Begin()) return;

        var frame = _frame.AsSpan(0, heard.Length);
        var cancelled = _current!.IsCancelled;
        var isOver = !Fill(_current.Sounds, frame) || cancelled;
        if (_gate.Apply(!cancelled, frame)) Bus.Add(heard, frame);
        if (!isOver) return;
        (ended, completed) = (_current, !cancelled);
        _current = null;
    }

    /// <summary>Gives up the next playback, because the leg closes.</summary>
    public bool TryAbandon(out Playback? playback)
    {
        playback = _current;
        _current = null;
        return playback is not null || _waiting.TryDequeue(out playback);
    }

    private bool Begin()
    {
        if (!_waiting.TryDequeue(out _current)) return false;
        (_sound, _at) = (0, 0);
        _gate = default;
        _gate.Apply(true, _frame); // a sound begins as it was made
        return true;
    }

    /// <summary>Takes the next 20 ms across the borders of sounds; <see langword="false"/> when nothing is left after them.</summary>
    private bool Fill(IReadOnlyList<Sound> sounds, Span<short> frame)
    {
        var filled = 0;
        while (filled < frame.Length && _sound < sounds.Count)
        {
            var isOurs = sounds[_sound].Rate == frame.Length * TicksPerSecond;
            var rest = isOurs ? sounds[_sound].Samples.Span[_at..] : default;
            var taken = Math.Min(rest.Length, frame.Length - filled);
            rest[..taken].CopyTo(frame[filled..]);
            filled += taken;
            _at += taken;
            if (taken < rest.Length) continue;
            _sound++;
            _at = 0;
        }

        frame[filled..].Clear();
        return _sound < sounds.Count;
    }
}
