using System.Collections.Immutable;
using System.Net;
using Conference.Sip.Digests;

namespace Conference.Sip.Calls;

/// <summary>What the protocol asks the house before it believes anybody.</summary>
/// <remarks>Called on the SIP loop: answers come from memory, at once, without waiting and without throwing.</remarks>
public interface ISipPolicy
{
    /// <summary>The account of that user name (compared without case), or <see langword="null"/>.</summary>
    SipAccount? FindAccount(string username);

    /// <summary>Whether somebody who cannot authenticate may call this number at all.</summary>
    bool IsOpenToGuests(string dialled);

    /// <summary>Whether the number is one for emergencies: such a call is refused for no limit.</summary>
    bool IsEmergency(string dialled) => false;

    /// <summary>The trunk a request outside a dialog comes from, or <see langword="null"/> for a stranger: then a digest is asked for.</summary>
    SipPeer? FindPeer(IncomingSource source) => null;
}

/// <summary>What is known of a request before anybody proved anything.</summary>
/// <param name="Remote">Where it came from.</param>
/// <param name="Transport">UDP, TCP, TLS, WS or WSS.</param>
/// <param name="User">User part of the Request-URI, unescaped: the token of our registration, or a number.</param>
/// <param name="Host">Host of the Request-URI.</param>
/// <param name="FromHost">Host of From.</param>
public sealed record IncomingSource(IPEndPoint Remote, string Transport, string User, string Host, string FromHost)
{
    /// <summary>Names of the lines in use that have a server at that address, the one they are registered with included.</summary>
    public ImmutableArray<string> ServerOf { get; init; } = [];

    /// <summary>Names of the lines that are registered by the very flow it came on.</summary>
    public ImmutableArray<string> RegisteredBy { get; init; } = [];

    /// <summary>Other places where the called number may stand: user parts of To and of P-Called-Party-ID, unescaped; empty when there is none.</summary>
    public ImmutableArray<string> AlsoCalled { get; init; } = [];

    /// <summary>Names of the lines in use that the certificate of the connection proves it to be from (RFC 5922), wherever it came from.</summary>
    public ImmutableArray<string> ProvenAs { get; init; } = [];
}

/// <summary>A trunk as the one who calls.</summary>
/// <param name="Name">The trunk line's name.</param>
/// <param name="IsTrusted">Whether P-Asserted-Identity, Diversion and the like are believed (RFC 3325).</param>
public sealed record SipPeer(string Name, bool IsTrusted);

/// <summary>Credentials of one device and whose extension it is.</summary>
/// <param name="Username">What the device signs in with; unique without regard to case.</param>
/// <param name="Extension">The number it calls from.</param>
/// <param name="DisplayName">The name others see.</param>
/// <param name="Secrets">One H(A1) per digest algorithm, for the realm of this installation (RFC 8760).</param>
/// <param name="MaxCalls">Simultaneous calls, or <see langword="null"/> for no limit.</param>
public sealed record SipAccount(string Username, string Extension, string DisplayName, ImmutableArray<DigestSecret> Secrets, int? MaxCalls = null)
{
    /// <summary>Networks its requests may come from; empty for anywhere.</summary>
    public ImmutableArray<IPNetwork> AllowedNetworks { get; init; } = [];

    /// <summary>Transports it may register by, for instance TLS and WSS; empty for any.</summary>
    public ImmutableHashSet<string> Transports { get; init; } = [];

    /// <summary>
    /// Digest algorithms it is asked for, in this order, and none else is taken from it; empty for <see cref="UsualAlgorithms"/>.
    /// Browsers are asked for MD5 alone where it is among them: they know no other.
    /// </summary>
    /// <remarks>One without its H(A1) in <see cref="Secrets"/> is passed over.</remarks>
    public ImmutableArray<DigestAlgorithm> Algorithms { get; init; } = [];

    /// <summary>
    /// What strangers and accounts without a list of their own are asked for. RFC 8760 §2.3 would have the strongest first, but SIPp 3.6
    /// and phones of its age read only the topmost challenge and give up at a name they do not know.
    /// </summary>
    public static ImmutableArray<DigestAlgorithm> UsualAlgorithms { get; } = [DigestAlgorithm.Md5, DigestAlgorithm.Sha256];

    /// <summary>Whether answers go to the port requests came from even when nobody asked for rport.</summary>
    public bool ForcesRport { get; init; }

    /// <summary>Whether it may call with its credentials alone, without being registered.</summary>
    public bool PlacesUnregistered { get; init; } = true;

    /// <summary>Whose browser needs no credentials for it, while that person is signed in on the pages; <see langword="null"/> for nobody's.</summary>
    public string? TrustedPerson { get; init; }
}
