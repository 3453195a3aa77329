using Conference.Sip.Dialogs;
using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Transactions;

namespace Conference.Sip.Calls;

/// <summary>How a REFER's dialog carries the news of it.</summary>
internal interface IReferralWire
{
    /// <summary>Sends a NOTIFY in the dialog of the REFER.</summary>
    void Notify((HeaderId Id, string Value)[] headers, SipBody body, Action<SipMessage?> tell);

    /// <summary>Nothing more will be told.</summary>
    void OnReferralOver(Referral referral);
}

/// <summary>One REFER and the subscription it opens (RFC 3515 §2.4, RFC 4488): one NOTIFY at a time, the latest news only. Lives on the SIP loop.</summary>
internal sealed class Referral : IReferral
{
    private const int Life = 60; // seconds of the subscription
    private static readonly TimeSpan Decision = TimeSpan.FromSeconds(30); // after 32 the one who asked has given up

    private readonly CallServices _services;
    private readonly IReferralWire _wire;
    private readonly NonInviteServerTransaction _refer;
    private readonly CancellationTokenSource _gone = new();
    private readonly SipTimer _limit;
    private readonly bool _isSilent;
    private readonly uint _id;
    private (int Status, string Reason)? _news;
    private long _endsAt;
    private bool _isDecided;
    private bool _isTelling;
    private bool _isOver;

    public Referral(CallServices services, IReferralWire wire, NonInviteServerTransaction refer, ReferTarget target, SipAccount? account, string dialled)
    {
        (_services, _wire, _refer, Account, Dialled) = (services, wire, refer, account, dialled);
        (ReferTo, ReferToUri, Method, Replaces) = (target.User, target.Uri, target.Method, target.Replaces);
        ReferToDevice = services.Finder.AccountOf(System.Text.Encoding.Latin1.GetBytes(target.Uri));
        ReferredBy = refer.Request.Text(HeaderId.ReferredBy);
        _id = refer.Request.Envelope.CSeq;
        _isSilent = SipText.Is(SipText.Trim(refer.Request.Header(HeaderId.ReferSub)), "false"u8);
        _limit = new SipTimer(OnLimit);
        services.Loop.Set(_limit, Decision);
    }

    public SipAccount? Account { get; }

    public string Dialled { get; }

    public string ReferTo { get; }

    public string ReferToUri { get; }

    public string? ReferToDevice { get; }

    public string Method { get; }

    public DialogId? Replaces { get; }

    public string? ReferredBy { get; }

    public CancellationToken Gone => _gone.Token;

    public ValueTask RefuseAsync(int status)
    {
        if (status is < 400 or > 699) throw new ArgumentOutOfRangeException(nameof(status), status, "A refusal is 400 to 699.");
        return new(_services.AskAsync(() => Refuse(status)));
    }

    public ValueTask AcceptAsync() => new(_services.AskAsync(Accept));

    public ValueTask TellAsync(int status, string reason) => new(_services.AskAsync(() => Tell(status, reason)));

    /// <summary>Answers what the house left open: it threw, or forgot.</summary>
    public void Refuse(int status)
    {
        if (_isDecided || _isOver) return;
        _isDecided = true;
        _refer.Respond(new SipReply(status));
        End();
    }

    /// <summary>The dialog is gone; the transfer may go on, but nobody is told (BYE right after 202 is the habit of some).</summary>
    public void Leave()
    {
        _services.Pool(_gone.Cancel);
        if (!_isDecided) _refer.Respond(new SipReply(481));
        _isDecided = true;
        End();
    }

    private void Accept()
    {
        if (_isDecided || _isOver) return;
        _isDecided = true;
        var reply = new SipReply(202).With(HeaderId.Contact, Contact);
        _refer.Respond(_isSilent ? reply.With(HeaderId.Supported, "norefersub").With(HeaderId.ReferSub, "false") : reply);
        if (_isSilent)
        {
            End();
            return;
        }

        _endsAt = _services.Loop.Now + (Life * 1_000);
        _services.Loop.Set(_limit, TimeSpan.FromSeconds(Life));
        Tell(100, SipReason.Of(100));
    }

    private string Contact => _services.Me.Contact(_refer.Flow);

    private void Tell(int status, string reason)
    {
        if (!_isDecided) Accept();
        if (_isOver) return;
        _news = (status, reason);
        if (!_isTelling) Send();
    }

    /// <summary>Sends the latest news; what comes meanwhile waits for the answer.</summary>
    private void Send()
    {
        if (_news is not var (status, reason) || _isOver) return;
        _news = null;
        _isTelling = true;
        var isLast = status >= 200;
        var left = Math.Max(1, (_endsAt - _services.Loop.Now) / 1_000);
        (HeaderId, string)[] headers =
        [
            (HeaderId.Event, $"refer;id={_id}"),
            (HeaderId.SubscriptionState, isLast ? "terminated;reason=noresource" : $"active;expires={left}"),
        ];
        _wire.Notify(headers, Fragment(status, reason), answer => OnNotified(answer, isLast));
        if (isLast) _services.Loop.Cancel(_limit);
    }

    private void OnNotified(SipMessage? answer, bool wasLast)
    {
        if (answer is { Status: < 200 }) return;
        _isTelling = false;
        if (wasLast || answer is null or { Status: >= 300 }) End(); // whoever does not know the subscription is told no more
        else Send();
    }

    /// <summary>A body that is the beginning of a message (RFC 3420).</summary>
    private static SipBody Fragment(int status, string reason)
    {
        var line = $"SIP/2.0 {status} {new string([.. reason.Where(c => !char.IsControl(c)).Take(80)])}\r\n";
        return new SipBody("message/sipfrag;version=2.0", System.Text.Encoding.UTF8.GetBytes(line));
    }

    /// <summary>Nobody decided in time, or the subscription ran out before there was an end to tell.</summary>
    private void OnLimit()
    {
        if (!_isDecided) Refuse(480);
        else if (!_isOver) Tell(408, SipReason.Of(408));
    }

    private void End()
    {
        if (_isOver) return;
        _isOver = true;
        _services.Loop.Cancel(_limit);
        _wire.OnReferralOver(this);
    }
}
