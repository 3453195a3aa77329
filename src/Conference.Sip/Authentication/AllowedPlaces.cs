using System.Net;
using Conference.Sip.Calls;
using Conference.Sip.Loop;

namespace Conference.Sip.Authentication;

/// <summary>Where an account may be used from: judged by where the packet came from, never by what it says of itself.</summary>
internal sealed class AllowedPlaces(ISipWatcher watcher, SipLoop loop)
{
    private const long Quiet = 60_000; // milliseconds between two words about one account
    private const int Most = 1_000;

    private readonly Dictionary<string, long> _told = new(StringComparer.OrdinalIgnoreCase);

    public bool Allow(SipAccount account, IPEndPoint remote)
    {
        var address = remote.Address.IsIPv4MappedToIPv6 ? remote.Address.MapToIPv4() : remote.Address;
        if (account.AllowedNetworks.IsEmpty || account.AllowedNetworks.Any(n => n.Contains(address))) return true;
        Tell(account.Username, remote);
        return false;
    }

    private void Tell(string account, IPEndPoint remote)
    {
        if (_told.TryGetValue(account, out var at) && loop.Now - at < Quiet) return;
        if (_told.Count >= Most) _told.Clear();
        _told[account] = loop.Now;
        watcher.OnPlaceRefused(account, remote);
    }
}
