namespace Conference.Media.Sessions;

/// <summary>The thread that carries what the mixer noticed to those who wait for it, so that the mixer never runs their code.</summary>
internal sealed class Dispatcher : IDisposable
{
    private const int Pause = 5; // ms; looked at often enough for a key press, without a lock the mixer would have to take

    private readonly EventRing[] _events; // one of each worker
    private readonly Thread? _thread;
    private volatile bool _ends;

    public Dispatcher(EventRing[] events, bool start)
    {
        _events = events;
        if (!start) return;
        _thread = new Thread(Run) { IsBackground = true, Name = "media events" };
        _thread.Start();
    }

    /// <summary>Carries out what has happened since the last round.</summary>
    public void Round()
    {
        foreach (var ring in _events)
            while (ring.TryTake(out var happened))
                Tell(happened);
    }

    public void Dispose()
    {
        _ends = true;
        _thread?.Join();
        Round();
    }

    private static void Tell(MixerEvent happened)
    {
        try
        {
            happened.Listener.On(happened);
        }
        catch (Exception)
        {
            // one listener fails; the others are still told
        }
    }

    private void Run()
    {
        while (!_ends)
        {
            Round();
            Thread.Sleep(Pause);
        }
    }
}
