using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Transport;

namespace Conference.Sip.Transactions;

/// <summary>Whoever is above the transactions.</summary>
internal interface ITransactionUser
{
    /// <summary>A request that no transaction knows. Answer it by <see cref="TransactionLayer.Reply"/> or open a transaction.</summary>
    void OnRequest(SipMessage request, Flow flow);

    /// <summary>An ACK that acknowledges no refusal: of a 2xx, or a stray.</summary>
    /// <returns>Whether a dialog took it.</returns>
    bool OnAck(SipMessage ack, Flow flow);
}

/// <summary>Matches messages to transactions, opens and times them (RFC 3261 §17, §9.2, §8.2.2.2). Lives on the SIP loop.</summary>
internal sealed class TransactionLayer(SipLoop loop, TransactionTimes times, ITransactionUser user)
{
    private readonly Dictionary<TransactionKey, ServerTransaction> _servers = [];
    private readonly Dictionary<MergeKey, ServerTransaction> _initial = [];
    private readonly Dictionary<(string Branch, string Method), ClientTransaction> _clients = [];

    public TransactionTimes Times { get; } = times;

    /// <summary>Told before a request of ours leaves, where to.</summary>
    public Action<Flow>? Asking { get; set; }

    /// <summary>Transactions alive, for watching that storms leave nothing behind.</summary>
    public int Count => _servers.Count + _clients.Count;

    /// <summary>Takes one message from the network.</summary>
    public void Receive(SipMessage message, Flow flow)
    {
        if (message.Fault != SipFault.None) Refuse(message, flow);
        else if (!message.IsRequest) OnResponse(message);
        else if (message.Method == SipMethod.Ack) OnAck(message, flow);
        else if (message.Method == SipMethod.Cancel) OnCancel(message, flow);
        else OnRequest(message, flow);
    }

    /// <summary>Opens a transaction for an INVITE.</summary>
    /// <param name="request">The INVITE.</param>
    /// <param name="flow">Where it came from.</param>
    /// <param name="localTag">The To tag of every answer.</param>
    /// <param name="owner">Hears of CANCEL, repetitions and missing ACKs.</param>
    public InviteServerTransaction OpenInvite(SipMessage request, Flow flow, string localTag, IInviteOwner owner)
    {
        var opened = new InviteServerTransaction(this, request, flow, localTag, owner);
        Remember(opened);
        return opened;
    }

    /// <summary>Opens a transaction for any other request.</summary>
    public NonInviteServerTransaction Open(SipMessage request, Flow flow, string localTag)
    {
        var opened = new NonInviteServerTransaction(this, request, flow, localTag);
        Remember(opened);
        return opened;
    }

    /// <summary>Sends a request of ours.</summary>
    /// <param name="bytes">The whole request; its top Via carries a fresh branch.</param>
    /// <param name="flow">Where it goes.</param>
    /// <param name="tell">Hears every answer but repetitions, and <see langword="null"/> when there is none.</param>
    public void Send(byte[] bytes, Flow flow, Action<SipMessage?> tell) => Prepare(bytes, flow, tell).Start();

    /// <summary>Makes ready what <see cref="Send"/> sends; nothing leaves before its start.</summary>
    /// <param name="bytes">The whole request; its top Via carries a fresh branch.</param>
    /// <param name="flow">Where it goes.</param>
    /// <param name="tell">Hears every answer but repetitions, and <see langword="null"/> when there is none.</param>
    /// <param name="patience">How long silence is borne, 64*T1 unless told.</param>
    public ClientTransaction Prepare(byte[] bytes, Flow flow, Action<SipMessage?> tell, TimeSpan? patience = null)
    {
        Asking?.Invoke(flow);
        var request = SipMessage.Read(bytes, isStream: false)!;
        ClientTransaction client = request.Method == SipMethod.Invite
            ? new InviteClientTransaction(this, request, flow, tell) { Patience = patience ?? Times.GiveUp }
            : new NonInviteClientTransaction(this, request, flow, tell) { Patience = patience ?? Times.GiveUp };
        _clients[(request.Envelope.Branch, request.Method)] = client;
        return client;
    }

