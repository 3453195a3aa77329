using Conference.Sip.Calls;
using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Transport;

namespace Conference.Sip.Registrar;

/// <summary>A binding as the loop holds it: with the flow its device opened (RFC 5626 §5.3), and what ends it.</summary>
internal sealed class Registration(Binding binding, Flow flow)
{
    /// <summary>What is known of it; replaced, never edited.</summary>
    public Binding Binding { get; set; } = binding;

    /// <summary>The way to the device, or to the proxy nearest to us.</summary>
    public Flow Flow { get; } = flow;

    public SipTimer Expiry { get; set; } = null!;

    /// <summary>Asks the device now and then whether it is there, or <see langword="null"/>.</summary>
    public SipTimer? Ping { get; set; }

    /// <summary>Whether the last ping is not answered yet.</summary>
    public bool IsAwaited { get; set; }

    /// <summary>Pings in a row that nobody answered.</summary>
    public int Silences { get; set; }

    /// <summary>User parts of the addresses its GRUU may begin with: the one it was registered for, or, after a restart, every one it may have been.</summary>
    public System.Collections.Immutable.ImmutableArray<string> Users { get; init; } = [binding.Account];

    /// <summary>Its host; empty when it is not known any more, after a restart.</summary>
    public string Host { get; init; } = "";

    /// <summary>Whether a URI has the host of the address it was registered for.</summary>
    public bool IsOf(ReadOnlySpan<byte> uri) =>
        Host.Length == 0 || (SipUri.TryParse(uri, out var named) && Host.Equals(SipText.Latin(named.Host), StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether both sides agreed on RFC 5626: then the instance may keep several flows.</summary>
    public bool IsOutbound { get; init; }

    /// <summary>Whether requests can go to it now.</summary>
    public bool IsUsable => Flow.IsOpen && Binding.IsReachable;

    /// <summary>Where it registered from, whether or not it can be reached there now.</summary>
    public DevicePlace Here => new(Binding.Contact, Flow, null, Binding.Path);

    /// <summary>Where calls to it go, or <see langword="null"/> when it is known to be out of reach.</summary>
    public DevicePlace? Place
    {
        get
        {
            if (!Binding.IsReachable || !(Flow.IsOpen || IsAtContact)) return null;
            var again = Flow.IsOpen ? null : new Hop(Binding.Transport, Binding.Remote, ""); // it listens where it spoke from
            return new DevicePlace(Binding.Contact, Flow, again, Binding.Path);
        }
    }

    /// <summary>
    /// Whether a translator of addresses stands between: the Contact is not where the REGISTER came from. A proxy in the path owns that
    /// question (RFC 3327), so it is none of ours.
    /// </summary>
    public bool IsBehindNat => Binding.Path.IsEmpty && !IsAtContact;

    /// <summary>Whether the Contact is the very address and port it speaks from: it can be called even when its connection is gone.</summary>
    public bool IsAtContact
    {
        get
        {
            if (!SipUri.TryParse(System.Text.Encoding.UTF8.GetBytes(Binding.Contact), out var contact)) return false;
            var host = SipText.Latin(contact.Host).Trim('[', ']');
            return System.Net.IPAddress.TryParse(host, out var address) && address.Equals(Binding.Remote.Address)
                && (contact.Port < 0 ? 5060 : contact.Port) == Binding.Remote.Port;
        }
    }
}
