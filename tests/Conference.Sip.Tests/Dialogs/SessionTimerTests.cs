using System.Text;
using Conference.Sip.Calls;
using Conference.Sip.Messages;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Dialogs;

/// <summary>RFC 4028 as the one who was called.</summary>
public class SessionTimerTests
{
    private static readonly SipBody Body = new("application/sdp", Encoding.ASCII.GetBytes("v=0\r\n"));

    private readonly Stage _stage = new();
    private readonly Phone _phone;

    public SessionTimerTests() => _phone = new Phone(_stage);

    [Theory]
    [InlineData("", null)]
    [InlineData("Session-Expires: 600\r\n", null)]
    [InlineData("Supported: timer\r\nx: 600\r\n", "600;refresher=uac")]
    [InlineData("Supported: timer\r\nSession-Expires: 600;refresher=uas\r\n", "600;refresher=uas")]
    [InlineData("Supported: timer\r\nSession-Expires: 600\r\nAllow: INVITE, UPDATE\r\n", "600;refresher=uas")]
    [InlineData("Supported: timer\r\n", "1800;refresher=uac")]
    [InlineData("Supported: timer\r\nMin-SE: 3000\r\n", "3000;refresher=uac")]
    public void The_answer_says_who_refreshes_and_how_often(string headers, string? expected)
    {
        Connect(headers);

        Assert.Equal(expected, _phone.Wire.Last.Text(HeaderId.SessionExpires));
    }

    [Fact]
    public void A_caller_who_promised_to_refresh_and_does_not_is_hung_up_on_before_the_end()
    {
        var up = Connect("Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n");
        _stage.Pass(TimeSpan.FromSeconds(59));
        Assert.False(up.End.IsCompleted);

        _stage.Pass(TimeSpan.FromSeconds(1.1)); // 90 - 90/3

        Assert.Equal(408, up.End.Now().Status);
        Assert.Equal("BYE", _phone.Wire.Last.Method);
    }

    [Fact]
    public void An_UPDATE_in_time_starts_the_clock_anew()
    {
        var up = Connect("Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n");
        for (var i = 0; i < 4; i++)
        {
            _stage.Pass(TimeSpan.FromSeconds(45));
            var answer = _phone.InDialog("UPDATE", "Supported: timer\r\nSession-Expires: 90;refresher=uac\r\n");
            Assert.Equal((200, "90;refresher=uac"), (answer!.Status, answer.Text(HeaderId.SessionExpires)));
            Assert.Equal(0, answer.Body.Length);
        }

        Assert.False(up.End.IsCompleted);
    }

    [Fact]
    public void When_it_is_our_duty_we_refresh_at_half_by_UPDATE_and_a_dead_call_is_noticed()
    {
        var up = Connect("Supported: timer\r\nAllow: UPDATE\r\nSession-Expires: 90;refresher=uas\r\n");
        _phone.Wire.Sent.Clear();
        _stage.Pass(TimeSpan.FromSeconds(45.1));
        var update = _phone.Wire.Last;
        Assert.Equal(("UPDATE", "90;refresher=uac", 0), (update.Method, update.Text(HeaderId.SessionExpires), update.Body.Length));
        Answer(update, new SipReply(200).With(HeaderId.SessionExpires, "90;refresher=uac"));

        _stage.Pass(TimeSpan.FromSeconds(45.1));
        update = _phone.Wire.Last;
        Assert.Equal("UPDATE", update.Method);
        Answer(update, new SipReply(481));

        Assert.Equal(408, up.End.Now().Status);
    }

    [Fact]
    public void A_phone_without_UPDATE_is_refreshed_by_an_INVITE_with_an_offer_and_its_answer_is_used()
    {
        var up = Connect("Supported: timer\r\nSession-Expires: 90;refresher=uas\r\n");
        SipBody? late = null;
        (up.OnOffer, up.OnLateAnswer) = (_ => Body, body => late = body);
        _stage.Pass(TimeSpan.FromSeconds(45.1));
        Answer(_phone.Wire.Last, new SipReply(405));

        _stage.Pass(TimeSpan.FromSeconds(8));
        var invite = _phone.Wire.Sent.Last(m => m.Method == "INVITE");
        Assert.Equal(5, invite.Body.Length);
        Answer(invite, new SipReply(200).With(HeaderId.SessionExpires, "90;refresher=uac").With(HeaderId.Contact, "<sip:new@192.0.2.99>").WithBody("application/sdp", Body.Bytes));

        Assert.Equal(("ACK", invite.Envelope.CSeq), (_phone.Wire.Last.Method, _phone.Wire.Last.Envelope.CSeq));
        Assert.NotNull(late);
        _stage.Pass(TimeSpan.FromSeconds(44));
        Assert.False(up.End.IsCompleted);
    }

    [Fact]
    public void A_refused_re_INVITE_of_ours_is_acknowledged_on_its_own_branch_and_the_call_goes_on()
    {
        var up = Connect("Supported: timer\r\nSession-Expires: 90;refresher=uas\r\n");
        up.OnOffer = _ => Body;
        _stage.Pass(TimeSpan.FromSeconds(45.1));
        Answer(_phone.Wire.Last, new SipReply(405));
        _stage.Pass(TimeSpan.FromSeconds(8));
        var invite = _phone.Wire.Sent.Last(m => m.Method == "INVITE");

        Answer(invite, new SipReply(491));

        var ack = _phone.Wire.Last;
        Assert.Equal(("ACK", invite.Envelope.Branch), (ack.Method, ack.Envelope.Branch));
        Assert.False(up.End.IsCompleted);
    }

    private ISipCall Connect(string headers)
    {
        _phone.Dial("6001", headers);
        var up = _stage.Finish(_stage.Calls[0].Call.AnswerAsync(Body));
        _phone.ToTag = _phone.Wire.Last.Envelope.ToTag;
        _phone.InDialog("ACK", cseq: _phone.CSeq);
        return up;
    }

    private void Answer(SipMessage request, SipReply reply) =>
        _stage.Receive(reply.Write(request, "", new(System.Net.IPAddress.Loopback, 1)), _phone.Wire);
}
