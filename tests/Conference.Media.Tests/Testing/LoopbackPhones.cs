using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Conference.Media.Tests.Testing;

/// <summary>Many phones on one thread: each sends a packet of G.711 every 20 ms and counts what comes back.</summary>
internal sealed class LoopbackPhones : IDisposable
{
    private const int Frame = 160;
    private const int Spread = 20; // phones speak spread over the 20 ms, as they do in life

    private readonly Socket[] _sockets;
    private readonly SocketAddress?[] _targets;
    private readonly bool[] _talks;
    private readonly byte[] _datagram = new byte[12 + Frame];
    private readonly byte[] _heard = new byte[2048];
    private readonly Thread _thread;
    private readonly Random _luck;
    private readonly double _lost;
    private volatile bool _ends;
    private volatile bool _counts;
    private long _received;

    /// <param name="count">How many phones.</param>
    /// <param name="talks">Which of them talk.</param>
    /// <param name="lost">Share of their packets that never leave.</param>
    /// <param name="seed">Which ones those are.</param>
    public LoopbackPhones(int count, Func<int, bool> talks, double lost = 0, int seed = 1)
    {
        (_lost, _luck) = (lost, new Random(seed));
        _sockets = [.. Enumerable.Range(0, count).Select(_ => Open())];
        _targets = new SocketAddress?[count];
        _talks = [.. Enumerable.Range(0, count).Select(talks)];
        _thread = new Thread(Run) { IsBackground = true, Name = "phones" };
    }

    public int PortOf(int phone) => ((IPEndPoint)_sockets[phone].LocalEndPoint!).Port;

    /// <summary>Says where a phone sends to from now on.</summary>
    public void Target(int phone, int port) => Volatile.Write(ref _targets[phone], new IPEndPoint(IPAddress.Loopback, port).Serialize());

    /// <summary>It sends nothing any more.</summary>
    public void HangUp(int phone) => Volatile.Write(ref _targets[phone], null);

    public void Start() => _thread.Start();

    public void BeginCounting()
    {
        Volatile.Write(ref _received, 0);
        _counts = true;
    }

    /// <returns>Percent of the packets due in that time that did not come.</returns>
    public double EndCounting(TimeSpan time)
    {
        _counts = false;
        var due = _sockets.Length * time.TotalMilliseconds / 20;
        return Math.Max(0, 100 * (1 - Volatile.Read(ref _received) / due));
    }

    public void Dispose()
    {
        _ends = true;
        if (_thread.IsAlive) _thread.Join();
        foreach (var socket in _sockets)
            socket.Dispose();
    }

    private static Socket Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private void Run()
    {
        var start = Stopwatch.GetTimestamp();
        for (var step = 0; !_ends; step++)
        {
            for (var phone = step % Spread; phone < _sockets.Length; phone += Spread)
            {
                Hear(phone);
                Say(phone, step / Spread);
            }

            var ahead = TimeSpan.FromMilliseconds(step + 1) - Stopwatch.GetElapsedTime(start);
            if (ahead > TimeSpan.Zero) Thread.Sleep(ahead);
        }
    }

    private void Say(int phone, int packet)
    {
        if (Volatile.Read(ref _targets[phone]) is not { } target || _luck.NextDouble() < _lost) return;
        _datagram[0] = 0x80;
        BinaryPrimitives.WriteUInt16BigEndian(_datagram.AsSpan(2), (ushort)packet);
        BinaryPrimitives.WriteUInt32BigEndian(_datagram.AsSpan(4), (uint)(packet * Frame));
        BinaryPrimitives.WriteUInt32BigEndian(_datagram.AsSpan(8), (uint)phone + 1);
        for (var i = 0; i < Frame; i++)
            _datagram[12 + i] = _talks[phone] ? (byte)(0x90 + (i * (phone + 3) & 0x3F)) : (byte)(0xFF - (i & 3));
        _sockets[phone].SendTo(_datagram, SocketFlags.None, target);
    }

    private void Hear(int phone)
    {
        while (_sockets[phone].Poll(0, SelectMode.SelectRead))
        {
            _sockets[phone].Receive(_heard);
            if (_counts) _received++;
        }
    }
}
