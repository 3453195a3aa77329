namespace Conference.Core.Routing;

/// <summary>The ways in and out as they are now; a whole plan, swapped by reference.</summary>
public sealed class RouteBook
{
    private RoutePlan _plan = RoutePlan.Empty;
    private TimeZoneInfo _zone = TimeZoneInfo.Utc;

    public RoutePlan Plan => Volatile.Read(ref _plan);

    /// <summary>By whose clock hours are meant: that of the site.</summary>
    public TimeZoneInfo Zone
    {
        get => Volatile.Read(ref _zone);
        set => Volatile.Write(ref _zone, value);
    }

    /// <summary>Raised after a new plan was taken up; handlers return at once.</summary>
    public event Action<RoutePlan>? Changed;

    public void Use(RoutePlan plan)
    {
        Volatile.Write(ref _plan, plan);
        Changed?.Invoke(plan);
    }

    /// <summary>A trunk by its name, compared without case, also one that is switched off.</summary>
    public TrunkPlan? Trunk(string name) => Plan.Trunks.FirstOrDefault(t => t.Line.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
