using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Transport;
using static Conference.Sip.Transactions.InviteServer;

namespace Conference.Sip.Transactions;

/// <summary>Whoever answers an INVITE and wants to know what becomes of it.</summary>
internal interface IInviteOwner
{
    /// <summary>CANCEL came while no final answer was given (RFC 3261 §9.2).</summary>
    void OnCancel();

    /// <summary>The INVITE came again after the 2xx: its sender has not heard it.</summary>
    void OnRepeat();

    /// <summary>A refusal was never acknowledged, or could not be sent.</summary>
    void OnNoAck();
}

/// <summary>Carries out <see cref="InviteServer"/>: sends, repeats and times.</summary>
internal sealed class InviteServerTransaction : ServerTransaction
{
    private readonly IInviteOwner _owner;
    private readonly SipTimer _trying;
    private readonly SipTimer _g;
    private readonly SipTimer _end; // H, I or L: never two of them at once
    private TimeSpan _pause;
    private SipReply? _reply;

    public InviteServerTransaction(TransactionLayer layer, SipMessage request, Flow flow, string localTag, IInviteOwner owner)
        : base(layer, request, flow, localTag)
    {
        _owner = owner;
        _trying = new SipTimer(() => Respond(new SipReply(100)));
        _g = new SipTimer(() => Feed(Input.TimerG));
        _end = new SipTimer(() => Feed(EndInput()));
        layer.Set(_trying, layer.Times.Trying);
    }

    public State State { get; private set; }

    /// <summary>Whether a final answer was given.</summary>
    public bool IsAnswered => State != State.Proceeding;

    /// <summary>Sends an answer; a second final answer is ignored.</summary>
    public void Respond(SipReply reply)
    {
        if (IsAnswered && reply.Status / 100 != 2) return;
        Layer.Cancel(_trying);
        _reply = reply;
        Feed(reply.Status switch { < 200 => Input.Reply1xx, < 300 => Input.Reply2xx, _ => Input.ReplyFinal });
    }

    public override void OnRepeat() => Feed(Input.Invite);

    public void OnAck() => Feed(Input.Ack);

    public void OnCancel()
    {
        if (!IsAnswered) _owner.OnCancel();
    }

    private Input EndInput() => State switch
    {
        State.Accepted => Input.TimerL,
        State.Confirmed => Input.TimerI,
        _ => Input.TimerH,
    };

    private void Feed(Input input)
    {
        (State, var effects) = On(State, input);
        CarryOut(effects);
        if (State == State.Terminated && !IsOver) Finish();
    }

    private void CarryOut(Effect effects)
    {
        if (effects.HasFlag(Effect.StopGH)) Stop();
        if (effects.HasFlag(Effect.StartH)) Layer.Set(_end, Layer.Times.GiveUp);
        if (effects.HasFlag(Effect.StartL)) Layer.Set(_end, Layer.Times.GiveUp);
        if (effects.HasFlag(Effect.StartI)) Layer.Set(_end, Flow.IsReliable ? TimeSpan.Zero : Layer.Times.T4);
        if (effects.HasFlag(Effect.StartG)) StartG(isFirst: effects.HasFlag(Effect.Send));
        if (effects.HasFlag(Effect.Send)) Write(_reply!);
        if ((effects & (Effect.Send | Effect.Resend)) != 0 && !SendLast()) Feed(Input.TransportError);
        if (effects.HasFlag(Effect.AskForRepeat)) _owner.OnRepeat();
        if (effects.HasFlag(Effect.TellNoAck)) _owner.OnNoAck();
    }

    private void StartG(bool isFirst)
    {
        if (Flow.IsReliable) return;
        _pause = isFirst ? Layer.Times.T1 : Layer.Times.Doubled(_pause);
        Layer.Set(_g, _pause);
    }

    private void Stop()
    {
        Layer.Cancel(_g);
        Layer.Cancel(_end);
    }

    private void Finish()
    {
        Stop();
        Layer.Cancel(_trying);
        End();
    }
}
