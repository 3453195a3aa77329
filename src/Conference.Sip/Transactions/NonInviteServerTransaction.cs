using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Transport;
using static Conference.Sip.Transactions.NonInviteServer;

namespace Conference.Sip.Transactions;

/// <summary>Carries out <see cref="NonInviteServer"/>.</summary>
internal sealed class NonInviteServerTransaction : ServerTransaction
{
    private readonly SipTimer _trying;
    private readonly SipTimer _j;
    private SipReply? _reply;

    public NonInviteServerTransaction(TransactionLayer layer, SipMessage request, Flow flow, string localTag)
        : base(layer, request, flow, localTag)
    {
        _trying = new SipTimer(() => Feed(Input.TimerTrying));
        _j = new SipTimer(() => Feed(Input.TimerJ));
        layer.Set(_trying, layer.Times.SlowTrying);
    }

    public State State { get; private set; }

    /// <summary>Sends the final answer, once.</summary>
    public void Respond(SipReply reply)
    {
        Layer.Cancel(_trying);
        _reply = reply;
        Feed(Input.ReplyFinal);
    }

    public override void OnRepeat() => Feed(Input.Request);

    private void Feed(Input input)
    {
        (State, var effects) = On(State, input);
        if (effects.HasFlag(Effect.StartJ)) Layer.Set(_j, Flow.IsReliable ? Layer.Times.ReliableMemory : Layer.Times.GiveUp);
        if (effects.HasFlag(Effect.Send100)) Write(new SipReply(100));
        if (effects.HasFlag(Effect.Send)) Write(_reply!);
        if (effects != Effect.Nothing && !SendLast()) Feed(Input.TransportError);
        if (State == State.Terminated && !IsOver) Finish();
    }

    private void Finish()
    {
        Layer.Cancel(_trying);
        Layer.Cancel(_j);
        End();
    }
}
