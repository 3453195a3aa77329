using Conference.Sip.Dialogs;
using Conference.Sip.Messages;
using Conference.Sip.Transactions;
using Conference.Sip.Transport;

namespace Conference.Sip.Calls;

/// <summary>Every call that is up: opens them for the house, counts them, ends them at closing time. Lives on the SIP loop.</summary>
internal sealed class CallFloor(CallServices services, RefusedCalls refused)
{
    private readonly HashSet<IncomingLeg> _calls = [];
    private readonly Dictionary<string, int> _perAccount = new(StringComparer.OrdinalIgnoreCase);
    private TaskCompletionSource? _empty;

    /// <summary>Opens a call for an INVITE that may come in, or refuses it for what it asks (RFC 3261 §8.2).</summary>
    /// <param name="invite">The INVITE.</param>
    /// <param name="flow">Where it came from.</param>
    /// <param name="caller">Who stands behind it.</param>
    public void Open(SipMessage invite, Flow flow, Caller caller)
    {
        var account = caller.Account;
        if (Refuse(invite, caller, out var interval) is { } refusal)
        {
            refused.Note(invite, flow, refusal.Status, refusal.Reason);
            services.Layer.OpenInvite(invite, flow, SipTokens.Tag(), Nobody.Instance).Respond(refusal);
            return;
        }

        IncomingLeg leg = null!;
        leg = new IncomingLeg(services, invite, flow, caller, interval, () => Forget(leg, account));
        _calls.Add(leg);
        if (account is not null) _perAccount[account.Username] = _perAccount.GetValueOrDefault(account.Username) + 1;
        services.Pool(() => _ = HandleAsync(leg));
    }

    public void OnFlowClosed(Flow flow)
    {
        foreach (var call in _calls.Where(c => c.IsRingingOn(flow)).ToArray()) call.Abandon(480);
    }

    /// <summary>Ends every call; done when the last BYE is answered or given up.</summary>
    public Task CloseAsync()
    {
        _empty = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var call in _calls.ToArray())
        {
            call.Abandon(503);
            if (!call.Session.IsOver) _ = call.Session.HangUpAsync(new CallEnd(503, "Shutting down"));
        }

        if (_calls.Count == 0) _empty.TrySetResult();
        return _empty.Task;
    }

    private SipReply? Refuse(SipMessage invite, Caller caller, out SessionInterval interval)
    {
        var account = caller.Account;
        var isTimed = SessionInterval.Answer(invite, out interval);
        if (account is not null && !IsOwnName(invite, account)) return new SipReply(403);
        if (Capabilities.RefuseExtensions(invite) is { } unknown) return unknown;
        if (!invite.Has(HeaderId.Contact)) return new SipReply(400, "Missing Contact");
        if (Capabilities.RefuseBody(invite) is { } unreadable) return unreadable;
        if (!isTimed) return new SipReply(422).With(HeaderId.MinSe, SessionInterval.Shortest);
        if (Takeover.Refuse(invite, caller, services.Dialogs) is { } hands) return hands;
        return account?.MaxCalls <= _perAccount.GetValueOrDefault(account?.Username ?? "") && !IsEmergency(invite) ? new SipReply(403, "Too Many Calls") : null;
    }

    private bool IsEmergency(SipMessage invite) => SipUri.TryParse(invite.RequestUri, out var dialled) && services.Policy.IsEmergency(dialled.UserText());

    /// <summary>Whether From says who really sent it, or hides.</summary>
    public static bool IsOwnName(SipMessage invite, SipAccount account) =>
        NameAddr.TryParse(invite.Header(HeaderId.From), out var from) && (Owner.Is(from.Uri, account) || Owner.IsAnonymous(from.Uri));

    /// <summary>Runs the house's handler; whatever it leaves unanswered is answered here.</summary>
    private async Task HandleAsync(IncomingLeg leg)
    {
        var status = 480;
        try
        {
            await services.House.TakeCallAsync(leg.Incoming, leg.Abandoned);
        }
        catch (OperationCanceledException) when (leg.Abandoned.IsCancellationRequested)
        {
            // the caller gave up, and so did the handler
        }
        catch (Exception error)
        {
            status = 500;
            services.Trouble($"The handler of call {leg.Incoming.CallId} failed.", error);
        }

        services.Loop.Post(() => leg.Reject(status));
    }

    private void Forget(IncomingLeg leg, SipAccount? account)
    {
        _calls.Remove(leg);
        if (account is not null && --_perAccount[account.Username] == 0) _perAccount.Remove(account.Username);
        if (_calls.Count == 0) _empty?.TrySetResult();
    }

    /// <summary>The owner of an INVITE that was refused at the door.</summary>
    private sealed class Nobody : IInviteOwner
    {
        public static readonly Nobody Instance = new();

        public void OnCancel()
        {
            // refused already
        }

        public void OnRepeat()
        {
            // only a 2xx is repeated
        }

        public void OnNoAck()
        {
            // nothing depends on it
        }
    }
}
