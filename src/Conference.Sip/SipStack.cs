using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Conference.Sip.Authentication;
using Conference.Sip.Calls;
using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Registrar;
using Conference.Sip.Resolver;
using Conference.Sip.Subscriptions;
using Conference.Sip.Tracing;
using Conference.Sip.Transport;
using Conference.Sip.Trunks;

namespace Conference.Sip;

/// <summary>The SIP side of the house: sockets, one loop that owns all protocol state, and the door it opens to the house.</summary>
public sealed class SipStack : ISipStack
{
    private readonly SipStackOptions _options;
    private readonly ISipPolicy _policy;
    private readonly ISipWatcher _watcher;
    private readonly ISipState? _state;
    private readonly SipLoop _loop;
    private readonly List<UdpListener> _udp = [];
    private readonly LocalAddresses _routes = new(new IPEndPoint(IPAddress.Any, 0));
    private readonly List<StreamListener> _listeners = [];
    private readonly Connections _connections;
    private readonly FlowSource _flows;
    private readonly NameService _names;
    private readonly SipTrace _trace;
    private readonly TimeProvider _time;
    private UserAgent? _agent;
    private bool _isStopped;

    /// <param name="options">Where to listen and what to call ourselves.</param>
    /// <param name="policy">Who may do what; asked on the SIP loop.</param>
    /// <param name="watcher">Hears what happens; called on the SIP loop.</param>
    /// <param name="time">The clock of every timer.</param>
    /// <param name="state">What subscribers may be told; nobody may subscribe without it.</param>
    public SipStack(SipStackOptions options, ISipPolicy policy, ISipWatcher watcher, TimeProvider time, ISipState? state = null)
    {
        _state = state;
        Lamps = new Switchboard(this);
        (_options, _policy, _watcher, _time) = (options, policy, watcher, time);
        _loop = new SipLoop(time, watcher.OnTrouble);
        _trace = new SipTrace(time);
        _connections = new Connections(Receive, SettleAsync, OnFlowClosed, watcher.OnTrouble, _trace);
        var dialer = new Dialer(_connections, PortOf, new TlsClient(hop => options.TrunkCertificate?.Invoke(hop.Trunk) ?? options.Certificate?.Invoke("")), time);
        _flows = new FlowSource(hop => UdpTo(hop.Remote, hop.From), dialer.DialAsync, _loop.Post);
        Sockets = new SipSockets(_connections, time);
        _names = new NameService(options.DnsServers, time, _loop.Post);
    }

    /// <inheritdoc/>
    public ISipTrace Trace => _trace;

    /// <inheritdoc/>
    public ISipSockets Sockets { get; }

    /// <inheritdoc/>
    public IEnumDirectory Numbers => _names.Numbers;

    /// <inheritdoc/>
    public ImmutableArray<SipListen> Listening { get; private set; } = [];

    /// <inheritdoc/>
    public ISipCalls Calls => Agent.Calls;

    /// <inheritdoc/>
    public ImmutableArray<Binding> Bindings => _agent?.Registrar.Bindings ?? [];

    /// <inheritdoc/>
    public bool IsHealthy => !_isStopped && _loop.IsAlive && _udp.All(u => u.IsAlive) && _listeners.All(l => l.IsAlive);

    /// <inheritdoc/>
    public Task<SipTables> CountAsync()
    {
        var counted = new TaskCompletionSource<SipTables>(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(() => counted.SetResult(Agent.Tables));
        return counted.Task;
    }

    /// <inheritdoc/>
    public ISipBans Bans => Agent.Bans;

    /// <inheritdoc/>
    public ISipLamps Lamps { get; }

    /// <inheritdoc/>
    public ISipTrunks Trunks => Agent.Trunks;

    /// <inheritdoc/>
    public void Start(Func<IIncomingCall, CancellationToken, Task> onCall, IEnumerable<Binding> known) => Start(new CallsOnly(onCall), known);

    /// <inheritdoc/>
    public void Start(ISipHouse house, IEnumerable<Binding> known)
    {
        _agent = new UserAgent(
            _options, _policy, _watcher, _loop, work => ThreadPool.UnsafeQueueUserWorkItem(_ => work(), null), house,
            new Roads(_names.Locator, _flows, new DeadServers()), state: _state);
        try
        {
            Listening = [.. _options.Listen.Select(OpenByName)];
        }
        catch
        {
            Close();
            throw;
        }

        _agent.Restore(known, FlowTo); // the loop does not turn yet, so nobody else owns it; whoever looks after Start sees them
        _loop.Start();
        foreach (var udp in _udp) udp.Start();
        foreach (var listener in _listeners) listener.Start();
    }

    /// <inheritdoc/>
    public void Unbind(string account) => _loop.Post(() => _agent?.Registrar.Unbind(account));

    /// <inheritdoc/>
    public async Task StopAsync(TimeSpan grace)
    {
        if (_isStopped || _agent is null) return;
        var ended = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(() => ended.SetResult(_agent.CloseAsync()));
        try
        {
            await (await ended.Task.WaitAsync(grace)).WaitAsync(grace);
        }
        catch (TimeoutException)
        {
            // whoever has not answered our BYE by now will notice the silence
        }

        Close();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.FromSeconds(1));
        if (!_isStopped) Close();
    }

