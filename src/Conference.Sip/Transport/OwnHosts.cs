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
            || options.Listen.Any(l => IsSame(host, l.Address.Address.ToString())));
    }

    private static bool IsSame(string host, string? ours) => ours is not null && host.Equals(ours, StringComparison.OrdinalIgnoreCase);
}
