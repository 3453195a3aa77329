using System.Net;
using Conference.Infrastructure.Accounts;
using Conference.Infrastructure.Data;
using Conference.Infrastructure.Tests.Testing;
using Conference.Sip.Registrar;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace Conference.Infrastructure.Tests.Accounts;

public sealed class BindingStoreTests
{
    private readonly MovedTime _time = new();

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task Registrations_are_known_after_a_restart_as_long_as_they_are_in_time(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var store = Store(db);
        store.Keep(BindingChange.Registered, Binding("anna", "c1", 60));
        store.Keep(BindingChange.Registered, Binding("bob", "c2", 3600));
        store.Keep(BindingChange.Refreshed, Binding("bob", "c2", 3600) with { CSeq = 7 });
        await store.FlushAsync(default);
        _time.Move(TimeSpan.FromMinutes(2));

        var known = await Store(db).LoadAsync(default);

        var bob = Assert.Single(known);
        Assert.Equal(("bob", 7u, "10.0.0.7:5062", "sip:bob@10.0.0.7:5062"), (bob.Account, bob.CSeq, bob.Remote.ToString(), bob.Contact));
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task The_way_to_a_phone_behind_proxies_and_what_it_is_known_by_survive_a_restart(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var store = Store(db);
        store.Keep(BindingChange.Registered, Binding("anna", "c1", 3600) with { Path = ["<sip:edge;lr>", "<sip:core;lr>"], Instance = "\"<urn:uuid:1>\"", RegId = "2" });
        store.Keep(BindingChange.Registered, Binding("bob", "c2", 3600));
        await store.FlushAsync(default);

        var known = (await Store(db).LoadAsync(default)).ToDictionary(b => b.Account);
        Assert.Equal(["<sip:edge;lr>", "<sip:core;lr>"], known["anna"].Path.AsEnumerable());
        Assert.Equal(("\"<urn:uuid:1>\"", "2"), (known["anna"].Instance, known["anna"].RegId));
        Assert.True(known["bob"].Path.IsEmpty);
    }

    [Fact]
    public async Task What_is_new_is_written_at_once_and_a_mere_refresh_once_a_minute()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        using var store = Store(db);
        await store.StartAsync(default);
        store.Keep(BindingChange.Registered, Binding("anna", "c1", 3600));
        await Eventually.TrueAsync(() => Tick(() => Stored(db) == 1u), "it is written");

        store.Keep(BindingChange.Refreshed, Binding("anna", "c1", 3600) with { CSeq = 2 });
        store.Keep(BindingChange.Registered, Binding("bob", "c2", 3600));
        await Eventually.TrueAsync(() => Tick(() => Stored(db, "bob") == 1u), "bob is written");
        Assert.Equal(1u, Stored(db));

        _time.Move(TimeSpan.FromMinutes(1));
        await Eventually.TrueAsync(() => Tick(() => Stored(db) == 2u), "the refresh is written");
        await store.StopAsync(default);
    }

    [Fact]
    public async Task Twenty_thousand_registrations_are_kept_and_read_back_within_five_seconds()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var store = Store(db);
        for (var i = 0; i < 20_000; i++) store.Keep(BindingChange.Registered, Binding($"phone{i}", $"call{i}", 3600));
        await store.FlushAsync(default);

        var watch = System.Diagnostics.Stopwatch.StartNew();
        var known = await Store(db).LoadAsync(default);
        watch.Stop();

        Assert.Equal(20_000, known.Select(b => b.Account).Distinct().Count());
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5)); // half a second on a quiet machine
    }

    [Theory]
    [InlineData(BindingChange.Removed)]
    [InlineData(BindingChange.Expired)]
    [InlineData(BindingChange.Lost)]
    public async Task A_removal_takes_only_its_own_registration(BindingChange removal)
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var store = Store(db);
        store.Keep(BindingChange.Registered, Binding("anna", "new", 3600));
        await store.FlushAsync(default);

        store.Keep(removal, Binding("anna", "old", 3600));
        await store.FlushAsync(default);
        Assert.Single(await store.LoadAsync(default));

        store.Keep(removal, Binding("anna", "new", 3600));
        await store.FlushAsync(default);
        Assert.Empty(await store.LoadAsync(default));
    }

    [Fact]
    public async Task A_database_that_is_away_ends_no_loop_and_costs_no_registration()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var flaky = new Flaky(db, 3);
        using var store = new BindingStore(flaky, _time, NullLogger<BindingStore>.Instance);
        await store.StartAsync(default);

        store.Keep(BindingChange.Registered, Binding("anna", "c1", 3600));
        await Eventually.TrueAsync(() => Tick(() => flaky.Failures >= 1), "the first try fails");
        store.Keep(BindingChange.Registered, Binding("bob", "c2", 3600));
        await Eventually.TrueAsync(() => Tick(() => flaky.Contexts > flaky.Failures), "a try reaches the database");
        await store.StopAsync(default);

        Assert.Equal(["anna", "bob"], (await Store(db).LoadAsync(default)).Select(b => b.Account).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_ran_out_while_the_database_was_away_is_not_kept_for_ever()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var flaky = new Flaky(db, int.MaxValue);
        using var store = new BindingStore(flaky, _time, NullLogger<BindingStore>.Instance);
        await store.StartAsync(default);

        store.Keep(BindingChange.Registered, Binding("anna", "c1", 60));
        await Eventually.TrueAsync(() => Tick(() => flaky.Failures >= 1), "the first try fails");
        _time.Move(TimeSpan.FromMinutes(2));
        await Eventually.TrueAsync(() => Tick(() => flaky.Failures >= 2), "another try fails");
        var failures = flaky.Failures;
        await store.StopAsync(default);

        Assert.InRange(flaky.Failures, failures, failures + 1); // nothing was left to write
    }

    /// <summary>The loop's pause is over.</summary>
    private bool Tick(Func<bool> question)
    {
        if (_time.Waiting > 0) _time.Move(TimeSpan.FromSeconds(1));
        return question();
    }

    private static long Stored(TestDb db, string account = "anna")
    {
        using var context = db.CreateDbContext();
        return context.Bindings.AsNoTracking().Where(b => b.Account == account).Select(b => b.CSeq).FirstOrDefault();
    }

    private BindingStore Store(TestDb db) => new(db, _time, NullLogger<BindingStore>.Instance);

    private Binding Binding(string account, string callId, int seconds) => new(
        account, $"sip:{account}@10.0.0.7:5062", "UDP", IPEndPoint.Parse("10.0.0.7:5062"), callId, 1, _time.GetUtcNow(), _time.GetUtcNow().AddSeconds(seconds), "Phone/1");

    /// <summary>Fails the first few times, as Npgsql does: with an exception that is not one of a database.</summary>
    private sealed class Flaky(TestDb db, int failures) : IDbContextFactory<ConferenceDb>
    {
        private int _contexts;

        public int Contexts => Volatile.Read(ref _contexts);

        public int Failures => Math.Min(Contexts, failures);

        public ConferenceDb CreateDbContext() => Interlocked.Increment(ref _contexts) <= failures
            ? throw new InvalidOperationException("An exception has been raised that is likely due to a transient failure.")
            : db.CreateDbContext();
    }
}