    /// <summary>A failure says which of the addresses it was: the message is the address and nothing else.</summary>
    private SipListen OpenByName(SipListen listen)
    {
        try
        {
            return Open(listen);
        }
        catch (SocketException e)
        {
            throw new SocketException((int)e.SocketErrorCode, $"{listen.Transport}://{listen.Address}");
        }
    }

    private SipListen Open(SipListen listen)
    {
        if (listen.Transport == "udp")
        {
            var udp = new UdpListener(listen.Address, Receive, _watcher.OnTrouble, _trace);
            _udp.Add(udp);
            return listen with { Address = udp.Bound };
        }

        var listener = new StreamListener(listen.Address, _connections, listen.Transport == "tls" ? Tls() : null, _watcher.OnTrouble, _time);
        _listeners.Add(listener);
        return listen with { Address = listener.Bound };
    }

    private TlsServer Tls() => new(_options.Certificate ?? throw new InvalidOperationException("A TLS listener needs SipStackOptions.Certificate."), () => Agent.Trunks.HasTls);

    private UserAgent Agent => _agent ?? throw new InvalidOperationException("The stack is not started.");

    private void Receive(SipMessage message, Flow flow)
    {
        if (_options.IgnoresScanners && Scanners.Sent(message)) return;
        if (!_agent!.Admits(message, flow)) return;
        _trace.Received(message, flow);
        _loop.Offer(() => _agent.Receive(message, flow));
    }

    private void OnFlowClosed(Flow flow) => _loop.Post(() =>
    {
        _flows.OnFlowClosed(flow);
        _agent!.OnFlowClosed(flow);
    });

    private Task SettleAsync()
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(settled.SetResult);
        return settled.Task;
    }

    private Flow? FlowTo(Binding binding) => UdpTo(binding.Remote, null);

    /// <summary>By the listener that has the address this machine would send from: a provider's network is often reached by one of several.</summary>
    /// <param name="remote">Where to.</param>
    /// <param name="asked">The address of ours that somebody chose for it, or <see langword="null"/>; without a listener there, nothing leaves.</param>
    private Flow? UdpTo(IPEndPoint remote, IPAddress? asked)
    {
        var able = _udp.Where(u => u.Bound.AddressFamily == remote.AddressFamily).ToList();
        if (asked is not null) return able.Find(u => u.Addresses.Contains(asked))?.FlowTo(remote, asked);
        if (able.Count <= 1) return able.FirstOrDefault()?.FlowTo(remote);
        var from = _routes.Towards(remote).Address;
        return (able.Find(u => u.Addresses.Contains(from)) ?? able[0]).FlowTo(remote);
    }

    private int? PortOf(string transport) =>
        Listening.FirstOrDefault(l => l.Transport.Equals(transport, StringComparison.OrdinalIgnoreCase))?.Address.Port;

    private void Close()
    {
        _isStopped = true;
        foreach (var listener in _listeners) listener.Dispose();
        _connections.Dispose();
        foreach (var udp in _udp) udp.Dispose();
        _loop.Stop();
        _loop.Dispose();
    }

    /// <summary>The house may tell of changes at any time, also before anybody can have subscribed.</summary>
    private sealed class Switchboard(SipStack stack) : ISipLamps
    {
        public void Changed(string user) => stack._agent?.Lamps?.Changed(user);
    }
}
