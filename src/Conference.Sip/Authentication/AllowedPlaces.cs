using System.Net;
using Conference.Sip.Calls;
using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Transport;

namespace Conference.Sip.Authentication;

/// <summary>Where an account may be used from, and by which transports: judged by where the packet came from, never by what it says of itself.</summary>
internal sealed class AllowedPlaces(ISipWatcher watcher, SipLoop loop)
{
    private const long Quiet = 60_000; // milliseconds between two words about one account
    private const int Most = 1_000;

    private readonly Dictionary<string, long> _told = new(StringComparer.OrdinalIgnoreCase);

    public SipReply? Refuse(SipAccount account, Flow flow)
    {
        var address = flow.Remote.Address.IsIPv4MappedToIPv6 ? flow.Remote.Address.MapToIPv4() : flow.Remote.Address;
        var isHere = account.AllowedNetworks.IsEmpty || account.AllowedNetworks.Any(n => n.Contains(address));
        var isThis = account.Transports.IsEmpty || account.Transports.Contains(flow.Transport);
        if (isHere && isThis) return null;
        Tell(account.Username, flow.Remote);
        return isHere ? new SipReply(403, "Not By This Transport") : new SipReply(403);
    }

    private void Tell(string account, IPEndPoint remote)
    {
        if (_told.TryGetValue(account, out var at) && loop.Now - at < Quiet) return;
        if (_told.Count >= Most) _told.Clear();
        _told[account] = loop.Now;
        watcher.OnPlaceRefused(account, remote);
    }
}
