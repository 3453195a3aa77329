using System.Collections.Immutable;
using Conference.Sip.Calls;
using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Transport;

namespace Conference.Sip.Registrar;

/// <summary>Who is reachable where: one binding per account, the last registration wins (RFC 3261 §10.3). Lives on the SIP loop.</summary>
internal sealed class Registrar(SipStackOptions options, ISipWatcher watcher, SipLoop loop) : IDeviceLookup
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2); // for the refresh already on its way

    private readonly Dictionary<string, Registration> _bindings = new(StringComparer.OrdinalIgnoreCase);
    private ImmutableDictionary<string, Binding> _picture = ImmutableDictionary<string, Binding>.Empty; // replaced, never edited

    /// <summary>Everybody registered now; safe to read from anywhere.</summary>
    public ImmutableArray<Binding> Bindings => [.. Volatile.Read(ref _picture).Values];

    /// <summary>Answers an authenticated REGISTER.</summary>
    /// <param name="request">The REGISTER.</param>
    /// <param name="flow">Where it came from: calls to the binding go back by it.</param>
    /// <param name="account">Whose credentials it carried.</param>
    public SipReply Register(SipMessage request, Flow flow, SipAccount account)
    {
        if (!IsOwn(request, account)) return new SipReply(403);
        if (Capabilities.RefuseExtensions(request) is { } refusal) return refusal;
        if (request.Has(HeaderId.Path) && !request.Lists(HeaderId.Supported, "path"u8)) return new SipReply(421).With(HeaderId.Require, "path");
        var wish = RegisterContacts.Read(request);
        if (wish is null) return new SipReply(400, "Bad Contact");
        if (wish.IsStar) return RemoveAll(request, flow, account);
        if (wish.Contacts.Count == 0) return Granted(request, account);
        return Apply(request, flow, account, wish.Contacts);
    }

    /// <summary>Takes up the bindings of the last run that are still in time.</summary>
    /// <param name="known">What was stored.</param>
    /// <param name="flowTo">The way to a UDP peer, or <see langword="null"/> when no listener fits.</param>
    public void Restore(IEnumerable<Binding> known, Func<Binding, Flow?> flowTo)
    {
        foreach (var binding in known)
        {
            if (binding.Transport != "UDP" || binding.ExpiresAt <= loop.WallClock || flowTo(binding) is not { } flow) continue;
            Put(new Registration(binding, flow, ""), _bindings.GetValueOrDefault(binding.Account));
        }
    }

    /// <inheritdoc/>
    public DevicePlace? Find(string account) =>
        _bindings.TryGetValue(account, out var found) && found.Flow.IsOpen ? new DevicePlace(found.Binding.Contact, found.Flow, [.. found.Paths]) : null;

    public void Unbind(string account)
    {
        if (_bindings.TryGetValue(account, out var registration)) Drop(registration, BindingChange.Removed);
    }

    /// <summary>A connection is gone and with it whoever was reachable by it only.</summary>
    public void OnFlowClosed(Flow flow)
    {
        foreach (var registration in _bindings.Values.Where(r => ReferenceEquals(r.Flow, flow)).ToArray()) Drop(registration, BindingChange.Removed);
    }

    /// <summary>The address of record belongs to the account: its user name or its extension.</summary>
    private static bool IsOwn(SipMessage request, SipAccount account)
    {
        NameAddr.TryParse(request.Header(HeaderId.To), out var to);
        NameAddr.TryParse(request.Header(HeaderId.From), out var from);
        return Owner.Is(to.Uri, account) && Owner.Is(from.Uri, account);
    }

    /// <summary>"Contact: *" from a device that lost the account to another one changes nothing.</summary>
    private SipReply RemoveAll(SipMessage request, Flow flow, SipAccount account)
    {
        if (_bindings.TryGetValue(account.Username, out var registration) && IsSameSender(registration, flow))
        {
            if (IsOutOfOrder(registration, request)) return OutOfOrder();
            Drop(registration, BindingChange.Removed);
        }

        return Granted(request, account);
    }

    private SipReply Apply(SipMessage request, Flow flow, SipAccount account, IReadOnlyList<RegisterContact> contacts)
    {
        var wanted = contacts.Where(c => c.Expires > 0).ToArray();
        if (wanted.Any(c => c.Expires < options.MinExpires.TotalSeconds)) return new SipReply(423).With(HeaderId.MinExpires, (long)options.MinExpires.TotalSeconds);
        _bindings.TryGetValue(account.Username, out var current);
        if (current is not null && IsOutOfOrder(current, request)) return OutOfOrder();

        foreach (var gone in contacts.Where(c => c.Expires == 0))
            if (current is not null && Matches(current, gone) && _bindings.ContainsKey(account.Username))
                Drop(current, wanted.Length == 0 ? BindingChange.Removed : BindingChange.Replaced);
        if (wanted.Length > 0) Bind(request, flow, account, wanted.Aggregate((best, next) => next.Q >= best.Q ? next : best));
        return Granted(request, account);
    }

    private void Bind(SipMessage request, Flow flow, SipAccount account, RegisterContact contact)
    {
        _bindings.TryGetValue(account.Username, out var before);
        var granted = Grant(contact.Expires);
        var isRefresh = before is not null && before.Binding.Contact == contact.Uri && before.Binding.CallId == request.Envelope.CallId;
        var binding = new Binding(
            account.Username,
            contact.Uri,
            flow.Transport,
            flow.Remote,
            request.Envelope.CallId,
            request.Envelope.CSeq,
            isRefresh ? before!.Binding.RegisteredAt : loop.WallClock,
            loop.WallClock + granted,
            request.Text(HeaderId.UserAgent));
        Put(new Registration(binding, flow, Identify(contact)) { Echo = Echo(contact), Paths = Paths(request) }, before);
        watcher.OnBinding(isRefresh ? BindingChange.Refreshed : before is null ? BindingChange.Registered : BindingChange.Replaced, binding);
    }

    private void Put(Registration registration, Registration? before)
    {
        if (before is not null) loop.Cancel(before.Expiry);
        registration.Expiry = new SipTimer(() => Drop(registration, BindingChange.Expired));
        _bindings[registration.Binding.Account] = registration;
        loop.Set(registration.Expiry, registration.Binding.ExpiresAt - loop.WallClock + Grace);
        Volatile.Write(ref _picture, _picture.SetItem(registration.Binding.Account, registration.Binding));
    }

    /// <summary>As much as asked for and allowed; long ones a little shorter by chance, so that a power cut does not echo every hour.</summary>
    private TimeSpan Grant(uint asked)
    {
        var granted = Math.Min(asked, options.MaxExpires.TotalSeconds);
        if (granted > 120) granted -= Random.Shared.NextDouble() * granted / 10;
        return TimeSpan.FromSeconds(Math.Ceiling(Math.Max(granted, options.MinExpires.TotalSeconds)));
    }

    /// <summary>200 with what is bound now, and nothing of anybody else.</summary>
    private SipReply Granted(SipMessage request, SipAccount account)
    {
        var reply = new SipReply(200).With(HeaderId.Date, loop.WallClock.UtcDateTime.ToString("R")).With(HeaderId.Supported, Capabilities.Supported);
        if (!_bindings.TryGetValue(account.Username, out var registration)) return reply;

        var left = Math.Max(0, (long)Math.Ceiling((registration.Binding.ExpiresAt - loop.WallClock).TotalSeconds));
        reply.With(HeaderId.Contact, $"<{registration.Binding.Contact}>;expires={left}{registration.Echo}");
        foreach (var path in registration.Paths) reply.With(HeaderId.Path, path);
        var isOutbound = registration.Echo.Length > 0 && request.Lists(HeaderId.Supported, "outbound"u8);
        return isOutbound ? reply.With(HeaderId.Require, "outbound").With(HeaderId.FlowTimer, 120) : reply;
    }

    private void Drop(Registration registration, BindingChange why)
    {
        if (!_bindings.TryGetValue(registration.Binding.Account, out var current) || !ReferenceEquals(current, registration)) return;
        _bindings.Remove(registration.Binding.Account);
        loop.Cancel(registration.Expiry);
        Volatile.Write(ref _picture, _picture.Remove(registration.Binding.Account));
        if (why != BindingChange.Replaced) watcher.OnBinding(why, registration.Binding);
    }

    /// <summary>An old REGISTER that arrives late must not undo a newer one (§10.3 step 7).</summary>
    private static bool IsOutOfOrder(Registration registration, SipMessage request) =>
        registration.Binding.CallId == request.Envelope.CallId && request.Envelope.CSeq <= registration.Binding.CSeq;

    private static SipReply OutOfOrder() => new(500, "Request Out Of Order");

    private static bool IsSameSender(Registration registration, Flow flow) => flow.Remote.Equals(registration.Binding.Remote);

    private static bool Matches(Registration registration, RegisterContact contact) =>
        (registration.Instance.Length > 0 && registration.Instance == Identify(contact))
        || SipUri.Same(System.Text.Encoding.UTF8.GetBytes(registration.Binding.Contact), System.Text.Encoding.UTF8.GetBytes(contact.Uri));

    private static string Identify(RegisterContact contact) => contact.Instance.Length > 0 ? contact.Instance + ";" + contact.RegId : "";

    /// <summary>What the client recognises its own binding by (RFC 5626 §6).</summary>
    private static string Echo(RegisterContact contact) =>
        contact.Instance.Length == 0 || contact.RegId.Length == 0 ? "" : $";+sip.instance={contact.Instance};reg-id={contact.RegId}";

    private static string[] Paths(SipMessage request)
    {
        var paths = new List<string>();
        foreach (var path in request.Values(HeaderId.Path))
            if (NameAddr.TryParse(path, out _))
                paths.Add(SipText.Latin(SipText.Flat(path)));
        return [.. paths];
    }

    private sealed class Registration(Binding binding, Flow flow, string instance)
    {
        public Binding Binding { get; } = binding;

        public Flow Flow { get; } = flow;

        public string Instance { get; } = instance;

        public string Echo { get; init; } = "";

        public string[] Paths { get; init; } = [];

        public SipTimer Expiry { get; set; } = null!;
    }
}
