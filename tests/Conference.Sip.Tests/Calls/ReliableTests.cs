using System.Text;
using Conference.Sip.Calls;
using Conference.Sip.Messages;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Calls;

/// <summary>Reliable provisional answers and offers before the answer (RFC 3262, RFC 3311), on both sides.</summary>
public class ReliableTests
{
    private const string Requires = "Require: 100rel\r\nSupported: 100rel\r\n";
    private const string Supports = "Supported: 100rel\r\n";

    private readonly Stage _stage = new();
    private readonly Phone _phone;
    private readonly Dialler _house;
    private readonly Callee _callee;

    public ReliableTests()
    {
        _phone = new Phone(_stage);
        _house = new Dialler(_stage);
        _callee = new Callee(_stage, _stage.Net.At("198.51.100.9"));
    }

    [Fact]
    public void A_required_180_is_repeated_until_its_PRACK_and_doubles_without_a_cap()
    {
        var call = Dial(Requires);
        _stage.Finish(call.RingAsync());
        var ringing = _phone.Wire.Last;
        Assert.Equal((180, "100rel"), (ringing.Status, ringing.Text(HeaderId.Require)));
        _phone.Wire.Sent.Clear();
        _stage.Pass(TimeSpan.FromSeconds(16));
        Assert.Equal("180 180 180 180 180", _phone.Wire.Hear()); // 0.5 1.5 3.5 7.5 15.5

        Assert.Equal(200, Prack(ringing).Status);
        _phone.Wire.Sent.Clear();
        _stage.Pass(TimeSpan.FromSeconds(30));
        Assert.Equal("", _phone.Wire.Hear());
    }

    [Fact]
    public void Nobody_who_acknowledges_is_500_after_64_T1()
    {
        _stage.Finish(Dial(Requires).RingAsync());
        _stage.Pass(TimeSpan.FromSeconds(32.1));

        Assert.Equal(500, _phone.Wire.Last.Status);
    }

    [Fact]
    public void What_is_merely_supported_is_reliable_only_with_a_body()
    {
        var call = Dial(Supports);
        _stage.Finish(call.RingAsync());
        Assert.False(_phone.Wire.Last.Has(HeaderId.Rseq));
        _stage.Finish(call.ProgressAsync(183, Body("early")));

        Assert.True(_phone.Wire.Last.Has(HeaderId.Rseq));
        Assert.Equal("v=0\r\ns=early\r\n", Encoding.ASCII.GetString(_phone.Wire.Last.Body.Span));
    }

    [Fact]
    public void A_caller_without_it_gets_early_media_all_the_same()
    {
        var call = Dial("");
        _stage.Finish(call.ProgressAsync(183, Body("early")));

        Assert.Equal((183, false), (_phone.Wire.Last.Status, _phone.Wire.Last.Has(HeaderId.Require)));
    }

    [Fact]
    public void One_at_a_time_with_numbers_that_go_up_by_one()
    {
        var call = Dial(Requires);
        _stage.Finish(call.ProgressAsync(183, Body("one")));
        var first = _phone.Wire.Last;
        _stage.Finish(call.ProgressAsync(180, null));
        Assert.Same(first, _phone.Wire.Last);

        _phone.Wire.Sent.Clear();
        Prack(first);

        Assert.Equal("200 180", string.Join(' ', _phone.Wire.Sent.Select(m => m.Status).Order().Reverse()));
        var second = _phone.Wire.Sent.Single(m => m.Status == 180);
        Assert.Equal(Number(first) + 1, Number(second));
    }

    [Fact]
    public void The_answer_waits_for_the_PRACK_of_a_body_and_does_not_repeat_it()
    {
        var call = Dial(Supports);
        _stage.Finish(call.ProgressAsync(183, Body("early")));
        var progress = _phone.Wire.Last;
        _stage.Finish(call.AnswerAsync(Body("early")));
        Assert.Equal(183, _phone.Wire.Last.Status);

        Prack(progress);

        var answer = _phone.Wire.Sent.Last(m => m.Envelope.CSeqMethod == "INVITE");
        Assert.Equal((200, 0), (answer.Status, answer.Body.Length));
    }

    [Fact]
    public void A_PRACK_for_anything_else_is_481()
    {
        var call = Dial(Requires);
        _stage.Finish(call.RingAsync());
        var ringing = _phone.Wire.Last;
        _phone.ToTag = ringing.Envelope.ToTag;

        Assert.Equal(481, _phone.InDialog("PRACK", $"RAck: {Number(ringing) + 1} {ringing.Envelope.CSeq} INVITE\r\n")!.Status);
        Assert.Equal(481, _phone.InDialog("PRACK", $"RAck: {Number(ringing)} 1 INVITE\r\n")!.Status);
        Assert.Equal(481, _phone.InDialog("PRACK", "RAck: nonsense\r\n")!.Status);
        Assert.Equal(481, _phone.InDialog("PRACK")!.Status);
        Assert.Equal(200, Prack(ringing).Status);
    }

    [Fact]
    public void A_late_offer_rings_unreliably_and_its_answer_may_come_in_the_PRACK_case_43()
    {
        var call = Dial(Requires, "");
        _stage.Finish(call.RingAsync());
        Assert.False(_phone.Wire.Last.Has(HeaderId.Rseq));
        _stage.Finish(call.ProgressAsync(183, Body("offer")));
        Prack(_phone.Wire.Last, "v=0\r\ns=theirs\r\n");
        var up = _stage.Finish(call.AnswerAsync(Body("offer")));

        Assert.Contains("s=theirs", Encoding.ASCII.GetString(up.Acknowledged.Now()!.Bytes.Span), StringComparison.Ordinal);
        Assert.Equal(0, _phone.Wire.Last.Body.Length);
    }

