using System.Text;
using Conference.Sip.Authentication;
using Conference.Sip.Calls;
using Conference.Sip.Dialogs;
using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Registrar;
using Conference.Sip.Requests;
using Conference.Sip.Subscriptions;
using Conference.Sip.Transactions;
using Conference.Sip.Transport;
using Conference.Sip.Trunks;

namespace Conference.Sip;

/// <summary>
/// The house's front door: tells requests apart, asks strangers who they are and hands calls and registrations on
/// (RFC 3261 §8.2). Lives on the SIP loop; knows neither sockets nor threads, so tests play it by hand.
/// </summary>
internal sealed class UserAgent : ITransactionUser
{
    private const int Crowd = 2; // percent of the inbox: some thirteen hundred messages, a tenth of a second's work

    private readonly SipLoop _loop;
    private readonly TransactionLayer _layer;
    private readonly DialogTable _dialogs = new();
    private readonly Registrar.Registrar _registrar;
    private readonly Authenticator _authenticator;
    private readonly SourceLimits _limits = new();
    private readonly AllowedPlaces _places;
    private readonly Guests _guests;
    private readonly OwnHosts _us;
    private readonly Identity _me;
    private readonly CallFloor _calls;
    private readonly OutgoingCalls _placed;
    private readonly OtherRequests _errands;
    private readonly ISipPolicy _policy;
    private readonly RefusedCalls _refused;
    private readonly Roads _roads;
    private bool _isClosing;

    /// <param name="options">What the operator chose.</param>
    /// <param name="policy">Who may do what.</param>
    /// <param name="watcher">Hears what happens.</param>
    /// <param name="loop">The thread all this lives on.</param>
    /// <param name="pool">Runs the house's code.</param>
    /// <param name="house">Takes what comes in.</param>
    /// <param name="roads">How requests of ours find their way.</param>
    /// <param name="trunks">The lines calls may go by; its own unless given.</param>
    /// <param name="state">What subscribers may be told; nobody may subscribe without it.</param>
    public UserAgent(
        SipStackOptions options,
        ISipPolicy policy,
        ISipWatcher watcher,
        SipLoop loop,
        Action<Action> pool,
        ISipHouse house,
        Roads roads,
        ITrunkLookup? trunks = null,
        ISipState? state = null)
    {
        (_loop, _policy, _roads) = (loop, policy, roads);
        _layer = new TransactionLayer(loop, new TransactionTimes(options.T1), this) { Asking = flow => _limits.Expect(flow.Remote.Address, loop.Elapsed) };
        _registrar = new Registrar.Registrar(options, watcher, loop);
        var us = new OwnHosts(options);
        var guard = new SignInGuard();
        Bans = new SipBans(guard, watcher, loop);
        _authenticator = new Authenticator(options.Realm, us, policy, guard, watcher, loop);
        _places = new AllowedPlaces(watcher, loop);
        (_guests, _us) = (new Guests(us, policy), us);
        var (sending, me) = (new Sending(loop, _layer, roads) { Large = new LargeRequests(watcher.OnFragments) }, new Identity(options.AdvertisedAddress, options.Near, options.Listen));
        _me = me;
        Trunks = new TrunkDesk(new LineServices(sending, me, watcher.OnTrunk));
        var finder = new DestinationFinder(_registrar, trunks ?? Trunks, roads.Locator);
        var door = new DialogDoor(SignIn, a => _registrar.Find(a)?.Here, (request, flow) => PeerOf(request, flow)?.Name);
        var services = new CallServices(sending, _dialogs, me, pool, finder, house, policy, watcher.OnTrouble, door);
        _refused = new RefusedCalls(loop, watcher.OnCallRefused);
        _calls = new CallFloor(services, _refused);
        _errands = new OtherRequests(services);
        _placed = new OutgoingCalls(services);
        _registrar.KeepAlive = new Registrar.KeepAlive(loop, _layer, me, _registrar);
        if (state is not null) Lamps = new Notifier(new SubscriptionServices(loop, _layer, _dialogs, me, state, RegistrationOf, door));
        _registrar.Changed = account =>
        {
            if (policy.FindAccount(account) is { } known) Lamps?.OnBinding(known);
        };
    }

    private Registered? RegistrationOf(string account) => _registrar.Find(account) is { Binding: var binding } here
        ? new Registered(here.Flow, binding.Contact, binding.CallId, binding.CSeq, binding.RegisteredAt, binding.ExpiresAt)
        : null;

    public Registrar.Registrar Registrar => _registrar;

    /// <summary>Takes up the bindings of the last run that are still in time.</summary>
    public void Restore(IEnumerable<Binding> known, Func<Binding, Flow?> flowTo) => _registrar.Restore(known, flowTo, account => _policy.FindAccount(account)?.Extension);

    /// <summary>Places calls; may be asked from anywhere.</summary>
    public ISipCalls Calls => _placed;

    public SipBans Bans { get; }

    public TrunkDesk Trunks { get; }

