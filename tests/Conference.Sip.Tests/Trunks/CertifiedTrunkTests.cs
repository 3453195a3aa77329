using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Conference.Sip.Calls;
using Conference.Sip.Messages;
using Conference.Sip.Tests.House;
using Conference.Sip.Transport;
using Conference.Sip.Trunks;

namespace Conference.Sip.Tests.Trunks;

/// <summary>A provider that believes certificates and names rather than addresses, and wants to be believed alike (case 51; RFC 5922, RFC 5923).</summary>
public class CertifiedTrunkTests
{
    private const string Provider = "sip.provider.example";
    private static readonly PeerCertificate Theirs = new([Provider, "sip2.provider.example"], "AA", IsTrusted: true);

    private readonly Stage _stage = new(
        o => o with { Listen = [.. o.Listen, SipListen.Parse("tls://192.0.2.1:5060;host=sbc.example.org", out _)!] },
        isOwnTrunks: true);

    public CertifiedTrunkTests()
    {
        _stage.House.Peers = source => source.ProvenAs.Contains("teams") ? new SipPeer("teams", true) : null;
        Use(new TrunkLine("teams", Provider) { Transport = "tls", ProbeEvery = TimeSpan.Zero });
    }

    [Fact]
    public void A_call_from_an_address_on_no_list_is_the_trunks_when_its_certificate_is_case_51()
    {
        var wire = new WireFlow("203.0.113.99", 41_000, isReliable: true, transport: "TLS") { Shown = Theirs };

        Invite(wire);

        Assert.Equal("teams", Assert.Single(_stage.Calls).Call.Peer?.Name);
    }

    [Theory]
    [InlineData("other.example", true)]
    [InlineData("*.provider.example", true)] // wildcards are for no SIP domain (RFC 5922 §7.2)
    [InlineData("sip.provider.example\0.evil.example", true)]
    [InlineData(Provider, false)] // anybody can sign that
    public void Another_certificate_proves_nothing(string name, bool isTrusted)
    {
        var wire = new WireFlow("203.0.113.99", 41_000, isReliable: true, transport: "TLS") { Shown = new PeerCertificate([name], "BB", isTrusted) };

        Invite(wire);

        Assert.Empty(_stage.Calls);
        Assert.Equal(401, wire.Last.Status);
    }

    [Fact]
    public void A_pinned_certificate_is_the_trunks_whoever_signed_it_and_no_other_is()
    {
        Use(new TrunkLine("teams", Provider) { Transport = "tls", ProbeEvery = TimeSpan.Zero, PinnedCertificate = "B:B" });
        Invite(new WireFlow("203.0.113.98", 41_000, isReliable: true, transport: "TLS") { Shown = Theirs });
        Assert.Empty(_stage.Calls);

        Invite(new WireFlow("203.0.113.99", 41_000, isReliable: true, transport: "TLS") { Shown = new PeerCertificate([], "BB", IsTrusted: false) });
        Assert.Single(_stage.Calls);
    }

    [Fact]
    public void Its_listener_calls_itself_by_the_name_that_stands_in_our_certificate_case_51()
    {
        var tls = new WireFlow("203.0.113.99", 41_000, isReliable: true, transport: "TLS");
        var phone = new Phone(_stage) { Wire = tls };
        phone.Send(phone.Write("OPTIONS", "sip:sbc.example.org"));

        var answer = tls.Last;
        Assert.Equal((200, "<sip:sbc.example.org:5060;transport=tls>"), (answer.Status, answer.Text(HeaderId.Contact)));
        Assert.Contains("REFER", answer.Text(HeaderId.Allow), StringComparison.Ordinal);
        var udp = new Phone(_stage);
        udp.Send(udp.Write("OPTIONS", "sip:pbx.test"));
        Assert.Equal("<sip:192.0.2.1:5060>", udp.Wire.Last.Text(HeaderId.Contact));
    }

