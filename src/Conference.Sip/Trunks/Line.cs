using System.Collections.Immutable;
using System.Net;
using Conference.Sip.Loop;
using Conference.Sip.Requests;
using Conference.Sip.Transactions;
using Conference.Sip.Transport;

namespace Conference.Sip.Trunks;

/// <summary>One line in use: registered where it registers, asked now and then whether it is there, and judged by both.</summary>
internal sealed class Line
{
    private readonly LineServices _services;
    private readonly Action _gone;
    private readonly LineRegistration _registration;
    private readonly LineProbe _probe;
    private readonly SipTimer _due;
    private ProbeResult? _probed;
    private ImmutableArray<Hop> _asked = []; // its servers when it was probed last
    private bool _isProbing;
    private bool _isOver;

    /// <param name="services">What it stands on.</param>
    /// <param name="trunk">Its settings.</param>
    /// <param name="gone">Told when it was removed and nothing of it is left at the provider.</param>
    public Line(LineServices services, TrunkLine trunk, Action gone)
    {
        (_services, Trunk, _gone) = (services, trunk, gone);
        Token = trunk.Token.Length > 0 ? trunk.Token : SipTokens.Tag();
        var requests = new LineRequests(trunk, services.Me, Token);
        _registration = new LineRegistration(services, trunk, requests, KeysOf(trunk), _ => OnRegistration());
        _probe = new LineProbe(services.Sending, requests, trunk.DeadFor);
        _due = new SipTimer(Probe);
        State = new TrunkState(trunk.Name, TrunkHealth.Unknown, "Not asked yet.", services.Sending.Loop.WallClock);
    }

    public TrunkLine Trunk { get; }

    /// <summary>User of the Contact it registers.</summary>
    public string Token { get; }

    public TrunkState State { get; private set; }

    /// <summary>Whether nothing of it is left at the provider.</summary>
    public bool IsGone => _isOver && (!Trunk.Registers || _registration.State is LineTable.State.Gone);

    /// <summary>Where requests go first: the server that registered us, or that answered last.</summary>
    public Hop? Current => _registration.IsUp && _registration.Server is { } server ? server : _probed?.Hop;

    /// <summary>How long its registrations are asked to last.</summary>
    public TimeSpan Expires => _registration.Expires;

    /// <summary>Whether one of its servers is at that address.</summary>
    public bool IsAt(IPAddress address) => Current?.Remote.Address.Equals(address) == true || _asked.Concat(_registration.Servers).Any(h => h.Remote.Address.Equals(address));

    /// <summary>Whether it is registered by that flow: the same connection, or datagrams from the same place.</summary>
    public bool IsRegisteredBy(Flow flow) => _registration is { IsUp: true, Flow: { } own }
        && (ReferenceEquals(own, flow) || (own.Transport == "UDP" && flow.Transport == "UDP" && own.Remote.Equals(flow.Remote)));

    /// <summary>Answers challenges of a line's servers, or <see langword="null"/> when it has no secret.</summary>
    public static Keyring? KeysOf(TrunkLine line) =>
        line.Secret.Length == 0 ? null : new Keyring(line.AuthUser.Length > 0 ? line.AuthUser : line.User, line.Secret, line.Realm);

    public void Begin()
    {
        if (Trunk.Registers) _registration.Begin();
        if (Trunk.ProbeEvery > TimeSpan.Zero) Probe();
    }

    /// <summary>Takes the registration back and is quiet.</summary>
    public void Remove()
    {
        _isOver = true;
        _services.Sending.Loop.Cancel(_due);
        if (Trunk.Registers) _registration.Remove();
    }

    public void OnFlowClosed(Flow flow) => _registration.OnFlowClosed(flow);

    private void OnRegistration()
    {
        if (_isOver && IsGone) _gone();
        if (_isOver) return;
        if (_registration.State == LineTable.State.Registered && !_isProbing && Trunk.ProbeEvery > TimeSpan.Zero) _services.Sending.Loop.Set(_due, Trunk.ProbeEvery);
        Judge();
    }

    private void Probe()
    {
        if (_isProbing || _isOver) return;
        _isProbing = true;
        TrunkServers.Locate(Trunk, _services.Sending.Roads.Locator, hops =>
        {
            _asked = hops;
            _probe.Ask(Preferred(hops), _registration.IsUp ? _registration.Flow : null, OnProbed);
        });
    }

    /// <summary>A registered line keeps to its server; others begin with their best each time, and so come home when it is back.</summary>
    private ImmutableArray<Hop> Preferred(ImmutableArray<Hop> hops) =>
        _registration.IsUp && _registration.Server is { } server ? [server, .. hops.Where(h => h != server)] : hops;

    private void OnProbed(ProbeResult result)
    {
        _isProbing = false;
        if (_isOver) return;
        var wasPinned = _registration.IsUp ? _registration.Server : null;
        _probed = result;
        _services.Sending.Loop.Set(_due, Trunk.ProbeEvery);
        if (wasPinned is not null && result.Hop != wasPinned) _registration.OnSilence(); // register where somebody listens
        Judge();
    }

    private void Judge()
    {
        var (health, why) = Trunk.Registers ? JudgeRegistered() : JudgeProbed();
        var server = Current is { } current ? LineWords.At(current) : null;
        var roundTrip = _probed?.Hop is null ? null : _probed?.RoundTrip;
        var since = health == State.Health && why == State.Why ? State.Since : _services.Sending.Loop.WallClock;
        var state = new TrunkState(Trunk.Name, health, why, since, server, roundTrip);
        if (state == State) return;
        State = state;
        _services.Tell(state);
    }

    private (TrunkHealth, string) JudgeRegistered()
    {
        var server = _registration.Server is { } known ? LineWords.At(known) : "the server";
        if (_registration.IsUp && _registration.State is LineTable.State.Waiting) return (TrunkHealth.Degraded, $"Still registered with {server}, but not again: {_registration.Why}");
        if (_registration.IsUp) return (_registration.IsAtFirst ? TrunkHealth.Up : TrunkHealth.Degraded, $"Registered with {server}.");
        return _registration.State switch
        {
            LineTable.State.Waiting => (TrunkHealth.Down, _registration.Why),
            LineTable.State.Registering when _registration.Why.Length > 0 => (TrunkHealth.Down, _registration.Why),
            LineTable.State.Registering => (TrunkHealth.Unknown, "Registering."),
            _ => (TrunkHealth.Unknown, "Not asked yet."),
        };
    }

    private (TrunkHealth, string) JudgeProbed()
    {
        if (_probed is null) return (TrunkHealth.Unknown, "Not asked yet.");
        if (_probed.Hop is not { } hop) return (TrunkHealth.Down, _probed.Why);
        return _probed.IsFirst ? (TrunkHealth.Up, $"{LineWords.At(hop)} answers.") : (TrunkHealth.Degraded, $"{_probed.Why} {LineWords.At(hop)} answers in its place.");
    }
}
