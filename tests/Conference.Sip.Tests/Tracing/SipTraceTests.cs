using System.Text;
using Conference.Sip.Messages;
using Conference.Sip.Tests.House;
using Conference.Sip.Tracing;

namespace Conference.Sip.Tests.Tracing;

public class SipTraceTests
{
    private readonly FakeTime _time = new();
    private readonly WireFlow _wire = new("198.51.100.7", 5060);
    private readonly SipTrace _trace;

    public SipTraceTests() => _trace = new SipTrace(_time);

    private static string Request(string method, string id, string headers = "", string body = "") =>
        $"{method} sip:7001@pbx.test SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bK{id}\r\nFrom: <sip:anna@pbx.test>;tag=1\r\nTo: <sip:7001@pbx.test>\r\n"
        + $"Call-ID: {id}\r\nCSeq: 1 {method}\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}";

    private void Hear(string text) => _trace.Received(SipMessage.Read(Encoding.UTF8.GetBytes(text), isStream: false)!, _wire);

    private void Say(string request, int status) =>
        _trace.Sent(new SipReply(status).Write(SipMessage.Read(Encoding.UTF8.GetBytes(request), isStream: false)!, "t", _wire.Remote), _wire);

    private string Shown(string text)
    {
        Hear(text);
        return _trace.Read([_trace.Calls[0].CallId])[^1].Text;
    }

    [Fact]
    public void A_call_is_told_from_its_first_word_to_its_last_answer()
    {
        var invite = Request("INVITE", "c1");
        Hear(invite);
        _time.Advance(TimeSpan.FromSeconds(1));
        Say(invite, 180);
        _time.Advance(TimeSpan.FromSeconds(1));
        Say(invite, 486);

        var call = Assert.Single(_trace.Calls);
        Assert.Equal(("c1", "INVITE", "anna", "7001", 486), (call.CallId, call.Method, call.From, call.To, call.Last));
        var messages = _trace.Read(["c1"]);
        Assert.Equal([false, true, true], messages.Select(m => m.IsSent));
        Assert.Equal(invite, messages[0].Text);
        Assert.StartsWith("SIP/2.0 486 ", messages[2].Text, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(2), messages[2].At - messages[0].At);
        Assert.Empty(_trace.Read(["another"]));
    }

    [Fact]
    public void A_flood_of_strangers_does_not_push_out_a_call_that_was_answered()
    {
        var invite = Request("INVITE", "ours");
        Hear(invite);
        Say(invite, 200);
        for (var i = 0; i < 5_000; i++)
        {
            Hear(Request("REGISTER", "junk" + i));
            if (i % 100 == 0) _ = _trace.Calls; // as if somebody watched
        }

        Assert.Equal(2, _trace.Read(["ours"]).Length);
        Assert.InRange(_trace.Calls.Length, 2, 301);
    }

    [Theory]
    [InlineData("OPTIONS")]
    [InlineData("REGISTER")]
    [InlineData("SUBSCRIBE")]
    public void Nor_does_a_busy_house_whose_every_request_is_answered(string method)
    {
        var invite = Request("INVITE", "ours");
        Hear(invite);
        Say(invite, 200);
        for (var i = 0; i < 5_000; i++)
        {
            var daily = Request(method, "daily" + i);
            Hear(daily);
            Say(daily, 200);
            if (i % 100 == 0) _ = _trace.Calls;
        }

        Assert.Equal(2, _trace.Read(["ours"]).Length);
        Assert.InRange(_trace.Calls.Length, 2, 301);
    }

