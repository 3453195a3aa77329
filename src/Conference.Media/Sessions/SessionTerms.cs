using System.Collections.Immutable;
using Conference.Media.Sdp;

namespace Conference.Media.Sessions;

/// <summary>What one leg may agree to, where it is not what the house says.</summary>
public sealed record SessionTerms
{
    /// <summary>As the house says.</summary>
    public static SessionTerms House { get; } = new();

    /// <summary>Codecs by name, best first; empty for those of the house.</summary>
    public ImmutableArray<string> Codecs { get; init; } = [];

    /// <summary>How much it is protected; <see langword="null"/> for what the house says.</summary>
    public MediaSecurity? Security { get; init; }

    /// <summary>Whether it is refused in the clear.</summary>
    public bool OnlyProtected { get; init; }

    /// <summary>Whether the peer is a browser: it is offered ICE, DTLS-SRTP and the shared port, whatever the house says about protection.</summary>
    public bool IsWeb { get; init; }
}
