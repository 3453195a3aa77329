using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Conference.Sip.Messages;

namespace Conference.Sip.Transport;

/// <summary>The names and addresses that mean this house.</summary>
internal sealed class OwnHosts(SipStackOptions options)
{
    /// <summary>Whether an address is ours: the realm, the advertised name, a listener, or the very address it was sent to.</summary>
    public bool Has(SipUri uri, Flow flow)
    {
        var host = SipText.Latin(uri.Host).Trim('[', ']');
        if (IsSame(host, options.Realm)) return true;
        var port = uri.Port;
        var isOurPort = port < 0 || port == flow.Local.Port || options.Listen.Any(l => l.Address.Port == port);
        return isOurPort && (IsSame(host, flow.Local.Address.ToString()) || IsSame(host, options.AdvertisedAddress)
            || options.Listen.Any(l => IsSame(host, l.Address.Address.ToString()) || IsSame(host, l.Host)));
    }

    /// <summary>Whether it is our own IPv6 address without its brackets, as SIPp 3.6 writes it into its credentials ("sip:::1:5060"); no other host can be read so.</summary>
    public static bool IsBareAddress(ReadOnlySpan<byte> uri, Flow flow)
    {
        if (flow.Local.AddressFamily != AddressFamily.InterNetworkV6) return false;
        var ours = "sip:" + flow.Local.Address;
        return Is(uri, ours) || Is(uri, string.Create(CultureInfo.InvariantCulture, $"{ours}:{flow.Local.Port}"));
    }

    private static bool Is(ReadOnlySpan<byte> text, string ours) => Ascii.EqualsIgnoreCase(text, ours);

    private static bool IsSame(string host, string? ours) => ours is not null && host.Equals(ours, StringComparison.OrdinalIgnoreCase);
}
