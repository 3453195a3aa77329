using System.Text;
using Conference.Sip.Calls;
using Conference.Sip.Dialogs;
using Conference.Sip.Messages;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Calls;

/// <summary>Transfers and pickups (RFC 3515, RFC 4488, RFC 3891, RFC 4579).</summary>
public class ReferTests
{
    private static readonly SipBody Answer = new("application/sdp", "v=0\r\n"u8.ToArray());

    private readonly Stage _stage = new();
    private readonly Phone _phone;
    private readonly List<IReferral> _referrals = [];
    private readonly TaskCompletionSource _decided = new();

    public ReferTests() => _phone = new Phone(_stage);

    [Fact]
    public void A_transfer_is_accepted_told_and_ended()
    {
        Connect();
        Assert.Null(Refer("Refer-To: <sip:6003@pbx.test>\r\nReferred-By: <sip:2001a@pbx.test>\r\n"));
        var referral = Assert.Single(_referrals);
        Assert.Equal(("6003", "sip:6003@pbx.test", "INVITE", "6001", "2001a"), (referral.ReferTo, referral.ReferToUri, referral.Method, referral.Dialled, referral.Account!.Username));
        Assert.Equal("<sip:2001a@pbx.test>", referral.ReferredBy);

        _phone.Wire.Sent.Clear();
        _stage.Finish(referral.AcceptAsync());
        Assert.Equal("202 NOTIFY", string.Join(' ', _phone.Wire.Sent.Select(m => m.IsRequest ? m.Method : m.Status.ToString(null, null))));
        var first = _phone.Wire.Last;
        Assert.Equal(($"refer;id={_phone.CSeq}", "active;expires=60", "SIP/2.0 100 Trying\r\n"), (first.Text(HeaderId.Event), first.Text(HeaderId.SubscriptionState), Body(first)));
        _stage.Finish(referral.TellAsync(180, "Ringing"));
        _stage.Finish(referral.TellAsync(200, "OK"));
        Assert.Same(first, _phone.Wire.Last); // one at a time
        Say(first, 200);

        Assert.Equal(("terminated;reason=noresource", "SIP/2.0 200 OK\r\n"), (_phone.Wire.Last.Text(HeaderId.SubscriptionState), Body(_phone.Wire.Last)));
        Say(_phone.Wire.Last, 200);
        _phone.Wire.Sent.Clear();
        _stage.Finish(referral.TellAsync(500, "Late"));
        _stage.Pass(TimeSpan.FromSeconds(70));
        Assert.Equal("", _phone.Wire.Hear());
    }

