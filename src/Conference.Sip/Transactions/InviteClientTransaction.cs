using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Transport;
using static Conference.Sip.Transactions.InviteClient;

namespace Conference.Sip.Transactions;

/// <summary>Carries out <see cref="InviteClient"/>; acknowledges refusals itself, 2xx are the dialog's to acknowledge.</summary>
internal sealed class InviteClientTransaction : ClientTransaction
{
    private const int MostAcks = 20; // a peer that repeats its refusal for ever is not answered for ever

    private readonly SipTimer _a;
    private readonly SipTimer _end; // B, then D or M
    private State _state;
    private TimeSpan _pause;
    private SipMessage? _response;
    private int _acks;
    private bool _isCancelled;
    private string? _reason;

    public InviteClientTransaction(TransactionLayer layer, SipMessage request, Flow flow, Action<SipMessage?> tell)
        : base(layer, request, flow, tell)
    {
        _a = new SipTimer(() => Feed(Input.TimerA));
        _end = new SipTimer(() => Feed(EndInput()));
    }

    public override void Start()
    {
        _pause = Layer.Times.T1;
        Set(_end, Patience);
        if (!Flow.IsReliable) Set(_a, _pause);
        if (!Resend()) Feed(Input.TransportError);
    }

    /// <summary>Takes the INVITE back (§9.1); what comes of it is told as ever: 487, or an answer that was faster.</summary>
    /// <param name="reason">A Reason header (RFC 3326), or <see langword="null"/>.</param>
    public void Cancel(string? reason)
    {
        if (_isCancelled) return;
        (_isCancelled, _reason) = (true, reason);
        Feed(Input.Cancel);
    }

    public override void OnResponse(SipMessage response)
    {
        _response = response;
        Feed(response.Status switch { < 200 => Input.Reply1xx, < 300 => Input.Reply2xx, _ => Input.ReplyFinal });
    }

    public override void OnFlowClosed() => Feed(Input.TransportError);

    private Input EndInput() => _state switch
    {
        State.Accepted => Input.TimerM,
        State.Completed => Input.TimerD,
        _ => Input.TimerB,
    };

    private void Feed(Input input)
    {
        var wasOver = _state == State.Terminated;
        (_state, var effects) = On(_state, input);
        if (effects.HasFlag(Effect.StopAB)) Stop();
        if (effects.HasFlag(Effect.StartA)) Set(_a, _pause *= 2);
        if (effects.HasFlag(Effect.StartM)) Set(_end, Layer.Times.GiveUp);
        if (effects.HasFlag(Effect.StartB)) Set(_end, Layer.Times.GiveUp);
        if (effects.HasFlag(Effect.StartD)) Set(_end, Flow.IsReliable ? TimeSpan.Zero : Layer.Times.GiveUp);
        if (_state == State.Terminated && !wasOver) End();
        if (effects.HasFlag(Effect.SendAck) && _acks++ < MostAcks) Flow.Send(Ack(_response!));
        if (effects.HasFlag(Effect.SendCancel)) Layer.Send(WriteCancel(), Flow, _ => { }); // its own answer says nothing (§9.1)
        if (effects.HasFlag(Effect.Tell)) Tell(_response);
        HasTimedOut = effects.HasFlag(Effect.TellTimeout);
        if ((effects & (Effect.TellTimeout | Effect.TellError)) != 0) Tell(null);
        if (effects.HasFlag(Effect.Resend) && !Resend()) Feed(Input.TransportError);
    }

    /// <summary>The ACK of a refusal: the INVITE's own Via, the answer's To (§17.1.1.3).</summary>
    private byte[] Ack(SipMessage response)
    {
        var writer = new SipWriter();
        writer.Request(SipMethod.Ack, Request.RequestUri);
        writer.Copy(Request, HeaderId.Via);
        writer.Copy(Request, HeaderId.MaxForwards);
        writer.Copy(Request, HeaderId.Route);
        writer.Copy(Request, HeaderId.From);
        writer.Copy(response, HeaderId.To);
        writer.Copy(Request, HeaderId.CallId);
        writer.Header(HeaderId.CSeq, $"{Request.Envelope.CSeq} ACK");
        return writer.Finish();
    }

    /// <summary>The INVITE's own Via, Route, From, To, Call-ID and number, on its own flow (§9.1).</summary>
    private byte[] WriteCancel()
    {
        var writer = new SipWriter();
        writer.Request(SipMethod.Cancel, Request.RequestUri);
        writer.Copy(Request, HeaderId.Via);
        writer.Header(HeaderId.MaxForwards, 70);
        writer.Copy(Request, HeaderId.Route);
        writer.Copy(Request, HeaderId.From);
        writer.Copy(Request, HeaderId.To);
        writer.Copy(Request, HeaderId.CallId);
        writer.Header(HeaderId.CSeq, $"{Request.Envelope.CSeq} CANCEL");
        if (_reason is not null) writer.Header(HeaderId.Reason, _reason);
        return writer.Finish();
    }

    private void Stop()
    {
        Layer.Cancel(_a);
        Layer.Cancel(_end);
    }
}
