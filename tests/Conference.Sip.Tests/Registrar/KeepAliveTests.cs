using Conference.Sip.Messages;
using Conference.Sip.Registrar;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Registrar;

public class KeepAliveTests
{
    private readonly Stage _stage = new();

    private Binding TheBinding => Assert.Single(_stage.Agent.Registrar.Bindings);

    [Fact]
    public void A_phone_behind_NAT_is_asked_every_25_seconds_or_so_by_the_flow_it_opened()
    {
        var phone = Behind();
        _stage.Pass(TimeSpan.FromSeconds(31));

        var ping = phone.Wire.Sent[0];
        Assert.Equal(("OPTIONS", "sip:2001a@10.0.0.7:5060"), (ping.Method, SipText.Latin(ping.RequestUri)));
        Assert.Equal(5_062, phone.Wire.LastPort);
    }

    [Fact]
    public void An_answer_of_any_kind_tells_the_round_trip()
    {
        var phone = Behind();
        for (var i = 0; i < 310 && phone.Wire.Sent.Count == 0; i++) _stage.Pass(TimeSpan.FromMilliseconds(100));
        _stage.Pass(TimeSpan.FromMilliseconds(70));
        Answer(phone, 481);

        Assert.True(TheBinding.IsReachable);
        Assert.InRange(TheBinding.RoundTrip!.Value.TotalMilliseconds, 70, 170);
    }

    [Fact]
    public void Who_misses_three_is_unreachable_until_he_speaks_again()
    {
        var phone = Behind();
        _stage.Pass(TimeSpan.FromSeconds(20 * 3));
        Assert.True(TheBinding.IsReachable);
        _stage.Pass(TimeSpan.FromSeconds(30 * 4 - 20 * 3));
        Assert.False(TheBinding.IsReachable);

        Answer(phone, 200);
        Assert.True(TheBinding.IsReachable);
        Assert.Equal(["2001a silent", "2001a back"], _stage.House.Reachability);
    }

    [Fact]
    public void A_register_is_a_sign_of_life()
    {
        var phone = Behind();
        _stage.Pass(TimeSpan.FromSeconds(130));
        Assert.False(TheBinding.IsReachable);
        phone.Wire.Sent.Clear();
        phone.Register("Expires: 3600\r\n");

        Assert.True(TheBinding.IsReachable);
        Assert.Equal(["2001a silent"], _stage.House.Reachability); // the refresh itself tells the rest
    }

    [Fact]
    public void Phones_that_can_be_reached_anyway_and_those_behind_a_proxy_are_left_alone()
    {
        var near = new Phone(_stage);
        near.Register("Expires: 3600\r\n");
        var proxied = new Phone(_stage, "2002a", address: "192.0.2.99") { Contact = "<sip:2002a@10.0.0.7>" };
        proxied.Register("Expires: 3600\r\nSupported: path\r\nPath: <sip:edge.test;lr>\r\n");
        near.Wire.Sent.Clear();
        proxied.Wire.Sent.Clear();
        _stage.Pass(TimeSpan.FromMinutes(5));

        Assert.Empty(near.Wire.Sent);
        Assert.Empty(proxied.Wire.Sent);
    }

    [Fact]
    public void A_connection_is_asked_after_three_minutes()
    {
        var phone = new Phone(_stage, overTcp: true) { Contact = "<sip:2001a@10.0.0.7;transport=tcp>" };
        phone.Register("Expires: 3600\r\n");
        phone.Wire.Sent.Clear();
        _stage.Pass(TimeSpan.FromSeconds(140));
        Assert.Empty(phone.Wire.Sent);
        _stage.Pass(TimeSpan.FromSeconds(80));

        Assert.Equal("OPTIONS", Assert.Single(phone.Wire.Sent).Method);
    }

    [Fact]
    public void And_not_before_it_was_silent_for_three_minutes()
    {
        var phone = new Phone(_stage, overTcp: true) { Contact = "<sip:2001a@10.0.0.7;transport=tcp>" };
        phone.Register("Expires: 3600\r\n");
        phone.Wire.Sent.Clear();
        phone.Wire.Silence = TimeSpan.FromSeconds(90); // it sends CRLFCRLF by itself
        _stage.Pass(TimeSpan.FromMinutes(10));
        Assert.Empty(phone.Wire.Sent);

        phone.Wire.Silence = TimeSpan.FromSeconds(180);
        _stage.Pass(TimeSpan.FromSeconds(91));
        Assert.Equal("OPTIONS", Assert.Single(phone.Wire.Sent).Method);
    }

    [Fact]
    public void Who_left_or_moved_is_not_asked_any_more()
    {
        var phone = Behind();
        phone.Register("Expires: 0\r\n");
        phone.Wire.Sent.Clear();
        _stage.Pass(TimeSpan.FromMinutes(2));

        Assert.Empty(phone.Wire.Sent);
    }

    private Phone Behind()
    {
        var phone = new Phone(_stage) { Contact = "<sip:2001a@10.0.0.7:5060>" };
        Assert.Equal(200, phone.Register("Expires: 3600\r\n")!.Status);
        phone.Wire.Sent.Clear();
        return phone;
    }

    private void Answer(Phone phone, int status) => _stage.Receive(new SipReply(status).Write(phone.Wire.Last, "t", phone.Wire.Local), phone.Wire);
}
