using System.Net;
using System.Net.Sockets;
using Conference.Sip.Transport;

namespace Conference.Sip.Dialogs;

/// <summary>What we call ourselves in Contact and Via, seen from the other end of a flow.</summary>
internal sealed class Identity(string? advertised)
{
    /// <summary>host:port for Via.</summary>
    public string SentBy(Flow flow)
    {
        var local = flow.Local;
        return $"{Bracketed(advertised ?? local.Address.ToString())}:{local.Port}";
    }

    /// <summary>The Contact of everything we say in a dialog.</summary>
    public string Contact(Flow flow) => flow.Transport == "UDP"
        ? $"<sip:{SentBy(flow)}>"
        : $"<sip:{SentBy(flow)};transport={flow.Transport.ToLowerInvariant()}>";

    private static string Bracketed(string host) =>
        IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : host;
}