    [Fact]
    public void Probes_of_the_line_carry_Contact_and_Allow_case_51()
    {
        _stage.Net.Names["edge.example"] = [IPEndPoint.Parse("203.0.113.7:5060")];
        Use(new TrunkLine("plain", "edge.example"));

        var options = _stage.Net.At("203.0.113.7").Sent.Find(m => m.Method == "OPTIONS")!;
        Assert.True(options.Has(HeaderId.Contact));
        Assert.Contains("REFER", options.Text(HeaderId.Allow), StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_of_theirs_is_used_for_ours_only_for_the_name_it_proved()
    {
        var dialled = 0;
        var source = new FlowSource(_ => null, hop => Task.FromResult(((Connection?)null, "Dialled " + ++dialled)), work => work());
        var flow = new WireFlow("203.0.113.9", 41_000, isReliable: true, transport: "TLS") { Shown = Theirs };
        source.Reuse(flow, 5061);

        Assert.Same(flow, Open(new Hop("TLS", IPEndPoint.Parse("203.0.113.9:5061"), Provider)));
        Assert.Null(Open(new Hop("TLS", IPEndPoint.Parse("203.0.113.9:5061"), "other.example")));
        Assert.Null(Open(new Hop("TLS", IPEndPoint.Parse("203.0.113.9:5061"), Provider, Pin: "CC")));
        Assert.Null(Open(new Hop("TLS", IPEndPoint.Parse("203.0.113.9:5062"), Provider)));
        source.OnFlowClosed(flow);
        Assert.Null(Open(new Hop("TLS", IPEndPoint.Parse("203.0.113.9:5061"), Provider)));

        Flow? Open(Hop hop)
        {
            Flow? got = null;
            source.Open(hop, (opened, _) => got = opened);
            return got;
        }
    }

    [Fact]
    public void A_connection_without_certificate_is_nobodys_alias()
    {
        var source = new FlowSource(_ => null, _ => Task.FromResult(((Connection?)null, "Dialled")), work => work());
        source.Reuse(new WireFlow("203.0.113.9", 41_000, isReliable: true, transport: "TLS"), 5061);

        Flow? got = null;
        source.Open(new Hop("TLS", IPEndPoint.Parse("203.0.113.9:5061"), Provider), (opened, _) => got = opened);
        Assert.Null(got);
    }

    [Fact]
    public async Task A_caller_by_TLS_is_known_by_the_certificate_it_shows_and_phones_are_asked_for_none_without_such_a_trunk()
    {
        var (ours, theirs) = (TestCertificate.For("sbc.example.org"), TestCertificate.For(Provider));
        var house = new TestHouse { Peers = source => source.ProvenAs.Contains("teams") ? new SipPeer("teams", true) : null };
        await using var stack = new TestStack(house, change: o => o with
        {
            Listen = [new SipListen("udp", new IPEndPoint(IPAddress.Loopback, 0)), new SipListen("tls", new IPEndPoint(IPAddress.Loopback, 0)) { Host = "sbc.example.org" }],
            Certificate = _ => ours,
        });

        Assert.Contains("SIP/2.0 401", await InviteBy(stack.Tcp, theirs), StringComparison.Ordinal);
        stack.Stack.Trunks.Use([new TrunkLine("teams", Provider) { Transport = "tls", ProbeEvery = TimeSpan.Zero, PinnedCertificate = theirs.Thumbprint() }]);
        await Soon.Until(() => stack.Stack.Trunks.States.Length == 1);

        Assert.Contains("\r\nContact: <sip:sbc.example.org:", await InviteBy(stack.Tcp, theirs), StringComparison.Ordinal);
        Assert.Contains("SIP/2.0 401", await InviteBy(stack.Tcp, TestCertificate.For(Provider)), StringComparison.Ordinal);
        Assert.Contains("SIP/2.0 401", await InviteBy(stack.Tcp, null), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_trunk_is_shown_the_certificate_that_is_meant_for_it()
    {
        var (server, forTeams, usual) = (TestCertificate.For(Provider), TestCertificate.For("sbc.example.org"), TestCertificate.For("pbx.test"));
        using var all = new Connections((_, _) => { }, () => Task.CompletedTask, _ => { }, (_, _) => { });
        var dialer = new Dialer(all, _ => null, new TlsClient(hop => hop.Trunk == "teams" ? forTeams : usual), TimeProvider.System) { Limit = TimeSpan.FromSeconds(30) };
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        Assert.Equal(forTeams.Thumbprint(), await ShownTo("teams"));
        Assert.Equal(usual.Thumbprint(), await ShownTo("other"));

        async Task<string> ShownTo(string trunk)
        {
            var dialling = dialer.DialAsync(new Hop("TLS", (IPEndPoint)listener.LocalEndpoint, Provider, server.Thumbprint()) { Trunk = trunk });
            using var client = await listener.AcceptTcpClientAsync();
            var shown = "";
            await using var stream = new SslStream(client.GetStream());
            await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = server,
                ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = (_, certificate, _, _) => (shown = certificate?.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256) ?? "") is not null,
            });
            Assert.NotNull((await dialling).Flow);
            return shown;
        }
    }

    private void Use(TrunkLine line)
    {
        _stage.Agent.Trunks.Use([line]);
        _stage.Turn();
    }

    private void Invite(WireFlow wire)
    {
        var caller = new Phone(_stage, "+390501234567", wire.Remote.Address.ToString(), wire.Remote.Port) { Wire = wire };
        caller.Send(caller.Write("INVITE", "sip:2001@sbc.example.org", body: "v=0\r\n"));
    }

    /// <summary>What an INVITE hears, by a connection that shows a certificate when asked.</summary>
    private static async Task<string> InviteBy(IPEndPoint server, SslStreamCertificateContext? shown)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var client = new TcpClient();
        await client.ConnectAsync(server, limit.Token);
        await using var stream = new SslStream(client.GetStream());
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "sbc.example.org",
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                ClientCertificateContext = shown,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            },
            limit.Token);
        var id = Guid.NewGuid().ToString("N");
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"INVITE sip:7004@sbc.example.org SIP/2.0\r\nVia: SIP/2.0/TLS 127.0.0.1:5061;branch=z9hG4bK{id};rport;alias\r\nMax-Forwards: 70\r\nFrom: <sip:+39050@{Provider}>;tag={id}\r\n"
                + $"To: <sip:7004@sbc.example.org>\r\nCall-ID: {id}\r\nCSeq: 1 INVITE\r\nContact: <sip:{Provider}:5061;transport=tls>\r\nContent-Type: application/sdp\r\nContent-Length: {FakeOffer.Length}\r\n\r\n{FakeOffer}"),
            limit.Token);
        var (text, buffer) = ("", new byte[8_192]);
        while (!text.Contains("SIP/2.0 401", StringComparison.Ordinal) && !text.Contains("SIP/2.0 200", StringComparison.Ordinal))
        {
            var length = await stream.ReadAsync(buffer, limit.Token);
            if (length == 0) break;
            text += Encoding.ASCII.GetString(buffer, 0, length);
        }

        return text;
    }

    private const string FakeOffer = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n";
}
