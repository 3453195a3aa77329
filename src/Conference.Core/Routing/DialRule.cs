using System.Collections.Immutable;

namespace Conference.Core.Routing;

/// <summary>A way out of the house: which numbers, of which kind, by which trunks. Rules are asked in order; the first that matches decides.</summary>
/// <param name="Name">For people.</param>
/// <param name="Pattern">A dial pattern, for instance <c>0Z.</c>.</param>
/// <param name="Class">What permission it takes.</param>
/// <param name="Trunks">Names of trunks, best first; empty refuses the number.</param>
public sealed record DialRule(string Name, string Pattern, CallClass Class, ImmutableArray<string> Trunks)
{
    /// <summary>Characters taken from the front of what was dialled, for instance the outside line's 0.</summary>
    public int Drop { get; init; }

    /// <summary>What is put before the rest.</summary>
    public string Prepend { get; init; } = "";

    /// <summary>Suffix of the ENUM tree asked first (RFC 6116), for instance e164.arpa; <see langword="null"/> asks none.</summary>
    public string? EnumSuffix { get; init; }

    /// <summary>When it counts; outside these hours the next rule is asked. <see langword="null"/> for always. Emergency calls know no hours.</summary>
    public TimeTable? Hours { get; init; }

    /// <summary>Digits that the caller has to type before it is dialled, empty when they can no longer be read; <see langword="null"/> for none. Emergency calls need none.</summary>
    public string? Pin { get; init; }

    /// <summary>PINs stay out of logs.</summary>
    public override string ToString() => $"rule {Name} ({Pattern})";
}
