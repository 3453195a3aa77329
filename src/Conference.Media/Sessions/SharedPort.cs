using System.Collections.Concurrent;
using Conference.Media.Rtp;
using Conference.Media.Security;

namespace Conference.Media.Sessions;

/// <summary>One UDP port for all legs with ICE (RFC 7983): its thread answers checks and leaves everything else with the leg that it is for.</summary>
/// <remarks>
/// A packet from an address that has passed no check is looked at only when it is a check itself, and answered only when it proves that
/// it knows a password that we gave out. Nothing is allocated for a packet, and no worker waits for this thread or the reverse.
/// </remarks>
internal sealed class SharedPort : IDisposable
{
    private const int LongestDatagram = 2048;
    private const int MostBound = 64; // addresses of one leg; of those that pass for a moment the oldest are forgotten
    private const int MostInARow = 1024; // then the clock and those that left are looked at
    private const long Second = 1_000_000_000;
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    private readonly PacketPort _port;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly ConcurrentDictionary<ulong, IceLeg> _byName = new();
    private readonly ConcurrentQueue<IceLeg> _left = new();
    private readonly PeerTable<IceLeg> _byPeer = new(); // of the thread, like all below
    private readonly byte[] _datagram = new byte[LongestDatagram];
    private readonly byte[] _answer = new byte[IceLite.AnswerBytes];
    private readonly Thread? _thread;
    private long _tended;
    private long _faults;
    private volatile bool _ends;

    /// <param name="port">The port; owned from now on.</param>
    /// <param name="start">Whether to run a thread; a test calls <see cref="Round"/> by itself.</param>
    public SharedPort(PacketPort port, TimeProvider time, bool start)
    {
        (_port, _time, _start) = (port, time, time.GetTimestamp());
        if (!start) return;
        _thread = new Thread(Run) { IsBackground = true, Name = "media shared port" };
        _thread.Start();
    }

    /// <summary>Local port.</summary>
    public int Port => _port.Port;

    /// <summary>Packets that failed in a way that they should not; more than none is a bug.</summary>
    public long Faults => Volatile.Read(ref _faults);

    /// <summary>Legs that can be found by their name.</summary>
    public int Legs => _byName.Count;

    /// <summary>Nanoseconds of its clock.</summary>
    public long Now => _time.GetElapsedTime(_start).Ticks * 100;

    /// <summary>A leg that nobody can reach before it was given names.</summary>
    public IceLeg Open() => new(this) { Port = Port };

    public void Send(ReadOnlySpan<byte> datagram, Peer to) => _port.Send(datagram, to);

    /// <summary>Whose checks carry a name.</summary>
    public void Know(ulong name, IceLeg leg) => _byName[name] = leg;

    public void Forget(ulong name) => _byName.TryRemove(name, out _);

    /// <summary>The leg is over: its addresses are nobody's.</summary>
    public void Forget(IceLeg leg) => _left.Enqueue(leg);

    /// <summary>Takes what has come.</summary>
    public void Round()
    {
        var now = Now;
        for (var i = 0; i < MostInARow; i++)
        {
            var length = _port.Receive(_datagram, out var from, out var stamp);
            if (length < 0) break;
            Guard(length, from, stamp, now);
        }

        while (_left.TryDequeue(out var leg))
            Unbind(leg);
        if (now - _tended >= Second) Tend(now);
    }

    public void Dispose()
    {
        _ends = true;
        _thread?.Join();
        _port.Dispose();
    }

    private void Run()
    {
        while (!_ends)
        {
            _port.Wait(s_patience);
            Round();
        }
    }

    /// <summary>What one packet does wrong ends with it.</summary>
    private void Guard(int length, Peer from, long stamp, long now)
    {
        try
        {
            if (length > 0) Take(_datagram.AsSpan(0, length), from, stamp, now);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            Volatile.Write(ref _faults, _faults + 1);
        }
    }

    private void Take(ReadOnlySpan<byte> datagram, Peer from, long stamp, long now)
    {
        if (datagram[0] < 4) Check(datagram, from, now);
        else if (_byPeer.Find(from) is { } leg && leg.Knows(from)) leg.Take(datagram, from, stamp);
    }

    private void Check(ReadOnlySpan<byte> datagram, Peer from, long now)
    {
        if (StunMessage.Parse(datagram, out var message) != StunError.None || IceLeg.KeyOf(message.LocalFragment) is not { } name) return;
        if (!_byName.TryGetValue(name, out var leg) || leg.IsClosed) return;
        var length = leg.Check(name, datagram, from, now, _answer);
        if (length == 0) return;
        if (leg.Knows(from)) Bind(from, leg);
        _port.Send(_answer.AsSpan(0, length), from);
    }

    private void Bind(Peer from, IceLeg leg)
    {
        var before = _byPeer.Find(from);
        if (ReferenceEquals(before, leg)) return;
        if (leg.Bound.Count == MostBound) Unbind(leg); // whoever still counts checks again within seconds
        _byPeer.Set(from, leg);
        leg.Bound.Add(from);
    }

    private void Unbind(IceLeg leg)
    {
        foreach (var peer in leg.Bound)
            if (ReferenceEquals(_byPeer.Find(peer), leg)) _byPeer.Remove(peer);
        leg.Bound.Clear();
    }

    private void Tend(long now)
    {
        _tended = now;
        foreach (var (_, leg) in _byName)
            leg.Tend(now);
    }
}
