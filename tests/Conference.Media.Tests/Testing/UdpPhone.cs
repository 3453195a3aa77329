using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Conference.Media.Codecs;
using Conference.Media.Rtp;
using Conference.Media.Sessions;

namespace Conference.Media.Tests.Testing;

/// <summary>A phone with a real socket on loopback: says its tone every 20 ms and keeps what it hears.</summary>
internal sealed class UdpPhone : IDisposable
{
    private readonly IPAddress _loopback;
    private readonly Socket _socket;
    private readonly List<short> _heard = [];
    private readonly Thread _sending;
    private readonly Thread _hearing;
    private readonly double _hertz;
    private readonly bool _answersElsewhere;
    private volatile bool _ends;

    /// <param name="engine">The bridge it calls.</param>
    /// <param name="hertz">Its voice.</param>
    /// <param name="answersElsewhere">Whether its SDP names a private port behind a NAT, not the one it sends from.</param>
    /// <param name="overV6">Whether it has an IPv6 address.</param>
    public UdpPhone(IMediaEngine engine, double hertz, bool answersElsewhere = false, bool overV6 = false)
    {
        _loopback = overV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
        _socket = new Socket(_loopback.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 100 };
        (_hertz, _answersElsewhere) = (hertz, answersElsewhere);
        _socket.Bind(new IPEndPoint(_loopback, 0));
        Session = engine.OpenSession(_loopback)!;
        Assert.Equal(MediaProblem.None, Session.Answer(Encoding.UTF8.GetBytes(Offer), out var answer));
        Answer = Encoding.UTF8.GetString(answer);
        (_sending, _hearing) = (new Thread(Say), new Thread(Hear));
        _sending.Start();
        _hearing.Start();
    }

    public IMediaSession Session { get; }

    public string Answer { get; }

    /// <summary>The last second heard.</summary>
    public short[] LastSecond
    {
        get
        {
            lock (_heard) return [.. _heard.TakeLast(8000)];
        }
    }

    private string Place => _loopback.AddressFamily == AddressFamily.InterNetworkV6 ? "IN IP6 ::1" : "IN IP4 127.0.0.1";

    private string Offer =>
        $"v=0\r\no=- 1 1 {Place}\r\ns=-\r\nc={Place}\r\nt=0 0\r\n"
        + $"m=audio {(_answersElsewhere ? 40404 : ((IPEndPoint)_socket.LocalEndPoint!).Port)} RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n";

    /// <summary>Waits until a tone is in the last second, or is not.</summary>
    public async Task<bool> Hears(double hertz, bool loud)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(8))
        {
            var second = LastSecond;
            if (second.Length == 8000 && Tone.Amplitude(second, hertz) > 6500 == loud) return true;
            await Task.Delay(50);
        }

        return false;
    }

    public void Dispose()
    {
        _ends = true;
        _sending.Join();
        _hearing.Join();
        _socket.Dispose();
        Session.Dispose();
    }

    private void Say()
    {
        var to = new IPEndPoint(_loopback, Session.Port);
        var datagram = new byte[172];
        var start = Stopwatch.GetTimestamp();
        for (var packet = 0; !_ends; packet++)
        {
            RtpPacket.WriteHeader(datagram, 8, packet == 0, (ushort)packet, (uint)(160 * packet), 4711);
            G711.Encode(Law.A, Tone.Sine(_hertz, 8000, 160, 160 * packet), datagram.AsSpan(12));
            _socket.SendTo(datagram, to);
            var ahead = TimeSpan.FromMilliseconds(20 * (packet + 1)) - Stopwatch.GetElapsedTime(start);
            if (ahead > TimeSpan.Zero) Thread.Sleep(ahead);
        }
    }

    private void Hear()
    {
        var datagram = new byte[2000];
        while (!_ends)
        {
            try
            {
                var length = _socket.Receive(datagram);
                if (RtpPacket.Parse(datagram.AsSpan(0, length), out var packet) != RtpError.None) continue;
                var pcm = new short[packet.Payload.Length];
                G711.Decode(Law.A, packet.Payload, pcm);
                lock (_heard) _heard.AddRange(pcm);
            }
            catch (SocketException)
            {
                // nothing came within the time; the loop looks whether it ends
            }
        }
    }
}
