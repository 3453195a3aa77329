using System.Collections.Immutable;

namespace Conference.Core.Routing;

/// <summary>Every way in and out, as a whole.</summary>
/// <param name="Trunks">All of them, also those switched off.</param>
/// <param name="Out">Ways out, in order.</param>
/// <param name="In">Ways in, in order.</param>
/// <param name="Limits">Against toll fraud.</param>
public sealed record RoutePlan(ImmutableArray<TrunkPlan> Trunks, ImmutableArray<DialRule> Out, ImmutableArray<InboundRoute> In, TollLimits Limits)
{
    public static RoutePlan Empty { get; } = new([], [], [], new TollLimits());
}
