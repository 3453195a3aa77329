namespace Conference.Core.Routing;

/// <summary>Where a call from a trunk leads. Routes are asked in order; the first that matches decides; none is 404.</summary>
/// <param name="Trunk">The trunk's name, or <see langword="null"/> for every trunk.</param>
/// <param name="Pattern">A dial pattern over the called number after the trunk's rewriting.</param>
/// <param name="Kind">What the target is.</param>
/// <param name="Target">Number of a room or an extension; empty for the access menu, which asks for the conference.</param>
public sealed record InboundRoute(string? Trunk, string Pattern, InboundKind Kind, string Target)
{
    /// <summary>When it counts; outside these hours the next route is asked. <see langword="null"/> for always.</summary>
    public TimeTable? Hours { get; init; }
}

public enum InboundKind
{
    Room,
    Extension,
    AccessMenu,
}
