using System.Collections.Concurrent;
using Conference.Sip.Calls;
using Conference.Sip.Dialogs;
using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Transactions;
using Conference.Sip.Transport;

namespace Conference.Sip.Subscriptions;

/// <summary>What every subscription stands on.</summary>
/// <param name="Loop">The thread that owns it.</param>
/// <param name="Layer">Its transactions.</param>
/// <param name="Dialogs">Where requests find it.</param>
/// <param name="Me">What it calls itself.</param>
/// <param name="State">What may be told.</param>
/// <param name="Registered">Where an account is registered, or <see langword="null"/>.</param>
/// <param name="Door">Who may speak in a subscription.</param>
internal sealed record SubscriptionServices(
    SipLoop Loop, TransactionLayer Layer, DialogTable Dialogs, Identity Me, ISipState State, Func<string, Registered?> Registered, DialogDoor Door);

/// <summary>A registration, as its own device may be told of it.</summary>
internal sealed record Registered(Flow Flow, string Contact, string CallId, uint CSeq, DateTimeOffset Since, DateTimeOffset Until);

/// <summary>Lamps and rosters: takes subscriptions and tells them what changes (RFC 6665 §4.2). Lives on the SIP loop.</summary>
internal sealed class Notifier(SubscriptionServices services) : ISipLamps
{
    private const int PerAccount = 200;
    private const int InAll = 20_000;

    private readonly Dictionary<string, HashSet<Subscription>> _byUser = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> _perAccount = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, bool> _changed = new(StringComparer.OrdinalIgnoreCase);

    public int Count { get; private set; }

    /// <inheritdoc/>
    public void Changed(string user)
    {
        if (_changed.TryAdd(user, true)) services.Loop.Post(() => Tell(user));
    }

    /// <summary>What speaks against a SUBSCRIBE before anybody is asked who he is, or <see langword="null"/>.</summary>
    public static SipReply? Refuse(SipMessage subscribe) =>
        EventPackage.Of(subscribe) is { } package ? SubscribeRules.Refuse(subscribe, package) : SubscribeRules.BadEvent();

    /// <summary>Takes a subscription, or says why not.</summary>
    /// <param name="subscribe">A SUBSCRIBE outside a dialog that <see cref="Refuse"/> lets pass.</param>
    /// <param name="flow">Where it came from.</param>
    /// <param name="account">Who proved to have sent it.</param>
    public void Subscribe(SipMessage subscribe, Flow flow, SipAccount account)
    {
        var package = EventPackage.Of(subscribe)!;
        if (SubscribeRules.Expires(subscribe, out var granted) is { } brief) Answer(brief);
        else if (Watched.Of(subscribe) is not { } watched) Answer(new SipReply(404));
        else if (!IsOwnName(subscribe, account) || !package.MayBeWatchedBy(account, watched.User, services.State)) Answer(new SipReply(403));
        else if (!Exists(package, watched)) Answer(new SipReply(404));
        else if (_perAccount.GetValueOrDefault(account.Username) >= PerAccount) Answer(new SipReply(403, "Too Many Subscriptions"));
        else if (Count >= InAll) Answer(new SipReply(503).With(HeaderId.RetryAfter, 60));
        else Open(package, watched, subscribe, flow, account, granted);

        void Answer(SipReply reply) => services.Layer.Open(subscribe, flow, SipTokens.Tag()).Respond(reply);
    }

    /// <summary>An account registered, or is registered no more: its own subscriptions are told.</summary>
    public void OnBinding(SipAccount account)
    {
        foreach (var user in new[] { account.Username, account.Extension }.Distinct(StringComparer.OrdinalIgnoreCase))
            foreach (var own in _byUser.GetValueOrDefault(user, []).Where(s => s.IsOwn && s.Account.Username.Equals(account.Username, StringComparison.OrdinalIgnoreCase)).ToArray())
                own.OnChange();
    }

    /// <summary>Says good-bye to everybody.</summary>
    public void Close()
    {
        foreach (var subscription in _byUser.Values.SelectMany(s => s).ToArray()) subscription.Close();
    }

    private void Open(EventPackage package, Watched watched, SipMessage subscribe, Flow flow, SipAccount account, TimeSpan granted)
    {
        var opened = new Subscription(services, package, watched, subscribe, flow, account, Forget);
        if (!_byUser.TryGetValue(watched.User, out var watching)) _byUser[watched.User] = watching = [];
        watching.Add(opened);
        _perAccount[account.Username] = _perAccount.GetValueOrDefault(account.Username) + 1;
        Count++;
        opened.Begin(subscribe, flow, granted);
    }

    private void Tell(string user)
    {
        _changed.TryRemove(user, out _); // before looking: what changes from here on is told again
        if (!_byUser.TryGetValue(user, out var watching)) return;
        foreach (var subscription in watching.Where(s => !s.IsOwn).ToArray()) subscription.OnChange();
    }

    private void Forget(Subscription subscription)
    {
        if (!_byUser.TryGetValue(subscription.Watched.User, out var watching) || !watching.Remove(subscription)) return;
        if (watching.Count == 0) _byUser.Remove(subscription.Watched.User);
        var account = subscription.Account.Username;
        if (--_perAccount[account] == 0) _perAccount.Remove(account);
        Count--;
    }

    private bool Exists(EventPackage package, Watched watched) =>
        package.IsOwn || (package.Name == "dialog" ? services.State.Dialogs(watched.User) is not null : services.State.Conference(watched.User) is not null);

    private static bool IsOwnName(SipMessage subscribe, SipAccount account) =>
        NameAddr.TryParse(subscribe.Header(HeaderId.From), out var from) && Owner.Is(from.Uri, account);
}
