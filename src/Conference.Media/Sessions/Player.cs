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
    private readonly Queue<Playback> _waiting = new();
    private readonly short[] _frame = new short[Bus.Frame];
    private Playback? _current;
    private int _sound;
    private int _at;
    private Fade _gate;

    public bool IsPlaying => _current is not null || _waiting.Count > 0;

    public void Add(Playback playback) => _waiting.Enqueue(playback);

    /// <summary>Adds the next frame of what plays to <paramref name="heard"/>.</summary>
    /// <param name="heard">20 ms of what the leg hears.</param>
    /// <param name="ended">A playback that ended within this frame; <see langword="null"/> for none.</param>
    /// <param name="completed">Whether it was played to its end.</param>
    public void Mix(Span<int> heard, out Playback? ended, out bool completed)
    {
        (ended, completed) = (null, false);
        if (_current is null && !Begin()) return;

        var cancelled = _current!.IsCancelled;
        var isOver = !Fill(_current.Sounds) || cancelled;
        if (_gate.Apply(!cancelled, _frame)) Bus.Add(heard, _frame);
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
    private bool Fill(IReadOnlyList<Sound> sounds)
    {
        var filled = 0;
        while (filled < _frame.Length && _sound < sounds.Count)
        {
            var rest = sounds[_sound].Samples.Span[_at..];
            var taken = Math.Min(rest.Length, _frame.Length - filled);
            rest[..taken].CopyTo(_frame.AsSpan(filled));
            filled += taken;
            _at += taken;
            if (taken < rest.Length) continue;
            _sound++;
            _at = 0;
        }

        _frame.AsSpan(filled).Clear();
        return _sound < sounds.Count;
    }
}
