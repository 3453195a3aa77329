using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Conference.Media.Files;
using Conference.Media.Sessions;
using Conference.Sip;
using Conference.Sip.Calls;
using Conference.Sip.Registrar;
using Conference.Web.Hosting;

namespace Conference.Web.Tests.Hosting;

/// <summary>Signalling and voices together, over the IPv6 loopback.</summary>
public sealed class IPv6CallTests
{
    private const int RtpHeader = 12;

    [Fact]
    public async Task A_caller_over_IPv6_is_answered_and_hears()
    {
        if (!Socket.OSSupportsIPv6) return;
        SipListen listen = new("udp", new IPEndPoint(IPAddress.IPv6Loopback, 0));
        var media = new MediaOptions { FirstPort = 20600, LastPort = 20699, Bind = MediaAddress.ToBind([listen]), AdvertisedTo = new MediaAddress("203.0.113.5", OwnNetworks.OfThisMachine).To };
        using var engine = new MediaEngine(media, TimeProvider.System);
        await using var stack = new SipStack(new SipStackOptions { Listen = [listen] }, new OpenHouse(), new OpenHouse(), TimeProvider.System);
        stack.Start((call, _) => PlayAsync(call, engine), []);
        using var sip = new UdpClient(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        using var voice = new UdpClient(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        sip.Connect(stack.Listening[0].Address);

        await sip.SendAsync(Invite(PortOf(sip), PortOf(voice), stack.Listening[0].Address.Port));
        var ok = await HearAnswerAsync(sip);
        Assert.StartsWith("SIP/2.0 200", ok, StringComparison.Ordinal);
        var port = int.Parse(Regex.Match(ok, "m=audio ([0-9]+) ").Groups[1].Value);
        var packet = await TalkAndHearAsync(voice, new IPEndPoint(IPAddress.IPv6Loopback, port));

        Assert.Contains($"Contact: <sip:[::1]:{stack.Listening[0].Address.Port}>", ok, StringComparison.Ordinal);
        Assert.Contains("c=IN IP6 ::1\r\n", ok, StringComparison.Ordinal);
        Assert.Equal(port, packet.RemoteEndPoint.Port);
        Assert.Equal(8, packet.Buffer[1] & 0x7F);
    }

    /// <summary>Answers and plays a tone.</summary>
    private static async Task PlayAsync(IIncomingCall call, MediaEngine engine)
    {
        using var session = engine.OpenSession(call.Source.Address)!;
        Assert.Equal(MediaProblem.None, session.Answer(call.Body!.Bytes.Span, out var answer));
        var up = await call.AnswerAsync(new SipBody("application/sdp", answer));
        await session.PlayAsync([Tones.Join, Tones.Join, Tones.Join, Tones.Join], up.Ended);
    }

    /// <summary>Speaks every 20 ms until something that is not silence comes back.</summary>
    private static async Task<UdpReceiveResult> TalkAndHearAsync(UdpClient voice, IPEndPoint to)
    {
        var said = new byte[RtpHeader + 160];
        said.AsSpan(RtpHeader).Fill(0xD5);
        (said[0], said[1]) = (0x80, 8);
        for (var i = 0; i < 500; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(said.AsSpan(2), (ushort)i);
            BinaryPrimitives.WriteUInt32BigEndian(said.AsSpan(4), (uint)(160 * i));
            await voice.SendAsync(said, to);
            await Task.Delay(20);
            if (voice.Available > 0 && await voice.ReceiveAsync() is var heard && heard.Buffer.AsSpan(RtpHeader).ContainsAnyExcept((byte)0xD5)) return heard;
        }

        throw new TimeoutException("Nothing but silence came back.");
    }

    private static async Task<string> HearAnswerAsync(UdpClient sip)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (true)
        {
            var text = Encoding.ASCII.GetString((await sip.ReceiveAsync(limit.Token)).Buffer);
            if (!text.StartsWith("SIP/2.0 1", StringComparison.Ordinal)) return text;
        }
    }

    private static int PortOf(UdpClient socket) => ((IPEndPoint)socket.Client.LocalEndPoint!).Port;

    private static byte[] Invite(int here, int voice, int there)
    {
        var body = $"v=0\r\no=- 1 1 IN IP6 ::1\r\ns=-\r\nc=IN IP6 ::1\r\nt=0 0\r\nm=audio {voice} RTP/AVP 8\r\n";
        return Encoding.ASCII.GetBytes(
            $"INVITE sip:600@[::1]:{there} SIP/2.0\r\nVia: SIP/2.0/UDP [::1]:{here};rport;branch=z9hG4bKsix\r\nMax-Forwards: 70\r\n"
            + $"From: <sip:six@elsewhere.example>;tag=1\r\nTo: <sip:600@[::1]>\r\nCall-ID: six\r\nCSeq: 1 INVITE\r\nContact: <sip:six@[::1]:{here}>\r\n"
            + $"Content-Type: application/sdp\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    /// <summary>Anybody may call anything.</summary>
    private sealed class OpenHouse : ISipPolicy, ISipWatcher
    {
        public SipAccount? FindAccount(string username) => null;

        public bool IsOpenToGuests(string dialled) => true;

        public void OnBinding(BindingChange change, Binding binding)
        {
        }

        public void OnSignInRefused(string username, IPEndPoint source)
        {
        }

        public void OnTrouble(string sentence, Exception? error = null) => throw new InvalidOperationException(sentence, error);
    }
}
