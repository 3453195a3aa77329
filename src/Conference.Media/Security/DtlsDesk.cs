using System.Collections.Concurrent;

namespace Conference.Media.Security;

/// <summary>The thread on which all handshakes are made: one costs a millisecond, which no mixer has.</summary>
public sealed class DtlsDesk : IDisposable
{
    private static readonly TimeSpan s_round = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentQueue<DtlsLeg> _waiting = new();
    private readonly List<DtlsLeg> _shaking = []; // of the thread
    private readonly AutoResetEvent _bell = new(false);
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private volatile bool _ends;

    /// <param name="identity">Our certificate; the desk does not own it.</param>
    /// <param name="time">For giving up on peers that never finish.</param>
    public DtlsDesk(DtlsIdentity identity, TimeProvider time)
    {
        (Identity, _time) = (identity, time);
        _thread = new Thread(Run) { IsBackground = true, Name = "DTLS" };
        _thread.Start();
    }

    public DtlsIdentity Identity { get; }

    /// <summary>Errors that were nobody's protocol: more than none is a bug.</summary>
    public long Faults { get; private set; }

    /// <summary>Opens the handshake of one leg; nothing is sent before <see cref="DtlsLeg.Begin"/>.</summary>
    public DtlsLeg Open(DtlsRole role, Fingerprint expected, IDtlsOwner owner) => new(this, role, expected, owner, _time);

    public void Dispose()
    {
        _ends = true;
        _bell.Set(); // and is left to the collector: a leg may ring it still
        _thread.Join();
    }

    internal void Ring(DtlsLeg leg)
    {
        _waiting.Enqueue(leg);
        _bell.Set();
    }

    private void Run()
    {
        while (!_ends)
        {
            _bell.WaitOne(s_round);
            while (_waiting.TryDequeue(out var leg))
            {
                if (leg.IsNew) _shaking.Add(leg);
                Guard(leg, static l => l.Work());
            }

            foreach (var leg in _shaking)
                Guard(leg, static l => l.Tick());
            _shaking.RemoveAll(l => l.IsSettled);
        }
    }

    /// <summary>What goes wrong ends one handshake, never the desk.</summary>
    private void Guard(DtlsLeg leg, Action<DtlsLeg> work)
    {
        try
        {
            work(leg);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            Faults++;
            leg.Break();
        }
    }
}
