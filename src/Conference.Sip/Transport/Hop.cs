using System.Collections.Immutable;
using System.Net;

namespace Conference.Sip.Transport;

/// <summary>One place a request may go (RFC 3263 §4).</summary>
/// <param name="Transport">UDP, TCP or TLS.</param>
/// <param name="Remote">Address and port.</param>
/// <param name="Name">The domain asked for: what a TLS certificate must vouch for (RFC 5922 §7.3), never the SRV target.</param>
/// <param name="Pin">SHA-256 thumbprint of the only certificate accepted, or <see langword="null"/>.</param>
/// <param name="IsFixed">Whether UDP was asked for by name, so that nothing else may be tried.</param>
internal sealed record Hop(string Transport, IPEndPoint Remote, string Name, string? Pin = null, bool IsFixed = false)
{
    /// <summary>The host whose address it is, or empty: several addresses of one host are ways to one server.</summary>
    public string Host { get; init; } = "";

    /// <summary>The address of ours it is sent from, or <see langword="null"/> for the one that routes there.</summary>
    public IPAddress? From { get; init; }

    /// <summary>The trunk it is a server of, or empty: each may be shown a certificate of its own.</summary>
    public string Trunk { get; init; } = "";

    /// <summary>Whether it is the same server by an address of the other family.</summary>
    public bool IsOtherFamilyOf(Hop other) =>
        Host.Length > 0 && Host == other.Host && Transport == other.Transport && Remote.Port == other.Remote.Port && Remote.AddressFamily != other.Remote.AddressFamily;
}

/// <summary>Finds the places a URI leads to (RFC 3263).</summary>
internal interface ILocator
{
    /// <param name="uri">A SIP URI.</param>
    /// <param name="found">Called on the loop, once: best first, empty when there is none.</param>
    void Locate(string uri, Action<ImmutableArray<Hop>> found);
}

/// <summary>Gets a flow to a place: the socket for UDP, a connection that is open already, or a new one.</summary>
internal interface IFlowSource
{
    /// <param name="hop">Where to.</param>
    /// <param name="opened">Called on the loop, once; the flow, or <see langword="null"/> and why not.</param>
    void Open(Hop hop, Action<Flow?, string> opened);

    /// <summary>A trunk that proved itself by certificate said that its connection may be used both ways (RFC 5923 §8).</summary>
    /// <param name="flow">The connection it opened.</param>
    /// <param name="port">Where it listens itself: the port of its Via.</param>
    void Reuse(Flow flow, int port)
    {
    }
}
