using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Transport;
using static Conference.Sip.Transactions.NonInviteClient;

namespace Conference.Sip.Transactions;

/// <summary>Carries out <see cref="NonInviteClient"/>.</summary>
internal sealed class NonInviteClientTransaction : ClientTransaction
{
    private readonly SipTimer _e;
    private readonly SipTimer _end; // F, then K
    private State _state;
    private TimeSpan _pause;
    private SipMessage? _response;

    public NonInviteClientTransaction(TransactionLayer layer, SipMessage request, Flow flow, Action<SipMessage?> tell)
        : base(layer, request, flow, tell)
    {
        _e = new SipTimer(() => Feed(Input.TimerE));
        _end = new SipTimer(() => Feed(_state == State.Completed ? Input.TimerK : Input.TimerF));
    }

    public override void Start()
    {
        _pause = Layer.Times.T1;
        Set(_end, Patience);
        if (!Flow.IsReliable) Set(_e, _pause);
        if (!Resend()) Feed(Input.TransportError);
    }

    public override void OnResponse(SipMessage response)
    {
        _response = response;
        Feed(response.Status < 200 ? Input.Reply1xx : Input.ReplyFinal);
    }

    public override void OnFlowClosed() => Feed(Input.TransportError);

    private void Feed(Input input)
    {
        var wasOver = _state == State.Terminated;
        (_state, var effects) = On(_state, input);
        if (effects.HasFlag(Effect.StopEF)) Stop();
        if (effects.HasFlag(Effect.StartE)) Repeat(Layer.Times.Doubled(_pause));
        if (effects.HasFlag(Effect.StartSlowE)) Repeat(Layer.Times.T2);
        if (effects.HasFlag(Effect.StartK)) Set(_end, Flow.IsReliable ? TimeSpan.Zero : Layer.Times.T4);
        if (_state == State.Terminated && !wasOver) End();
        if (effects.HasFlag(Effect.Tell)) Tell(_response);
        HasTimedOut = effects.HasFlag(Effect.TellTimeout);
        if ((effects & (Effect.TellTimeout | Effect.TellError)) != 0) Tell(null);
        if (effects.HasFlag(Effect.Resend) && !Resend()) Feed(Input.TransportError);
    }

    private void Repeat(TimeSpan pause)
    {
        _pause = pause;
        if (!Flow.IsReliable) Set(_e, pause);
    }

    private void Stop()
    {
        Layer.Cancel(_e);
        Layer.Cancel(_end);
    }
}