    /// <summary>Takes subscriptions, or <see langword="null"/> when there is nothing to tell.</summary>
    public Notifier? Lamps { get; }

    /// <summary>Transactions and dialogs alive.</summary>
    public int Alive => _layer.Count + _dialogs.Count;

    public SipTables Tables => new(_layer.Count, _dialogs.Count, Lamps?.Count ?? 0, _registrar.Bindings.Length);

    /// <summary>Whether a message is looked at, or there were too many from its source. For whoever receives, on any thread, before the loop.</summary>
    public bool Admits(SipMessage message, Flow flow) => _limits.Allows(flow.Remote.Address, _loop.Elapsed, isAnswer: !message.IsRequest);

    /// <summary>One message from the network that was admitted.</summary>
    public void Receive(SipMessage message, Flow flow)
    {
        if (!IsInTheWay(message, flow)) _layer.Receive(message, flow);
    }

    /// <summary>
    /// When work piles up, strangers who want to begin something wait outside: they repeat themselves, and nobody we know waits behind them.
    /// What belongs to a dialog or a transaction is never turned away.
    /// </summary>
    private bool IsInTheWay(SipMessage message, Flow flow) =>
        _loop.Load >= Crowd && message is { IsRequest: true, IsOutOfDialog: true } && message.Method is not (SipMethod.Ack or SipMethod.Cancel)
        && !_limits.Trusts(flow.Remote.Address, _loop.Elapsed)
        && (message.Method != SipMethod.Invite || message.Fault != SipFault.None || PeerOf(message, flow) is null);

    /// <summary>A connection is gone. One that nobody was known by has nothing here that could end with it, and there may be thousands of those.</summary>
    public void OnFlowClosed(Flow flow)
    {
        if (flow is Connection { IsKnown: false }) return;
        _layer.OnFlowClosed(flow);
        _calls.OnFlowClosed(flow);
        _registrar.OnFlowClosed(flow);
        Trunks.OnFlowClosed(flow);
    }

    /// <summary>Takes no new calls and ends those that are up; done when the last is over.</summary>
    public Task CloseAsync()
    {
        _isClosing = _registrar.IsClosing = true;
        Lamps?.Close();
        return Task.WhenAll(_calls.CloseAsync(), _placed.CloseAsync(), Trunks.CloseAsync());
    }

    bool ITransactionUser.OnAck(SipMessage ack, Flow flow) => _dialogs.Find(ack)?.OnAck(ack) ?? false;

    void ITransactionUser.OnRequest(SipMessage request, Flow flow)
    {
        if (request.Method == SipMethod.Register) OnRegister(request, flow);
        else if (!request.IsOutOfDialog && _dialogs.Find(request) is { } dialog) dialog.OnRequest(request, flow);
        else if (!request.IsOutOfDialog) TransactionLayer.Reply(request, flow, Refusals.OutOfDialog(request));
        else if (request.Method == SipMethod.Invite) OnInvite(request, flow);
        else if (request.Method is SipMethod.Message or SipMethod.Refer) OnErrand(request, flow);
        else if (request.Method == SipMethod.Subscribe && Lamps is not null) OnSubscribe(request, flow, Lamps);
        else if (request.Method == SipMethod.Options) TransactionLayer.Reply(request, flow, Capabilities.RefuseExtensions(request) ?? Refusals.Options(_me.Contact(flow, "")));
        else TransactionLayer.Reply(request, flow, Refusals.OutOfDialog(request));
    }

    /// <summary>Too much to do, or closing: new work is sent away, what is under way goes on.</summary>
    private bool IsShedding(SipMessage request, Flow flow)
    {
        if (!_isClosing && _loop.Load < 50) return false;
        TransactionLayer.Reply(request, flow, new SipReply(503).With(HeaderId.RetryAfter, _isClosing ? 60 : Random.Shared.Next(5, 16)));
        return true;
    }

    private void OnRegister(SipMessage request, Flow flow)
    {
        if (_loop.Load >= 50 && IsShedding(request, flow)) return; // closing keeps nobody from registering
        if (!HasSipAddress(request, HeaderId.To)) TransactionLayer.Reply(request, flow, new SipReply(400, "To Is No SIP Address"));
        else if (_registrar.Refuse(request) is { } refusal) TransactionLayer.Reply(request, flow, refusal);
        else if (SignIn(request, flow) is { } account) Register(request, flow, account);
    }

    private void Register(SipMessage request, Flow flow, SipAccount account)
    {
        flow.Keep();
        _layer.Open(request, flow, SipTokens.Tag()).Respond(_registrar.Register(request, flow, account));
    }