    [Fact]
    public void Nobody_who_decides_about_transfers_refuses_with_403_and_so_does_one_who_says_nothing()
    {
        var up = Connect(decides: false);
        Assert.Equal(403, Refer("Refer-To: <sip:6003@pbx.test>\r\n")!.Status);
        up.OnRefer = _ => Task.CompletedTask;
        Assert.Equal(403, Refer("Refer-To: <sip:6003@pbx.test>\r\n")!.Status);
        up.OnRefer = referral => referral.RefuseAsync(603).AsTask();
        Assert.Equal(603, Refer("Refer-To: <sip:6003@pbx.test>\r\n")!.Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Refer-To: <sip:a@b>\r\nRefer-To: <sip:c@d>\r\n")]
    [InlineData("Refer-To: <http://example.org>\r\n")]
    [InlineData("Refer-To: nonsense\r\n")]
    [InlineData("Refer-To: <sip:2003@pbx.test?Replaces=abc>\r\n")]
    public void A_target_that_is_none_is_400(string headers)
    {
        Connect();

        Assert.Equal(400, Refer(headers)!.Status);
        Assert.Empty(_referrals);
    }

    [Fact]
    public void An_attended_transfer_names_the_dialog_as_we_see_it()
    {
        Connect();
        Refer("Refer-To: <sip:2003@pbx.test?Replaces=call2%40host%3Bto-tag%3Dours%3Bfrom-tag%3Dtheirs>\r\n");

        Assert.Equal(new DialogId("call2@host", "ours", "theirs"), Assert.Single(_referrals).Replaces);
        Assert.Equal("sip:2003@pbx.test", _referrals[0].ReferToUri);
    }

    [Fact]
    public void Refer_Sub_false_is_202_without_a_subscription()
    {
        Connect();
        Refer("Require: norefersub\r\nRefer-Sub: false\r\nRefer-To: <sip:6003@pbx.test>\r\n");
        _phone.Wire.Sent.Clear();
        _stage.Finish(_referrals[0].AcceptAsync());
        _stage.Finish(_referrals[0].TellAsync(200, "OK"));

        var answer = Assert.Single(_phone.Wire.Sent);
        Assert.Equal((202, "false"), (answer.Status, answer.Text(HeaderId.ReferSub)));
    }

    [Fact]
    public void Saying_BYE_right_after_the_202_leaves_the_transfer_to_go_on_case_49()
    {
        Connect();
        Refer("Refer-To: <sip:6003@pbx.test>\r\n");
        _stage.Finish(_referrals[0].AcceptAsync());
        Assert.False(_referrals[0].Gone.IsCancellationRequested);

        _phone.InDialog("BYE");
        Assert.True(_referrals[0].Gone.IsCancellationRequested);
        _phone.Wire.Sent.Clear();
        _stage.Finish(_referrals[0].TellAsync(200, "OK"));
        Assert.Equal("", _phone.Wire.Hear());
    }

    [Fact]
    public void Hold_and_transfer_in_one_breath_both_happen_case_15()
    {
        var up = Connect();
        up.OnOffer = _ => Answer;
        _phone.InDialog("INVITE", body: "a=sendonly\r\n"); // its ACK is still on the way
        Refer("Refer-To: <sip:6003@pbx.test>\r\n");

        Assert.Single(_referrals);
    }

    [Fact]
    public void A_subscription_without_an_end_times_out_and_one_nobody_knows_is_dropped()
    {
        Connect();
        Refer("Refer-To: <sip:6003@pbx.test>\r\n");
        _stage.Finish(_referrals[0].AcceptAsync());
        Say(_phone.Wire.Last, 200);
        _phone.Wire.Sent.Clear();
        _stage.Pass(TimeSpan.FromSeconds(60.1));
        Assert.StartsWith("terminated", _phone.Wire.Last.Text(HeaderId.SubscriptionState), StringComparison.Ordinal);
        Say(_phone.Wire.Last, 200);

        Refer("Refer-To: <sip:6003@pbx.test>\r\n");
        _stage.Finish(_referrals[1].AcceptAsync());
        Say(_phone.Wire.Last, 481);
        _phone.Wire.Sent.Clear();
        _stage.Finish(_referrals[1].TellAsync(200, "OK"));
        Assert.Equal("", _phone.Wire.Hear());
    }

    [Fact]
    public void A_house_that_cannot_decide_is_not_waited_for()
    {
        Connect();
        Refer("Refer-To: <sip:6003@pbx.test>\r\n");
        _stage.Pass(TimeSpan.FromSeconds(30.1));

        Assert.Equal(480, _phone.Wire.Last.Status);
    }

    [Fact]
    public void A_REFER_to_a_room_outside_any_call_opens_a_dialog_of_its_own()
    {
        _stage.OnReferral = async referral =>
        {
            _referrals.Add(referral);
            await _decided.Task;
        };
        _phone.Ask("REFER", "sip:6001@pbx.test", "Refer-To: <sip:2002@pbx.test;method=BYE>\r\n");
        var referral = Assert.Single(_referrals);
        Assert.Equal(("6001", "BYE", "2002"), (referral.Dialled, referral.Method, referral.ReferTo));
        _stage.Finish(referral.TellAsync(200, "OK")); // accepts by itself

        var accepted = _phone.Wire.Sent.Find(m => m.Status == 202)!;
        Assert.NotEqual("", accepted.Envelope.ToTag);
        Assert.Equal(accepted.Envelope.ToTag, _phone.Wire.Last.Envelope.FromTag);
        Say(_phone.Wire.Last, 200);
        Assert.Contains("200 OK", Body(_phone.Wire.Last), StringComparison.Ordinal);
        Say(_phone.Wire.Last, 200);
        _decided.SetResult();
        _stage.Pass(TimeSpan.FromSeconds(70));
        Assert.Equal(0, _stage.Agent.Alive);
    }

    [Fact]
    public void A_conference_says_so_in_its_contact()
    {
        _phone.Dial("6001");
        _stage.Finish(_stage.Calls[^1].Call.AnswerAsync(Answer, isFocus: true));

        Assert.Equal("<sip:6001@192.0.2.1:5060>;isfocus", _phone.Wire.Last.Text(HeaderId.Contact));
    }

    [Fact]
    public void A_pickup_names_what_rings_by_our_doing_and_nothing_else()
    {
        var house = new Dialler(_stage);
        var ringing = new Callee(_stage, _stage.Net.At("198.51.100.9"));
        house.Call(Dialler.Uri("sip:bob@198.51.100.9"));
        ringing.Say(180);
        var early = house.Progress[0].Early;
        Assert.Null(Pickup(early, ";early-only"));
        Assert.Equal((early, true), (_stage.Calls[^1].Call.Replaces!.Value, _stage.Calls[^1].Call.ReplacesEarlyOnly));

        ringing.Say(200, body: "v=0\r\n");
        Assert.Equal(486, Pickup(house.Up().Id, ";early-only"));
        Assert.Null(Pickup(house.Up().Id));
        ringing.Ask("BYE", 1);
        Assert.Equal(603, Pickup(house.Up().Id));
        Assert.Equal(481, Pickup(new DialogId("unknown", "a", "b")));

        var other = new Phone(_stage, "2002a", port: 5090);
        other.Dial("6001");
        Assert.Equal(481, Pickup(_stage.Calls[^1].Call.Id)); // it rings here: there is nothing to pick up from the caller
    }

    [Theory]
    [InlineData("Replaces: abc;to-tag=1\r\n", 400)]
    [InlineData("Replaces: abc;from-tag=1;to-tag=2\r\nReplaces: abd;from-tag=1;to-tag=2\r\n", 400)]
    [InlineData("Replaces: abc;from-tag=1;to-tag=2\r\nJoin: abc;from-tag=1;to-tag=2\r\n", 400)]
    public void A_Replaces_that_cannot_be_meant_is_400(string headers, int status) => Assert.Equal(status, _phone.Dial("6001", headers)!.Status);

    [Fact]
    public void A_guest_takes_over_nothing()
    {
        _stage.House.OpenNumbers.Add("6001");
        var guest = new Phone(_stage, "guest") { Domain = "elsewhere.example" };
        guest.Send(guest.Write("INVITE", "sip:6001@pbx.test", "Replaces: abc;from-tag=1;to-tag=2\r\n", "v=0\r\n"));

        Assert.Equal(403, guest.Wire.Last.Status);
    }

    private int? Pickup(DialogId id, string more = "")
    {
        var phone = new Phone(_stage, "2001b", port: 5070) { CallId = Guid.NewGuid().ToString("N") };
        var calls = _stage.Calls.Count;
        phone.Dial("2002", $"Require: replaces\r\nReplaces: {id.CallId};to-tag={id.LocalTag};from-tag={id.RemoteTag}{more}\r\n");
        return _stage.Calls.Count > calls ? null : phone.Wire.Last.Status;
    }

    private ISipCall Connect(bool decides = true)
    {
        _phone.Dial("6001");
        var up = _stage.Finish(_stage.Calls[^1].Call.AnswerAsync(Answer));
        _phone.ToTag = _phone.Wire.Last.Envelope.ToTag;
        _phone.InDialog("ACK", cseq: _phone.CSeq);
        if (decides) up.OnRefer = Decide;
        _phone.Wire.Sent.Clear();
        return up;
    }

    private Task Decide(IReferral referral)
    {
        _referrals.Add(referral);
        return _decided.Task;
    }

    private SipMessage? Refer(string headers)
    {
        var before = _phone.Wire.Sent.Count;
        _phone.InDialog("REFER", headers);
        return _phone.Wire.Sent.Count > before ? _phone.Wire.Last : null;
    }

    private void Say(SipMessage request, int status) =>
        _stage.Receive(new SipReply(status).Write(request, "", new(System.Net.IPAddress.Loopback, 1)), _phone.Wire);

    private static string Body(SipMessage message) => Encoding.ASCII.GetString(message.Body.Span);
}
