using Conference.Sip.Messages;
using Conference.Sip.Transport;

namespace Conference.Sip.Transactions;

/// <summary>One request being answered.</summary>
internal abstract class ServerTransaction(TransactionLayer layer, SipMessage request, Flow flow, string localTag)
{
    public SipMessage Request { get; } = request;

    /// <summary>Where the request came from.</summary>
    public Flow Flow { get; } = flow;

    /// <summary>The tag our answers put on To.</summary>
    public string LocalTag { get; } = localTag;

    public TransactionKey Key { get; } = TransactionKey.Of(request);

    /// <summary>Whether answers go where the request came from even when it asks for no rport (RFC 3581): some phones forget to.</summary>
    public bool ForcesRport { get; set; }

    public bool IsOver { get; private set; }

    protected TransactionLayer Layer { get; } = layer;

    private byte[] Last { get; set; } = [];

    /// <summary>The same request once more.</summary>
    public abstract void OnRepeat();

    protected byte[] Write(SipReply reply) => Last = reply.Write(Request, reply.Status == 100 ? "" : LocalTag, Flow.Remote);

    /// <summary>Sends what was said last; nothing when nothing was.</summary>
    protected bool SendLast() => Last.Length == 0 || (ForcesRport ? Flow : TransactionLayer.ReplyFlow(Request, Flow)).Send(Last);

    protected void End()
    {
        IsOver = true;
        Layer.Forget(this);
    }
}