    private void OnInvite(SipMessage request, Flow flow)
    {
        if (IsShedding(request, flow)) return;
        var caller = new Caller(null, PeerOf(request, flow));
        if (!caller.IsKnown && !request.Has(HeaderId.Authorization) && !_limits.AllowsChallenge(flow.Remote.Address, _loop.Elapsed)) return;
        if (!caller.IsKnown && !_guests.MayEnter(request, flow))
        {
            if (!request.Has(HeaderId.Authorization) && !_limits.Trusts(flow.Remote.Address, _loop.Elapsed))
                _refused.NoteChallenge(request, flow, () => _limits.Trusts(flow.Remote.Address, _loop.Elapsed));
            caller = new Caller(SignIn(request, flow), null);
            if (!caller.IsKnown) return;
        }

        if (caller.Account is { PlacesUnregistered: false } account && _registrar.Find(account.Username) is null && !_policy.IsEmergency(DialledIn(request)))
        {
            TransactionLayer.Reply(request, flow, new SipReply(403, "Register First"));
            return;
        }

        flow.Keep();
        if (IsGone(request.RequestUri, flow)) TransactionLayer.Reply(request, flow, new SipReply(480));
        else _calls.Open(request, flow, caller);
    }

    private static string UserIn(ReadOnlySpan<byte> header) =>
        NameAddr.TryParse(header, out var address) && SipUri.TryParse(address.Uri, out var uri) ? uri.UserText() : "";

    private static string DialledIn(SipMessage request) => SipUri.TryParse(request.RequestUri, out var dialled) ? dialled.UserText() : "";

    /// <summary>Whether one device of ours is meant that is not registered: no other takes its place (RFC 5627 §6.1).</summary>
    private bool IsGone(ReadOnlySpan<byte> uri, Flow flow) =>
        Gruu.KeyOf(uri) is not null && _registrar.FindGruu(uri) is null && SipUri.TryParse(uri, out var named) && _us.Has(named, flow);

    /// <summary>The trunk a request comes from; it is known by its address, so the limits of strangers are not for it.</summary>
    private SipPeer? PeerOf(SipMessage request, Flow flow)
    {
        SipUri.TryParse(request.RequestUri, out var dialled);
        NameAddr.TryParse(request.Header(HeaderId.From), out var from);
        SipUri.TryParse(from.Uri, out var caller);
        var source = new IncomingSource(flow.Remote, flow.Transport, dialled.UserText(), SipText.Latin(dialled.Host), SipText.Latin(caller.Host))
        {
            ServerOf = Trunks.At(flow.Remote.Address),
            RegisteredBy = Trunks.By(flow),
            AlsoCalled = [UserIn(request.Header(HeaderId.To)), UserIn(Encoding.UTF8.GetBytes(request.Named("P-Called-Party-ID") ?? ""))],
            ProvenAs = Trunks.ProvenBy(flow.Certificate),
        };
        var peer = _policy.FindPeer(source);
        if (peer is null) return null;
        _limits.Trust(flow.Remote.Address, _loop.Elapsed);
        if (flow.Certificate is not null && Via.TryParse(request.Header(HeaderId.Via), out var via) && Parameters.Find(via.Parameters, "alias"u8, out _)) Reuse(flow, request);
        return peer;
    }

    /// <summary>Requests of ours to this trunk may go by the connection it opened (RFC 5923): it proved itself, as we would ask it to.</summary>
    private void Reuse(Flow flow, SipMessage request)
    {
        flow.Keep();
        _roads.Flows.Reuse(flow, request.Envelope.SentByPort);
    }

    private void OnErrand(SipMessage request, Flow flow)
    {
        if (IsShedding(request, flow)) return;
        if (Capabilities.RefuseExtensions(request) is { } refusal) TransactionLayer.Reply(request, flow, refusal);
        else if (!request.Has(HeaderId.Authorization) && !_limits.AllowsChallenge(flow.Remote.Address, _loop.Elapsed)) return;
        else if (SignIn(request, flow) is { } account)
        {
            flow.Keep();
            _errands.Take(request, flow, account);
        }
    }

    private void OnSubscribe(SipMessage request, Flow flow, Notifier lamps)
    {
        if (IsShedding(request, flow)) return;
        if (Notifier.Refuse(request) is { } refusal) TransactionLayer.Reply(request, flow, refusal);
        else if (SignIn(request, flow) is { } account)
        {
            flow.Keep();
            lamps.Subscribe(request, flow, account);
        }
    }

    /// <summary>Who sent this, or <see langword="null"/> after a challenge or refusal, which leaves nothing behind.</summary>
    private SipAccount? SignIn(SipMessage request, Flow flow)
    {
        var signIn = _authenticator.Check(request, flow);
        if (signIn.Account is not null) _limits.Trust(flow.Remote.Address, _loop.Elapsed);
        var refusal = signIn.Account is { } account ? _places.Refuse(account, flow) : signIn.Refusal;
        if (refusal is null) return signIn.Account;
        TransactionLayer.Reply(request, flow, refusal);
        return null;
    }

    private static bool HasSipAddress(SipMessage request, HeaderId id) =>
        NameAddr.TryParse(request.Header(id), out var address) && SipUri.TryParse(address.Uri, out var uri) && uri.IsSip;
}
