using System.Net;
using Conference.Sip.Dialogs;
using Conference.Sip.Messages;
using Conference.Sip.Transport;

namespace Conference.Sip.Calls;

/// <summary>An INVITE as the house sees it; every wish is carried to the SIP loop.</summary>
internal sealed class IncomingCall : IIncomingCall
{
    private readonly CallServices _services;
    private readonly IncomingLeg _leg;
    private readonly SipMessage _invite;

    public IncomingCall(CallServices services, IncomingLeg leg, SipMessage invite, Flow flow, Caller caller)
    {
        (_services, _leg, _invite, Account, Peer) = (services, leg, invite, caller.Account, caller.Peer);
        (Source, Transport) = (flow.Remote, flow.Transport);
        CallId = invite.Envelope.CallId;
        UserAgent = invite.Text(HeaderId.UserAgent);
        Body = invite.Body.Length > 0 ? new SipBody(invite.ContentType, invite.Body) : null;
        Dialled = UserOf(invite.RequestUri);
        CalledDevice = services.Finder.AccountOf(invite.RequestUri);
        NameAddr.TryParse(invite.Header(HeaderId.From), out var from);
        (FromDisplayName, FromUser) = (from.DisplayText(), UserOf(from.Uri));
        NameAddr.TryParse(invite.Header(HeaderId.To), out var to);
        ToUser = UserOf(to.Uri);
        Asserted = caller.Peer is { IsTrusted: true } ? AssertedCaller.Read(invite) : null;
        var replaces = ReplacesHeader.Read(invite.Header(HeaderId.Replaces));
        (Replaces, ReplacesEarlyOnly) = (replaces?.Id, replaces is { IsEarlyOnly: true });
        MaxForwards = SipText.TryNumber(SipText.Trim(invite.Header(HeaderId.MaxForwards)), out var hops) ? (int)Math.Min(hops, 255) : 70;
        MaxBreadth = SipText.TryNumber(SipText.Trim(invite.Header(HeaderId.MaxBreadth)), out var breadth) ? (int)Math.Min(breadth, OutgoingCall.UsualBreadth) : OutgoingCall.UsualBreadth;
    }

    public string CallId { get; }

    public SipAccount? Account { get; }

    public SipPeer? Peer { get; }

    public string Dialled { get; }

    public string? CalledDevice { get; }

    public string ToUser { get; }

    public string FromUser { get; }

    public string FromDisplayName { get; }

    public CallerIdentity? Asserted { get; }

    public IPEndPoint Source { get; }

    public string Transport { get; }

    public string? UserAgent { get; }

    public SipBody? Body { get; }

    public int MaxForwards { get; }

    public int MaxBreadth { get; }

    public DialogId? Replaces { get; }

    public bool ReplacesEarlyOnly { get; }

    public DialogId Id => _leg.Session.Call.Id;

    public Func<SipBody, SipBody?>? OnEarlyOffer { get; set; }

    public string? Header(string name) => _invite.Named(name);

    public ValueTask RingAsync() => new(_services.AskAsync(_leg.Ring));

    public ValueTask ProgressAsync(int status, SipBody? body)
    {
        if (status is <= 100 or > 199) throw new ArgumentOutOfRangeException(nameof(status), status, "A provisional answer is 101 to 199.");
        return new(_services.AskAsync(() => _leg.Progress(status, body)));
    }

    public ValueTask<ISipCall> AnswerAsync(SipBody body) => AnswerAsync(body, isFocus: false);

    public async ValueTask<ISipCall> AnswerAsync(SipBody body, bool isFocus)
    {
        await _services.AskAsync(() => _leg.Answer(body, isFocus));
        return _leg.Session.Call;
    }

    public ValueTask RejectAsync(int status, string? reason = null) => RejectAsync(status, reason, null);

    public ValueTask RejectAsync(int status, string? reason, int? cause)
    {
        if (status is < 300 or > 699) throw new ArgumentOutOfRangeException(nameof(status), status, "A refusal is 300 to 699.");
        return new(_services.AskAsync(() => _leg.Reject(status, reason, cause)));
    }

    private static string UserOf(ReadOnlySpan<byte> uri) => SipUri.TryParse(uri, out var parsed) ? parsed.UserText() : "";
}
