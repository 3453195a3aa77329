using System.Text;
using System.Xml.Linq;
using Conference.Sip.Messages;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Subscriptions;

/// <summary>What a device may ask about itself: its registration (RFC 3680) and its mailbox (RFC 3842).</summary>
public class OwnStateTests
{
    private static readonly XNamespace Info = "urn:ietf:params:xml:ns:reginfo";

    private readonly Stage _stage = new(state: new TestState());
    private readonly Phone _phone;

    public OwnStateTests() => _phone = new Phone(_stage);

    [Fact]
    public void A_device_sees_its_own_registration_come_and_go_to_another()
    {
        Assert.Equal("200 NOTIFY", Watch());
        Assert.Equal("active sip:2001a@192.0.2.7:5062", Told());

        var other = new Phone(_stage, address: "192.0.2.70");
        other.Register();
        _stage.Pass(TimeSpan.FromSeconds(5.1));
        Assert.Equal("active sip:2001a@192.0.2.70:5062", Told());

        other.Register("Expires: 0\r\n");
        _stage.Pass(TimeSpan.FromSeconds(5.1));
        Assert.Equal("terminated ", Told());
    }

    [Fact]
    public void A_refresh_is_no_news()
    {
        Watch();
        Answer();
        _stage.Pass(TimeSpan.FromSeconds(6));
        _phone.Wire.Sent.Clear();
        var again = new Phone(_stage) { CallId = "registration" };
        again.Register();
        again.Register();
        _stage.Pass(TimeSpan.FromSeconds(6));

        Assert.Single(_phone.Wire.Sent.Where(m => m.Method == "NOTIFY").Select(m => m.Envelope.CSeq).Distinct()); // another Call-ID is another registration; the second is a refresh
    }

    [Theory]
    [InlineData("2001a", 200)]
    [InlineData("2001", 200)]
    [InlineData("2001b", 403)]
    [InlineData("2002", 403)]
    public void Nobody_sees_the_registration_of_another(string user, int status)
    {
        Assert.Equal(status, _phone.Ask("SUBSCRIBE", $"sip:{user}@pbx.test", "Event: reg\r\nExpires: 600\r\n") is { IsRequest: false } refused ? refused.Status : 200);
    }

    [Fact]
    public void A_phone_that_asks_for_its_mailbox_hears_that_nothing_waits()
    {
        _phone.Ask("SUBSCRIBE", "sip:2001a@pbx.test", "Event: message-summary\r\nExpires: 600\r\n");

        var notify = _phone.Wire.Last;
        Assert.Equal(("message-summary", "application/simple-message-summary", "Messages-Waiting: no\r\n"), (notify.Text(HeaderId.Event), notify.ContentType, Encoding.ASCII.GetString(notify.Body.Span)));
    }

    private string Watch()
    {
        _phone.Register();
        _phone.Wire.Sent.Clear();
        _phone.CallId = "watch";
        _phone.Ask("SUBSCRIBE", "sip:2001a@pbx.test", "Event: reg\r\nExpires: 600\r\n");
        return string.Join(' ', _phone.Wire.Sent.Select(m => m.IsRequest ? m.Method : "" + m.Status));
    }

    private string Told()
    {
        var registration = XDocument.Parse(Encoding.UTF8.GetString(_phone.Wire.Sent.FindLast(m => m.Method == "NOTIFY")!.Body.Span)).Root!.Element(Info + "registration")!;
        Answer();
        return $"{registration.Attribute("state")!.Value} {registration.Element(Info + "contact")?.Element(Info + "uri")!.Value}";
    }

    private void Answer()
    {
        var notify = _phone.Wire.Sent.FindLast(m => m.Method == "NOTIFY")!;
        _stage.Receive(new SipReply(200).Write(notify, "t", _phone.Wire.Local), _phone.Wire);
    }
}