    [Fact]
    public void An_offer_before_the_answer_waits_until_ours_is_agreed()
    {
        var call = Dial(Supports);
        call.OnEarlyOffer = offer => Encoding.ASCII.GetString(offer.Bytes.Span).Contains("bad", StringComparison.Ordinal) ? null : Body("agreed");
        _stage.Finish(call.ProgressAsync(183, Body("early")));
        var progress = _phone.Wire.Last;
        _phone.ToTag = progress.Envelope.ToTag;
        Assert.Equal(500, _phone.InDialog("UPDATE", body: "v=0\r\ns=new\r\n")!.Status);
        Assert.True(_phone.Wire.Last.Has(HeaderId.RetryAfter));
        Prack(progress);

        var answer = _phone.InDialog("UPDATE", body: "v=0\r\ns=new\r\n")!;
        Assert.Equal((200, "v=0\r\ns=agreed\r\n"), (answer.Status, Encoding.ASCII.GetString(answer.Body.Span)));
        Assert.Equal(488, _phone.InDialog("UPDATE", body: "v=0\r\ns=bad\r\n")!.Status);
        Assert.Equal(200, _phone.InDialog("UPDATE")!.Status);
    }

    [Fact]
    public void Cancelling_ends_the_repetition()
    {
        _stage.Finish(Dial(Requires).RingAsync());
        _phone.Send(_phone.Write("CANCEL", "sip:6001@pbx.test", branch: _phone.Branch));
        _phone.Send(_phone.Write("ACK", "sip:6001@pbx.test", branch: _phone.Branch));
        _phone.Wire.Sent.Clear();
        _stage.Pass(TimeSpan.FromSeconds(33));

        Assert.Equal("", _phone.Wire.Hear());
        Assert.Equal(0, _stage.Agent.Alive);
    }

    [Fact]
    public void Their_reliable_ringing_gets_a_PRACK_in_its_own_dialog_and_a_repetition_none_case_38()
    {
        _house.Call(Dialler.Uri("sip:bob@198.51.100.9"));
        Assert.Contains("100rel", _callee.Invite.Text(HeaderId.Supported)!, StringComparison.Ordinal);
        _callee.Say(183, "Require: 100rel\r\nRSeq: 10\r\n", "v=0\r\ns=a\r\n", "A");
        var prack = _callee.Last("PRACK");
        Assert.Equal(($"10 {_callee.Invite.Envelope.CSeq} INVITE", "A"), (prack.Text(HeaderId.Rack), prack.Envelope.ToTag));
        _callee.Answer(prack, 200);
        _callee.Say(183, "Require: 100rel\r\nRSeq: 10\r\n", "v=0\r\ns=a\r\n", "A");
        _callee.Say(180, "Require: 100rel\r\nRSeq: 12\r\n", tag: "A"); // before its turn
        Assert.Equal(1, _callee.Count("PRACK"));

        _callee.Say(180, "Require: 100rel\r\nRSeq: 77\r\n", tag: "B");
        Assert.Equal("B", _callee.Last("PRACK").Envelope.ToTag);
        _callee.Say(180, "Require: 100rel\r\nRSeq: 11\r\n", tag: "A");
        Assert.Equal(3, _callee.Count("PRACK"));
        Assert.Equal([183, 180, 180], _house.Progress.Select(p => p.Status));
        Assert.Equal(["early v=0\r\ns=a"], _house.Media[0].Heard); // a repeated 183 is no new offer (case 44)
    }

    [Fact]
    public void Their_offer_before_the_answer_is_asked_of_the_audio()
    {
        _house.Call(Dialler.Uri("sip:bob@198.51.100.9"));
        _callee.Say(183, body: "v=0\r\ns=preview\r\n");
        _callee.Ask("UPDATE", 1, body: "v=0\r\ns=new\r\n");
        Assert.Equal(491, _callee.Wire.Last.Status); // ours is open: a preview is no answer
        _callee.Say(183, "Require: 100rel\r\nRSeq: 1\r\n", "v=0\r\ns=answer\r\n");
        _callee.Ask("UPDATE", 2, body: "v=0\r\ns=new\r\n");

        Assert.Equal(200, _callee.Wire.Last.Status);
        Assert.Equal("offer v=0\r\ns=new", _house.Media[0].Heard[^1]);
    }

    private IIncomingCall Dial(string headers, string body = "v=0\r\n")
    {
        _phone.Dial("6001", headers, body);
        return _stage.Calls[^1].Call;
    }

    private SipMessage Prack(SipMessage answer, string body = "")
    {
        _phone.ToTag = answer.Envelope.ToTag;
        _phone.InDialog("PRACK", $"RAck: {Number(answer)} {answer.Envelope.CSeq} INVITE\r\n", body);
        return _phone.Wire.Sent.Last(m => m.Envelope.CSeqMethod == "PRACK");
    }

    private static uint Number(SipMessage answer) => uint.Parse(answer.Text(HeaderId.Rseq)!, null);

    private static SipBody Body(string name) => new("application/sdp", Encoding.ASCII.GetBytes($"v=0\r\ns={name}\r\n"));
}