    /// <summary>Answers without leaving anything behind (RFC 3261 §8.2.7): challenges, refusals, OPTIONS.</summary>
    public static void Reply(SipMessage request, Flow flow, SipReply reply, string? toTag = null)
    {
        if (request.Method == SipMethod.Ack) return;
        ReplyFlow(request, flow).Send(reply.Write(request, toTag ?? SipTokens.StatelessTag(request), flow.Remote));
    }

    /// <summary>The connection the request came by, or its source address with the port of RFC 3261 §18.2.2 and RFC 3581 §4.</summary>
    public static Flow ReplyFlow(SipMessage request, Flow flow) =>
        flow.IsReliable || request.Envelope.HasRport || request.Envelope.SentBy.Length == 0 ? flow : flow.To(request.Envelope.SentByPort);

    /// <summary>A connection is gone: requests of ours that used it have failed.</summary>
    public void OnFlowClosed(Flow flow)
    {
        foreach (var client in _clients.Values.Where(c => ReferenceEquals(c.Flow, flow)).ToArray()) client.OnFlowClosed();
    }

    public void Set(SipTimer timer, TimeSpan after) => loop.Set(timer, after);

    public void Cancel(SipTimer timer) => loop.Cancel(timer);

    internal void Forget(ServerTransaction transaction)
    {
        _servers.Remove(transaction.Key);
        var key = MergeKey.Of(transaction.Request);
        if (_initial.TryGetValue(key, out var known) && ReferenceEquals(known, transaction)) _initial.Remove(key);
    }

    internal void Forget(ClientTransaction transaction) => _clients.Remove((transaction.Request.Envelope.Branch, transaction.Request.Method));

    private static void Refuse(SipMessage message, Flow flow)
    {
        var (status, reason) = SipFaults.Answer(message.Fault);
        if (status > 0 && message.IsAnswerable) Reply(message, flow, new SipReply(status, reason));
    }

    private void Remember(ServerTransaction opened)
    {
        _servers[opened.Key] = opened;
        if (opened.Request.IsOutOfDialog) _initial[MergeKey.Of(opened.Request)] = opened;
    }

    private void OnResponse(SipMessage response)
    {
        if (_clients.TryGetValue((response.Envelope.Branch, response.Envelope.CSeqMethod), out var client)) client.OnResponse(response);
    }

    private void OnRequest(SipMessage request, Flow flow)
    {
        if (_servers.TryGetValue(TransactionKey.Of(request), out var known)) known.OnRepeat();
        else if (request.IsOutOfDialog && _initial.ContainsKey(MergeKey.Of(request))) Reply(request, flow, new SipReply(482));
        else user.OnRequest(request, flow);
    }

    private void OnCancel(SipMessage cancel, Flow flow)
    {
        if (!_servers.TryGetValue(TransactionKey.Of(cancel), out var known) || known is not InviteServerTransaction invite)
        {
            Reply(cancel, flow, new SipReply(481));
            return;
        }

        Reply(cancel, flow, new SipReply(200), invite.LocalTag);
        invite.OnCancel();
    }

    /// <summary>
    /// By branch when it acknowledges a refusal; else the dialog of a 2xx; else, for phones that put a new branch on the ACK of a refusal,
    /// by From tag, Call-ID and CSeq. Never answered.
    /// </summary>
    private void OnAck(SipMessage ack, Flow flow)
    {
        var isKnown = _servers.TryGetValue(TransactionKey.Of(ack), out var known);
        if (isKnown && known is InviteServerTransaction { State: not InviteServer.State.Accepted } refused) refused.OnAck();
        else if (!user.OnAck(ack, flow) && _initial.TryGetValue(MergeKey.Of(ack), out var same)) (same as InviteServerTransaction)?.OnAck();
    }
}
