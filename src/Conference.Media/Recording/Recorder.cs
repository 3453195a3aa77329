namespace Conference.Media.Recording;

/// <summary>The thread that writes all recordings of an engine: a slow disk is its problem and nobody else's.</summary>
internal sealed class Recorder : IDisposable
{
    private static readonly TimeSpan BetweenRounds = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LastRound = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly List<Tape> _tapes = [];
    private readonly ManualResetEventSlim _end = new();
    private readonly DiskWatch _watch;
    private readonly Thread? _thread;

    /// <param name="watch">Looked at every round.</param>
    /// <param name="start">Whether to run a thread; tests call <see cref="Round"/> themselves.</param>
    public Recorder(DiskWatch watch, bool start)
    {
        _watch = watch;
        if (!start) return;
        _thread = new Thread(Run) { IsBackground = true, Name = "recorder", Priority = ThreadPriority.BelowNormal };
        _thread.Start();
    }

    public void Add(Tape tape)
    {
        lock (_gate) _tapes.Add(tape);
    }

    /// <summary>Writes out what has come in since the last round.</summary>
    public void Round()
    {
        Tape[] tapes;
        lock (_gate)
        {
            _tapes.RemoveAll(t => t.IsDone);
            tapes = [.. _tapes];
        }

        var level = _watch.Look().Level;
        foreach (var tape in tapes)
            Drain(tape, level);
    }

    /// <summary>Ends all recordings: what is in the rings reaches the disk, if it can.</summary>
    public void Dispose()
    {
        _end.Set();
        if (_thread?.Join(LastRound) == false) return; // stuck in a write: the thread ends with the process, whose end must not wait
        lock (_gate)
        {
            foreach (var tape in _tapes)
                tape.End();
        }

        Round();
        foreach (var tape in _tapes.Where(t => !t.IsDone))
            tape.Abandon();
        _end.Dispose();
    }

    private static void Drain(Tape tape, DiskLevel level)
    {
        try
        {
            tape.Drain(level);
        }
        catch (Exception)
        {
            tape.Abandon(); // this file is lost, the others go on
        }
    }

    private void Run()
    {
        while (!_end.Wait(BetweenRounds))
            Round();
    }
}
