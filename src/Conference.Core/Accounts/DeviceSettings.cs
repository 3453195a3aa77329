using System.Collections.Immutable;
using System.Net;
using Conference.Core.Routing;

namespace Conference.Core.Accounts;

/// <summary>What an administrator may set of a device: all but its name and its secret.</summary>
public record DeviceSettings
{
    /// <summary>What people call it: desk, mobile, reception.</summary>
    public string Label { get; init; } = "";

    /// <summary>Networks it may come from, beside what its extension allows; empty for anywhere.</summary>
    public ImmutableArray<IPNetwork> AllowedNetworks { get; init; } = [];

    /// <summary>Transports it may register by: UDP, TCP, TLS, WS, WSS; empty for any.</summary>
    public ImmutableHashSet<string> Transports { get; init; } = [];

    /// <summary>Whether answers go to the port it sends from even when it does not ask for that.</summary>
    public bool ForcesRport { get; init; }

    /// <summary>How voices and keys travel to it.</summary>
    public VoiceProfile Voice { get; init; } = VoiceProfile.Usual;

    /// <summary>How it is asked to prove that it knows its secret, first to last, and no other way; empty for MD5 and SHA-256.</summary>
    public ImmutableArray<SecretHash> Algorithms { get; init; } = [];

    /// <summary>Whether it may call with its secret alone, without being registered.</summary>
    public bool PlacesUnregistered { get; init; } = true;
}

/// <summary>How a secret is hashed for digest (RFC 8760).</summary>
public enum SecretHash
{
    Md5,
    Sha256,
    Sha512Of256,
}