    [Fact]
    public void A_call_that_talks_for_ever_keeps_its_beginning_and_its_end()
    {
        for (var i = 0; i < 500; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Hear(Request("UPDATE", "long", $"X-Number: {i}\r\n"));
        }

        var messages = _trace.Read(["long"]);
        Assert.Equal(200, messages.Length);
        Assert.Contains("X-Number: 0\r\n", messages[0].Text, StringComparison.Ordinal);
        Assert.Contains("X-Number: 499\r\n", messages[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Octets_are_bounded()
    {
        for (var i = 0; i < 200; i++)
        {
            var invite = Request("INVITE", "big" + i, body: new string('x', 60_000));
            Hear(invite);
            Say(invite, 183);
            for (var n = 0; n < 5; n++) Hear(invite);
            _ = _trace.Calls;
        }

        var kept = _trace.Calls.Sum(c => _trace.Read([c.CallId]).Sum(m => m.Text.Length));
        Assert.InRange(kept, 1 << 20, 17 << 20);
    }

    [Theory]
    [InlineData("Authorization: Digest username=\"anna\", nonce=\"n1\", response=\"deadbeef\", cnonce=\"c\"\r\n", "nonce=\"n1\", response=(removed), cnonce=\"c\"")]
    [InlineData("proxy-authorization :  Digest response = deadbeef, uri=\"sip:x\"\r\n", "response=(removed), uri=\"sip:x\"")]
    [InlineData("Authorization: Digest username=\"anna\",\r\n\tresponse=\r\n \"deadbeef\"\r\n", "response=(removed)")]
    [InlineData("Authorization: Basic deadbeef\r\n", "Authorization: (removed)")]
    [InlineData("Authentication-Info: rspauth=\"deadbeef\", nc=1\r\n", "rspauth=(removed), nc=1")]
    [InlineData("Contact: <sip:anna:deadbeef@192.0.2.1>\r\n", "<sip:anna:(removed)@192.0.2.1>")]
    public void What_proves_an_identity_is_not_shown(string header, string left)
    {
        var text = Shown(Request("REGISTER", "secret", header));

        Assert.Contains(left, text, StringComparison.Ordinal);
        Assert.DoesNotContain("deadbeef", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INVITE", "application/sdp", "v=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:deadbeef\r\na=sendrecv\r\n", "inline:(removed)\r\na=sendrecv")]
    [InlineData("INVITE", "application/sdp", "v=0\r\na=ice-ufrag:u\r\na=ice-pwd:deadbeef\r\n", "a=ice-ufrag:u\r\na=ice-pwd:(removed)")]
    [InlineData("INVITE", "multipart/mixed", "--x\r\n\r\na=crypto:1 X inline:deadbeef\r\n--x--", "inline:(removed)")]
    [InlineData("INFO", "application/dtmf-relay", "Signal=deadbeef\r\nDuration=160\r\n", "\r\n\r\n(removed)")]
    [InlineData("INFO", "text/plain", "deadbeef", "\r\n\r\n(removed)")]
    [InlineData("MESSAGE", "text/plain", "meet me, deadbeef", "\r\n\r\n(removed)")]
    [InlineData("NOTIFY", "application/kpml-response+xml", "<kpml-response digits=\"deadbeef\"/>", "\r\n\r\n(removed)")]
    public void What_opens_a_voice_or_was_typed_or_written_is_not_shown(string method, string type, string body, string left)
    {
        var text = Shown(Request(method, "secret", $"Content-Type: {type}\r\n", body));

        Assert.Contains(left, text, StringComparison.Ordinal);
        Assert.DoesNotContain("deadbeef", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INVITE", "application/sdp", "v=0\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:deadbeef\na=sendrecv\n")]
    [InlineData("INFO", "application/dtmf-relay", "Signal=deadbeef\nDuration=160\n")]
    [InlineData("MESSAGE", "text/plain", "meet me, deadbeef")]
    public void Nor_is_it_where_lines_end_with_LF_or_where_no_body_can_be_told_from_the_head(string method, string type, string body)
    {
        var request = Request(method, "secret", $"Content-Type: {type}\r\n", body);
        foreach (var text in new[] { request.Replace("\r\n", "\n", StringComparison.Ordinal), request.Replace("\r\n\r\n", "\r\n", StringComparison.Ordinal) })
            Assert.DoesNotContain("deadbeef", Redaction.Of(Encoding.UTF8.GetBytes(text)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_passes_a_stack_is_there_to_read()
    {
        await using var stack = new TestStack();
        await using var browser = await BrowserSocket.Connect(stack.Stack);
        await browser.Send(Request("OPTIONS", "seen"));
        await browser.Hear();

        Assert.Equal([("WSS", false), ("WSS", true)], stack.Stack.Trace.Read(["seen"]).Select(m => (m.Transport, m.IsSent)));
    }
}
