using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Conference.Media.Codecs;
using Conference.Media.Rtp;
using Conference.Media.Sdp;
using Conference.Media.Security;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Security.Peers;

/// <summary>The smallest leg that is protected: answers one offer, says a tone every 20 ms, keeps what it hears. What an engine does, without the engine.</summary>
internal sealed class SmallEnd : IDtlsOwner, IDisposable
{
    private const double Voice = 1000;

    private readonly Socket _socket;
    private readonly DtlsDesk _desk;
    private readonly Thread _thread;
    private readonly List<short> _heard = [];
    private readonly byte[] _packet = new byte[172 + SrtpSuite.MostGrowth];
    private readonly Lock _gate = new(); // answers come from another thread than packets
    private OfferAnswer _signalled;
    private IceLite? _ice;
    private DtlsLeg? _dtls;
    private SrtpSender? _sender;
    private SrtpReceiver? _receiver;
    private Peer _remote;
    private volatile bool _ends;
    private int _sent;

    /// <param name="address">Local address to bind and to tell.</param>
    /// <param name="identity">Our certificate.</param>
    public SmallEnd(IPAddress address, DtlsIdentity identity, SdpTerms terms)
    {
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 2 };
        _socket.Bind(new IPEndPoint(address, 0));
        Port = ((IPEndPoint)_socket.LocalEndPoint!).Port;
        _desk = new DtlsDesk(identity, TimeProvider.System);
        _signalled = new OfferAnswer(1, address, Port) { Terms = terms with { Certificate = identity.Fingerprint, Ice = new IceHost(Port, [address]) } };
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    public int Port { get; }

    /// <summary>Whether its thread still runs.</summary>
    public bool IsAlive => _thread.IsAlive;

    public DtlsProblem Problem { get; private set; }

    /// <summary>Voice packets that somebody without the key wrote, or that came twice.</summary>
    public int Refused { get; private set; }

    /// <summary>RTCP that was believed. What was not is not counted: baresip begins and ends a call with packets in the clear.</summary>
    public int Reports { get; private set; }

    public Agreement Agreed => _signalled.Agreed!;

    public string? Suite { get; private set; }

    public short[] Heard
    {
        get
        {
            lock (_heard) return [.. _heard];
        }
    }

    /// <summary>How loud a tone is in the last second; 0 before there is one.</summary>
    public double Hears(double hertz) => Heard is { Length: >= 8000 } heard ? Tone.Amplitude(heard.AsSpan(heard.Length - 8000), hertz) : 0;

    /// <summary>A port that nobody has at the moment, for a program that does not choose its own.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public string Answer(byte[] offer)
    {
        lock (_gate)
        {
            Assert.Equal(SdpRefusal.None, _signalled.Answer(offer, out _signalled));
            Use();
            return _signalled.Sent;
        }
    }

    public void Send(ReadOnlySpan<byte> datagram)
    {
        lock (_gate)
        {
            if (!_remote.IsNone) _socket.SendTo(datagram, _remote.ToEndPoint());
        }
    }

    public void Done(SrtpKey? ours, SrtpKey? theirs, DtlsProblem problem)
    {
        lock (_gate)
        {
            Problem = problem;
            if (ours is not null) Protect(ours, theirs!);
        }
    }

    public void Dispose()
    {
        _ends = true;
        _thread.Join();
        _dtls?.Dispose();
        _desk.Dispose();
        _socket.Dispose();
    }

    private void Use()
    {
        if (Agreed.Remote is { } remote) _remote = Peer.From(remote.Address, remote.Port);
        if (Agreed.Ice is { } pair) _ice = new IceLite(pair, Stopwatch.GetTimestamp());
        if (Agreed.Keys is MediaKeys.Sdes sdes) Protect(sdes.Ours.Key, sdes.Theirs.Key);
        if (Agreed.Keys is MediaKeys.Dtls dtls) _dtls = _desk.Open(dtls.Role, dtls.Theirs, this);
        if (_ice is null) _dtls?.Begin();
    }

    private void Protect(SrtpKey ours, SrtpKey theirs)
    {
        (_sender, _receiver) = (new SrtpSender(ours), new SrtpReceiver(theirs));
        Suite = ours.Suite.SdesName;
    }

    private void Run()
    {
        var datagram = new byte[2000];
        var start = Stopwatch.GetTimestamp();
        while (!_ends)
        {
            try
            {
                EndPoint from = new IPEndPoint(IPAddress.Any, 0);
                var length = _socket.ReceiveFrom(datagram, ref from);
                lock (_gate) Take(datagram.AsSpan(0, length), (IPEndPoint)from);
            }
            catch (SocketException)
            {
                // nothing came, or a port was closed over there
            }

            lock (_gate)
            {
                for (var due = (int)(Stopwatch.GetElapsedTime(start).TotalMilliseconds / 20); _sent < due; _sent++)
                    Say();
            }
        }
    }

    private void Take(Span<byte> datagram, IPEndPoint endPoint)
    {
        if (datagram.Length < 2) return; // strangers send empty ones too
        var from = Peer.From(endPoint.Address, endPoint.Port);
        switch (datagram[0])
        {
            case < 4 when _ice is not null: Check(datagram, from); break;
            case >= 20 and < 64 when _ice is null || _ice.Knows(from): _dtls?.Post(datagram, from); break;
            case >= 128 and < 192 when _receiver is not null: Hear(datagram); break;
            default: break;
        }
    }

    private void Check(ReadOnlySpan<byte> datagram, Peer from)
    {
        Span<byte> answer = stackalloc byte[IceLite.AnswerBytes];
        var isFirst = _ice!.Selected.IsNone;
        var length = _ice.Take(datagram, from, Stopwatch.GetTimestamp(), answer);
        if (length > 0) _socket.SendTo(answer[..length], from.ToEndPoint());
        _remote = _ice.Selected;
        if (isFirst && !_remote.IsNone) _dtls?.Begin();
    }

    private void Hear(Span<byte> datagram)
    {
        var length = datagram.Length;
        if (datagram[1] is >= 192 and <= 223)
        {
            if (_receiver!.UnprotectControl(datagram, ref length) == SrtpError.None) Reports++;
            return;
        }

        if (_receiver!.Unprotect(datagram, ref length) != SrtpError.None)
        {
            Refused++;
            return;
        }

        if (RtpPacket.Parse(datagram[..length], out var packet) != RtpError.None || packet.PayloadType != Agreed.ReceivePayload) return;
        var pcm = new short[packet.Payload.Length];
        G711.Decode(Law, packet.Payload, pcm);
        lock (_heard) _heard.AddRange(pcm);
    }

    private Law Law => Agreed.Codec == "PCMU" ? Law.Mu : Law.A;

    private void Say()
    {
        if (_sender is null || _remote.IsNone) return;
        RtpPacket.WriteHeader(_packet, Agreed.SendPayload, false, (ushort)(65_400 + _sent), (uint)(160 * _sent), 4711); // over a rollover soon
        G711.Encode(Law, Tone.Sine(Voice, 8000, 160, 160 * _sent), _packet.AsSpan(12));
        var length = 172;
        if (_sender.Protect(_packet, ref length) == SrtpError.None) _socket.SendTo(_packet.AsSpan(0, length), _remote.ToEndPoint());
    }
}
