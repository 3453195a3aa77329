using System.Collections.Immutable;
using Conference.Core.Routing;

namespace Conference.Infrastructure.Data;

/// <summary>A trunk with its secret apart: the plan is one value that is read as a whole, the secret is kept encrypted.</summary>
public sealed class StoredTrunk
{
    public const int NameLength = 64;

    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Unique; rules and routes name it.</summary>
    public required string Name { get; set; }

    /// <summary>Everything but the secret, which is always empty here.</summary>
    public required TrunkPlan Plan { get; set; }

    /// <summary>As the key ring of this installation encrypted it; empty when there is none.</summary>
    public string Secret { get; set; } = "";
}

/// <summary>A <see cref="DialRule"/> with its place in the order.</summary>
public sealed class StoredDialRule : IOrdered
{
    public const int PatternLength = 64;

    public Guid Id { get; init; } = Guid.CreateVersion7();

    public int Position { get; set; }

    public required string Name { get; set; }

    public required string Pattern { get; set; }

    public CallClass Class { get; set; }

    public ImmutableArray<string> Trunks { get; set; } = [];

    public int Drop { get; set; }

    public string Prepend { get; set; } = "";

    public string? EnumSuffix { get; set; }

    /// <summary>When it counts; <see langword="null"/> for always.</summary>
    public TimeTable? Hours { get; set; }

    /// <summary>The PIN as the key ring of this installation encrypted it; empty when there is none.</summary>
    public string Pin { get; set; } = "";

    /// <summary>The rule, but for its PIN.</summary>
    public DialRule Rule => new(Name, Pattern, Class, Trunks) { Drop = Drop, Prepend = Prepend, EnumSuffix = EnumSuffix, Hours = Hours };

    /// <summary>Takes over all but the PIN.</summary>
    public void Follow(DialRule rule) =>
        (Name, Pattern, Class, Trunks, Drop, Prepend, EnumSuffix, Hours) = (rule.Name, rule.Pattern, rule.Class, rule.Trunks, rule.Drop, rule.Prepend, rule.EnumSuffix, rule.Hours);
}

/// <summary>An <see cref="InboundRoute"/> with its place in the order.</summary>
public sealed class StoredInboundRoute : IOrdered
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    public int Position { get; set; }

    public string? Trunk { get; set; }

    public required string Pattern { get; set; }

    public InboundKind Kind { get; set; }

    public string Target { get; set; } = "";

    /// <summary>When it counts; <see langword="null"/> for always.</summary>
    public TimeTable? Hours { get; set; }

    public InboundRoute Route => new(Trunk, Pattern, Kind, Target) { Hours = Hours };

    public void Follow(InboundRoute route) => (Trunk, Pattern, Kind, Target, Hours) = (route.Trunk, route.Pattern, route.Kind, route.Target, route.Hours);
}

/// <summary>Asked in order, smallest position first.</summary>
public interface IOrdered
{
    Guid Id { get; }

    int Position { get; set; }
}
