using Conference.Media.Files;

namespace Conference.Core.Exchange;

/// <summary>What callers hear of the exchange itself.</summary>
/// <param name="Ringing">It rings at the other end; repeated.</param>
/// <param name="Busy">Nobody could be reached.</param>
/// <param name="Hold">The other side holds the call.</param>
public sealed record ExchangeSounds(Sound Ringing, Sound Busy, Sound Hold);

/// <summary>Looks a number up in ENUM (RFC 6116).</summary>
/// <param name="number">With a plus.</param>
/// <param name="suffix">For instance e164.arpa.</param>
/// <returns>SIP URIs, best first; none when it is unknown or the look-up fails.</returns>
public delegate Task<System.Collections.Immutable.ImmutableArray<string>> EnumLookup(string number, string suffix, CancellationToken cancel);

/// <summary>Whether a line is known to be down now: silent, unreachable or not registered.</summary>
/// <param name="trunk">Its name.</param>
public delegate bool LineIsDown(string trunk);

/// <summary>The exchange as the world names it.</summary>
/// <param name="Domain">Host of the URIs we write about our own numbers.</param>
public sealed record ExchangeOptions(string Domain)
{
    /// <summary>ENUM trees of our own: what they say may lead into our own networks.</summary>
    public System.Collections.Immutable.ImmutableArray<string> PrivateDirectories { get; init; } = [];
}
