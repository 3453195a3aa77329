using Conference.Core.Routing;
using Conference.Core.Tests.Testing;

namespace Conference.Core.Tests.Routing;

public sealed class TollGuardTests
{
    private readonly FakeTime _time = new();
    private readonly RouteBook _routes = new();
    private readonly TollGuard _guard;

    public TollGuardTests()
    {
        _routes.Use(RoutePlan.Empty with { Limits = new TollLimits { CallsPerHour = 5, CallsPerDestination = 3, ExpensivePerHour = 2 } });
        _guard = new TollGuard(_routes, _time);
    }

    [Fact]
    public void An_extension_has_so_many_calls_an_hour_and_then_none()
    {
        for (var i = 0; i < 5; i++) Assert.Equal(TollLimit.None, _guard.Begin("200", $"0{i}0501234", CallClass.National));

        Assert.Equal(TollLimit.PerCaller, _guard.Begin("200", "0905512", CallClass.National));
        Assert.Equal(TollLimit.None, _guard.Begin("201", "0905512", CallClass.National));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TollLimit.None, _guard.Begin("200", "0905512", CallClass.National));
    }

    [Fact]
    public void Many_extensions_do_not_reach_one_destination_more_often()
    {
        for (var i = 0; i < 3; i++) Assert.Equal(TollLimit.None, _guard.Begin($"20{i}", $"+22508{i}{i}", CallClass.Mobile));

        Assert.Equal(TollLimit.PerDestination, _guard.Begin("209", "0022508999", CallClass.Mobile));
    }

    [Fact]
    public void Expensive_calls_are_counted_for_the_whole_house()
    {
        _guard.Begin("200", "+441", CallClass.International);
        _guard.Begin("201", "899123", CallClass.Premium);

        Assert.Equal(TollLimit.Expensive, _guard.Begin("202", "+492", CallClass.International));
        Assert.Equal(TollLimit.None, _guard.Begin("202", "050123", CallClass.Local));
    }

    [Fact]
    public void An_emergency_call_is_never_refused_and_never_counted()
    {
        for (var i = 0; i < 50; i++) Assert.Equal(TollLimit.None, _guard.Begin("200", "112", CallClass.Emergency));

        Assert.Equal(TollLimit.None, _guard.Begin("200", "050123", CallClass.Local));
    }

    [Fact]
    public void Asking_does_not_count_and_reaching_a_limit_is_told()
    {
        var told = new List<(string, TollLimit)>();
        _guard.Reached += (who, limit) => told.Add((who, limit));
        for (var i = 0; i < 50; i++) Assert.Equal(TollLimit.None, _guard.Peek("200", "050123", CallClass.Local));

        for (var i = 0; i < 4; i++) _guard.Begin("200", "050123", CallClass.Local);

        Assert.Equal([("200", TollLimit.PerDestination)], told);
    }
}
