using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Transport;

namespace Conference.Sip.Transactions;

/// <summary>One request of ours on its way.</summary>
internal abstract class ClientTransaction(TransactionLayer layer, SipMessage request, Flow flow, Action<SipMessage?> tell)
{
    /// <summary>Our own request, read back: what an ACK to a refusal is made from.</summary>
    public SipMessage Request { get; } = request;

    public Flow Flow { get; } = flow;

    /// <summary>How long silence is borne; shorter than 64*T1 while there are other places to ask (RFC 3263 §4.3).</summary>
    public TimeSpan Patience { get; init; } = layer.Times.GiveUp;

    /// <summary>Whether nobody answered in time, rather than that it could not be sent.</summary>
    public bool HasTimedOut { get; protected set; }

    protected TransactionLayer Layer { get; } = layer;

    public abstract void Start();

    public abstract void OnResponse(SipMessage response);

    public abstract void OnFlowClosed();

    /// <summary>Tells whoever sent the request; <see langword="null"/> when nobody answered or it could not be sent.</summary>
    protected void Tell(SipMessage? response) => tell(response);

    protected bool Resend() => Flow.Send(Request.Bytes);

    protected void Set(SipTimer timer, TimeSpan after) => Layer.Set(timer, after);

    protected void End() => Layer.Forget(this);
}
