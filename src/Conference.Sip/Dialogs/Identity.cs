using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Conference.Sip.Messages;
using Conference.Sip.Transport;

namespace Conference.Sip.Dialogs;

/// <summary>What we call ourselves in Contact and Via, seen from the other end of a flow.</summary>
/// <remarks>
/// The advertised address is for peers beyond our own networks and of its family; the others are told the address they reached us at,
/// or their ACK and BYE would go to the outer side of a router that does not lead them back in.
/// </remarks>
/// <param name="advertised">An address or a name, or nothing.</param>
/// <param name="near">Who is not told it.</param>
/// <param name="listeners">Those with a name of their own are called by it.</param>
internal sealed class Identity(string? advertised, OwnNetworks near, params ImmutableArray<SipListen> listeners)
{
    /// <summary>host:port for Via.</summary>
    public string SentBy(Flow flow)
    {
        var local = flow.Local;
        return $"{Bracketed(NameOf(flow) ?? AdvertisedTo(flow.Remote.Address) ?? SipText.Address(local.Address))}:{local.Port}";
    }

    /// <summary>The Contact of everything we say in a dialog.</summary>
    /// <remarks>Never sips, also over TLS: that would bind the other end to TLS on every hop (RFC 5630 §3.3). "wss" is no transport of URIs (RFC 7118 §5.2.1).</remarks>
    /// <param name="flow">Who hears it.</param>
    /// <param name="user">A user part, escaped already, or empty.</param>
    public string Contact(Flow flow, string user = "")
    {
        var at = user.Length > 0 ? user + "@" : "";
        return flow.Transport switch
        {
            "UDP" => $"<sip:{at}{SentBy(flow)}>",
            "WSS" => $"<sip:{at}{SentBy(flow)};transport=ws>",
            _ => $"<sip:{at}{SentBy(flow)};transport={flow.Transport.ToLowerInvariant()}>",
        };
    }

    /// <summary>The host of our own addresses in From and To, with its port where it is not the usual one.</summary>
    public string Host(Flow flow)
    {
        var host = SentBy(flow);
        return host.EndsWith(":5060", StringComparison.Ordinal) ? host[..^5] : host;
    }

    private string? NameOf(Flow flow)
    {
        foreach (var listener in listeners)
            if (listener.Host is not null && listener.Transport.Equals(flow.Transport, StringComparison.OrdinalIgnoreCase) && (listener.Address.Port == flow.Local.Port || listener.Address.Port == 0))
                return listener.Host;
        return null;
    }

    private string? AdvertisedTo(IPAddress peer)
    {
        if (advertised is null || near.Has(peer)) return null;
        return IPAddress.TryParse(advertised, out var address) && address.AddressFamily != peer.AddressFamily ? null : advertised;
    }

    private static string Bracketed(string host) =>
        IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : host;
}
