using System.Collections.Immutable;
using Conference.Sip.Calls;
using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Transport;

namespace Conference.Sip.Registrar;

/// <summary>Who is reachable where: one device per account, the last registration wins (RFC 3261 §10.3). Lives on the SIP loop.</summary>
internal sealed class Registrar(SipStackOptions options, ISipWatcher watcher, SipLoop loop) : IDeviceLookup
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2); // for the refresh already on its way
    private static readonly TimeSpan Closing = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, Location> _locations = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<Flow, HashSet<Registration>> _byFlow = [];
    private readonly Dictionary<string, Registration> _gruus = [];
    private readonly RegisterRules _rules = new(options);
    private readonly Returns _returns = new(loop);
    private ImmutableDictionary<string, Binding> _picture = ImmutableDictionary<string, Binding>.Empty; // replaced, never edited

    /// <summary>Everybody registered now; safe to read from anywhere.</summary>
    public ImmutableArray<Binding> Bindings => [.. Volatile.Read(ref _picture).Values];

    /// <summary>Registrations are granted for a minute only: the server is going, and phones shall look for it soon.</summary>
    public bool IsClosing { get; set; }

    /// <summary>Told of an account that is registered elsewhere than before, or no more.</summary>
    public Action<string>? Changed { get; set; }

    /// <summary>Asks the registered whether they are there.</summary>
    public KeepAlive? KeepAlive { get; set; }

    /// <summary>Where an account is, or <see langword="null"/>.</summary>
    public Registration? Find(string account) => _locations.GetValueOrDefault(account)?.Current;

    /// <summary>The one device a GRUU means (RFC 5627 §5.1), or <see langword="null"/> when it is not registered.</summary>
    /// <param name="uri">A SIP URI; without gr it is none.</param>
    public Registration? FindGruu(ReadOnlySpan<byte> uri) =>
        Gruu.KeyOf(uri) is { } key && _gruus.TryGetValue(key, out var known) && known.IsOf(uri) ? known : null;

    /// <summary>Where an account is, or will be in a moment: a browser that is just reloading is given two seconds to come back.</summary>
    /// <param name="account">Its user name.</param>
    /// <param name="found">Called once; <see langword="null"/> when it is not there and did not come.</param>
    public void FindSoon(string account, Action<Registration?> found)
    {
        if (Find(account) is { } here) found(here);
        else _returns.Wait(account, found);
    }

    /// <summary>What speaks against a REGISTER whoever sent it, or <see langword="null"/> (§10.3 steps 1 and 2).</summary>
    public SipReply? Refuse(SipMessage request) => _rules.Refuse(request);

    /// <summary>Answers an authenticated REGISTER.</summary>
    /// <param name="request">The REGISTER.</param>
    /// <param name="flow">Where it came from: calls to the binding go back by it.</param>
    /// <param name="account">Whose credentials it carried.</param>
    public SipReply Register(SipMessage request, Flow flow, SipAccount account)
    {
        if (_rules.Refuse(request, account) is { } refusal) return refusal;
        var wish = RegisterContacts.Read(request);
        if (wish is null) return new SipReply(400, "Bad Contact");
        if (wish.IsStar) return RemoveAll(request, flow, account);
        if (wish.Contacts.Count == 0) return Granted(request, account);
        return Apply(request, flow, account, wish.Contacts);
    }

    /// <summary>Takes up the bindings of the last run that are still in time.</summary>
    /// <param name="known">What was stored.</param>
    /// <param name="flowTo">The way to a UDP peer, or <see langword="null"/> when no listener fits.</param>
    /// <param name="extensionOf">The extension of an account, or <see langword="null"/>.</param>
    public void Restore(IEnumerable<Binding> known, Func<Binding, Flow?> flowTo, Func<string, string?> extensionOf)
    {
        var picture = _picture.ToBuilder();
        foreach (var binding in known)
        {
            if (binding.Transport != "UDP" || binding.ExpiresAt <= loop.WallClock || flowTo(binding) is not { } flow) continue;
            if (Find(binding.Account) is { } before) Drop(before, BindingChange.Replaced);
            string?[] users = [binding.Account, extensionOf(binding.Account)];
            Place(new Registration(binding, flow) { IsOutbound = binding.RegId.Length > 0, Users = [.. users.OfType<string>().Distinct()] });
            picture[binding.Account] = binding;
        }

        Volatile.Write(ref _picture, picture.ToImmutable());
    }

    /// <inheritdoc/>
    void IDeviceLookup.Find(string account, Action<DevicePlace?> found) => FindSoon(account, here => found(here?.Place));

    /// <inheritdoc/>
    public string? AccountOf(ReadOnlySpan<byte> uri) => FindGruu(uri)?.Binding.Account;

    public void Unbind(string account)
    {
        if (!_locations.TryGetValue(account, out var location)) return;
        foreach (var registration in location.All.ToArray()) Drop(registration, BindingChange.Removed);
    }

    /// <summary>A connection is gone and with it whoever was reachable by it only.</summary>
    public void OnFlowClosed(Flow flow)
    {
        if (!_byFlow.TryGetValue(flow, out var onIt)) return;
        foreach (var registration in onIt.ToArray())
        {
            if (registration.IsAtContact && flow.Transport is "TCP" or "TLS") continue; // it listens where it spoke from: a new connection finds it
            _returns.OnLost(registration.Binding.Account);
            Drop(registration, BindingChange.Lost);
        }
    }

    /// <summary>A ping was answered, or was not for the third time, or a proxy said 430: calls need not try what is known to be dead.</summary>
    public void Judge(Registration registration, bool isReachable, TimeSpan? roundTrip)
    {
        var before = registration.Binding;
        registration.Binding = before with { IsReachable = isReachable, RoundTrip = roundTrip ?? before.RoundTrip };
        if (!_locations.TryGetValue(before.Account, out var location) || !ReferenceEquals(location.Current, registration)) return;
        if (!isReachable && location.Swap()) registration = location.Current;
        Show(registration.Binding);
        if (before.IsReachable != registration.Binding.IsReachable) watcher.OnReachable(registration.Binding);
    }

    /// <summary>"Contact: *" from a device that lost the account to another one changes nothing (step 5).</summary>
    private SipReply RemoveAll(SipMessage request, Flow flow, SipAccount account)
    {
        if (_locations.TryGetValue(account.Username, out var location) && location.All.FirstOrDefault(r => IsSender(r, request, flow)) is { } own)
        {
            if (IsOutOfOrder(own, request)) return OutOfOrder();
            foreach (var registration in location.All.ToArray()) Drop(registration, BindingChange.Removed);
        }

        return Granted(request, account);
    }

    /// <summary>All or nothing: everything is judged before anything is changed (§10.3 step 7).</summary>
    private SipReply Apply(SipMessage request, Flow flow, SipAccount account, IReadOnlyList<RegisterContact> contacts)
    {
        var wanted = contacts.Where(c => c.Expires > 0).ToArray();
        if (wanted.Any(c => c.Expires < options.MinExpires.TotalSeconds)) return new SipReply(423).With(HeaderId.MinExpires, (long)options.MinExpires.TotalSeconds);
        var known = _locations.GetValueOrDefault(account.Username)?.All.ToArray() ?? [];
        if (known.Any(r => IsOutOfOrder(r, request))) return OutOfOrder();

        foreach (var gone in contacts.Where(c => c.Expires == 0))
            foreach (var registration in known.Where(r => ContactMatch.IsSame(r.Binding, gone)))
                Drop(registration, wanted.Length == 0 ? BindingChange.Removed : BindingChange.Replaced);
        if (wanted.Length > 0) Bind(request, flow, account, wanted.Aggregate((best, next) => next.Q >= best.Q ? next : best));
        return Granted(request, account);
    }

    private void Bind(SipMessage request, Flow flow, SipAccount account, RegisterContact contact)
    {
        var made = Make(request, flow, account, contact);
        if (!_locations.TryGetValue(account.Username, out var location))
        {
            Place(made);
            Tell(BindingChange.Registered, made.Binding);
        }
        else if (location.IsAnotherFlow(made)) Spare(location, made);
        else Replace(location, location.Find(made) ?? location.Current, made);
    }

    private Registration Make(SipMessage request, Flow flow, SipAccount account, RegisterContact contact)
    {
        var before = _locations.GetValueOrDefault(account.Username)?.Current.Binding;
        NameAddr.TryParse(request.Header(HeaderId.To), out var to);
        SipUri.TryParse(to.Uri, out var aor);
        var binding = new Binding(
            account.Username, contact.Uri, flow.Transport, flow.Remote, request.Envelope.CallId, request.Envelope.CSeq,
            loop.WallClock, loop.WallClock + Grant(contact.Expires), request.Text(HeaderId.UserAgent))
        {
            Path = RegisterRules.Paths(request),
            Instance = contact.Instance,
            RegId = contact.Instance.Length > 0 ? contact.RegId : "",
        };
        if (before is not null && IsSameDevice(before, binding)) binding = binding with { RegisteredAt = before.RegisteredAt, RoundTrip = before.RoundTrip };
        return new Registration(binding, flow) { Users = [aor.UserText()], Host = SipText.Latin(aor.Host), IsOutbound = RegisterRules.IsOutbound(request, contact) };
    }

    /// <summary>Another flow of the same device: the one in use stays in use as long as it works.</summary>
    private void Spare(Location location, Registration made)
    {
        location.Add(made);
        Watch(made);
        if (!location.Current.IsUsable && location.Swap()) Tell(BindingChange.Refreshed, made.Binding);
    }

    /// <summary>The last registration wins: a refresh takes the place of its own, another device that of everything there was.</summary>
    private void Replace(Location location, Registration before, Registration made)
    {
        var isSame = IsSameDevice(before.Binding, made.Binding);
        if (isSame)
        {
            Forget(before);
            location.Exchange(before, made);
            Watch(made);
        }
        else
        {
            foreach (var old in location.All.ToArray()) Drop(old, BindingChange.Replaced);
            Place(made);
        }

        if (ReferenceEquals(_locations[made.Binding.Account].Current, made)) Tell(isSame ? BindingChange.Refreshed : BindingChange.Replaced, made.Binding);
    }

    private static bool IsSameDevice(Binding before, Binding now) => before.Instance.Length > 0 || now.Instance.Length > 0
        ? before.Instance == now.Instance
        : before.Contact == now.Contact && before.CallId == now.CallId;

    private void Place(Registration registration)
    {
        _locations[registration.Binding.Account] = new Location(registration);
        Watch(registration);
    }

    private void Watch(Registration registration)
    {
        registration.Expiry = new SipTimer(() => Drop(registration, BindingChange.Expired));
        loop.Set(registration.Expiry, registration.Binding.ExpiresAt - loop.WallClock + Grace);
        if (Gruu.Name(registration.Binding.Instance) is { Length: > 0 } name)
            foreach (var user in registration.Users)
                _gruus[Gruu.Key(user, name)] = registration;
        if (registration.Flow.IsReliable)
        {
            if (!_byFlow.TryGetValue(registration.Flow, out var onIt)) _byFlow[registration.Flow] = onIt = [];
            onIt.Add(registration);
        }

        _returns.OnBack(registration);
        KeepAlive?.OnPlaced(registration);
    }

    /// <summary>As much as asked for and allowed; long ones a little shorter by chance, so that a power cut does not echo every hour.</summary>
    private TimeSpan Grant(uint asked)
    {
        if (IsClosing) return Closing;
        var granted = Math.Min(asked, options.MaxExpires.TotalSeconds);
        if (granted > 120) granted -= Random.Shared.NextDouble() * granted / 10;
        return TimeSpan.FromSeconds(Math.Ceiling(Math.Max(granted, options.MinExpires.TotalSeconds)));
    }

    /// <summary>200 with what is bound now, and nothing of anybody else.</summary>
    private SipReply Granted(SipMessage request, SipAccount account)
    {
        var reply = new SipReply(200).With(HeaderId.Date, loop.WallClock.UtcDateTime.ToString("R")).With(HeaderId.Supported, RegisterRules.Supported);
        foreach (var route in options.ServiceRoute) reply.With(HeaderId.ServiceRoute, $"<{route}>");
        if (!_locations.TryGetValue(account.Username, out var location)) return reply;

        foreach (var registration in location.All) reply.With(HeaderId.Contact, RegisterRules.Contact(request, registration.Binding, loop.WallClock));
        foreach (var path in location.Current.Binding.Path) reply.With(HeaderId.Path, path);
        var isOutbound = location.Current.IsOutbound && request.Lists(HeaderId.Supported, "outbound"u8);
        return isOutbound ? reply.With(HeaderId.Require, "outbound").With(HeaderId.FlowTimer, RegisterRules.FlowTimer) : reply;
    }

    private void Drop(Registration registration, BindingChange why)
    {
        var account = registration.Binding.Account;
        if (!_locations.TryGetValue(account, out var location) || !location.All.Contains(registration)) return;
        var wasCurrent = ReferenceEquals(location.Current, registration);
        Forget(registration);
        if (location.Remove(registration))
        {
            if (wasCurrent && why != BindingChange.Replaced) Tell(BindingChange.Refreshed, location.Current.Binding);
            return;
        }

        _locations.Remove(account);
        Volatile.Write(ref _picture, _picture.Remove(account));
        if (why == BindingChange.Replaced) return; // the one in its place is told of
        watcher.OnBinding(why, registration.Binding);
        Changed?.Invoke(account);
    }

    private void Forget(Registration registration)
    {
        loop.Cancel(registration.Expiry);
        foreach (var key in registration.Users.Select(u => Gruu.Key(u, Gruu.Name(registration.Binding.Instance))))
            if (_gruus.TryGetValue(key, out var known) && ReferenceEquals(known, registration)) _gruus.Remove(key);
        if (_byFlow.TryGetValue(registration.Flow, out var onIt) && onIt.Remove(registration) && onIt.Count == 0) _byFlow.Remove(registration.Flow);
        KeepAlive?.OnDropped(registration);
    }

    private void Tell(BindingChange change, Binding binding)
    {
        Show(binding);
        watcher.OnBinding(change, binding);
        if (change != BindingChange.Refreshed) Changed?.Invoke(binding.Account);
    }

    private void Show(Binding binding) => Volatile.Write(ref _picture, _picture.SetItem(binding.Account, binding));

    /// <summary>An old REGISTER that arrives late must not undo a newer one (§10.3 step 7).</summary>
    private static bool IsOutOfOrder(Registration registration, SipMessage request) =>
        registration.Binding.CallId == request.Envelope.CallId && request.Envelope.CSeq <= registration.Binding.CSeq;

    private static SipReply OutOfOrder() => new(500, "Request Out Of Order");

    private static bool IsSender(Registration registration, SipMessage request, Flow flow) =>
        flow.Remote.Equals(registration.Binding.Remote) || registration.Binding.CallId == request.Envelope.CallId;
}
