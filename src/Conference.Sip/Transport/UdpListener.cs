using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Conference.Sip.Messages;

namespace Conference.Sip.Transport;

/// <summary>
/// One line of the settings for UDP. "Every address" is a socket for each address of this machine, now and as they change: so an answer
/// always leaves from the address the request was sent to, also on machines with several.
/// </summary>
internal sealed class UdpListener : IDisposable
{
    private readonly Action<SipMessage, Flow> _receive;
    private readonly Action<string, Exception?> _trouble;
    private readonly IWireTap? _tap;
    private readonly LocalAddresses _routes;
    private readonly bool _isEverywhere;
    private ImmutableArray<UdpTransport> _sockets = [];
    private bool _isStarted;

    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public UdpListener(IPEndPoint bind, Action<SipMessage, Flow> receive, Action<string, Exception?> trouble, IWireTap? tap = null)
    {
        (_receive, _trouble, _tap) = (receive, trouble, tap);
        var isWildcard = bind.Address.Equals(IPAddress.Any) || bind.Address.Equals(IPAddress.IPv6Any);
        var own = isWildcard && bind.Port != 0 ? Own(bind.AddressFamily) : [];
        _isEverywhere = own.Count > 0; // a machine that does not tell its addresses gets one socket for all
        Bound = bind;
        if (_isEverywhere) OpenAll(own);
        else
        {
            _sockets = [new UdpTransport(bind, receive, trouble, tap)];
            Bound = _sockets[0].Bound;
        }

        _routes = new LocalAddresses(Bound);
        if (_isEverywhere) NetworkChange.NetworkAddressChanged += OnAddressesChanged;
    }

    /// <summary>Where it listens, as it was set, with the port really taken.</summary>
    public IPEndPoint Bound { get; }

    public bool IsAlive => _sockets.All(s => s.IsAlive);

    /// <summary>The addresses it answers from.</summary>
    public IEnumerable<IPAddress> Addresses => _sockets.Select(s => s.Bound.Address);

    public void Start()
    {
        _isStarted = true;
        foreach (var socket in _sockets) socket.Start();
    }

    /// <summary>The way to a peer, from the address this machine would send to it from.</summary>
    /// <returns><see langword="null"/> when the peer is of another family.</returns>
    public Flow? FlowTo(IPEndPoint remote, IPAddress? asked = null)
    {
        if (remote.AddressFamily != Bound.AddressFamily) return null;
        var sockets = _sockets;
        if (sockets.Length == 1) return sockets[0].FlowTo(remote);
        var from = asked ?? _routes.Towards(remote).Address;
        return (sockets.FirstOrDefault(s => s.Bound.Address.Equals(from)) ?? sockets.FirstOrDefault())?.FlowTo(remote);
    }

    public void Dispose()
    {
        if (_isEverywhere) NetworkChange.NetworkAddressChanged -= OnAddressesChanged;
        foreach (var socket in _sockets) socket.Dispose();
    }

    /// <summary>Addresses a phone may know us by: none that needs a zone to be understood.</summary>
    private static List<IPAddress> Own(AddressFamily family)
    {
        try
        {
            return [.. NetworkInterface.GetAllNetworkInterfaces()
                .Where(i => i.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
                .SelectMany(i => i.GetIPProperties().UnicastAddresses)
                .Select(a => a.Address)
                .Where(a => a.AddressFamily == family && !a.IsIPv6LinkLocal)
                .Distinct()];
        }
        catch (Exception e) when (e is NetworkInformationException or SocketException or IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            return [];
        }
    }

    /// <summary>All or nothing: a start that half succeeded would be found out by those it left out.</summary>
    private void OpenAll(List<IPAddress> addresses)
    {
        try
        {
            foreach (var address in addresses) _sockets = _sockets.Add(new UdpTransport(new IPEndPoint(address, Bound.Port), _receive, _trouble, _tap));
        }
        catch
        {
            foreach (var socket in _sockets) socket.Dispose();
            throw;
        }
    }

    private void OnAddressesChanged(object? sender, EventArgs e)
    {
        lock (_receive) // the system may tell two changes at once
        {
            var own = Own(Bound.AddressFamily);
            if (own.Count == 0 || !_isStarted) return;
            var gone = _sockets.Where(s => !own.Contains(s.Bound.Address)).ToList();
            var added = own.Where(a => _sockets.All(s => !s.Bound.Address.Equals(a))).Select(TryOpen).OfType<UdpTransport>();
            _sockets = [.. _sockets.Except(gone), .. added];
            foreach (var socket in gone) socket.Dispose();
        }
    }

    private UdpTransport? TryOpen(IPAddress address)
    {
        try
        {
            var socket = new UdpTransport(new IPEndPoint(address, Bound.Port), _receive, _trouble, _tap);
            socket.Start();
            return socket;
        }
        catch (SocketException error)
        {
            _trouble($"The new address {address} of this machine is not listened on.", error); // the next change tries again
            return null;
        }
    }
}
