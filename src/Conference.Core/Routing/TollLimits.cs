using System.Collections.Immutable;

namespace Conference.Core.Routing;

/// <summary>How much may be spent before somebody looks: calls outside are counted per extension, per destination and for the whole house.</summary>
public sealed record TollLimits
{
    /// <summary>Calls outside per extension and hour; emergency calls are not counted.</summary>
    public int CallsPerHour { get; init; } = 60;

    /// <summary>Calls to one destination (the first five digits) per hour, over all extensions.</summary>
    public int CallsPerDestination { get; init; } = 20;

    /// <summary>International and premium calls per hour for the whole house.</summary>
    public int ExpensivePerHour { get; init; } = 10;

    /// <summary>Longest call outside.</summary>
    public TimeSpan LongestCall { get; init; } = TimeSpan.FromHours(4);

    /// <summary>Country codes that may be called, for instance 39, 49; empty for none but the house's own.</summary>
    public ImmutableHashSet<string> Countries { get; init; } = [];
}
