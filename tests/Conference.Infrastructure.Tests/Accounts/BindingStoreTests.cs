using System.Net;
using Conference.Infrastructure.Accounts;
using Conference.Infrastructure.Tests.Testing;
using Conference.Sip.Registrar;
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

    [Fact]
    public async Task A_removal_takes_only_its_own_registration()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var store = Store(db);
        store.Keep(BindingChange.Registered, Binding("anna", "new", 3600));
        await store.FlushAsync(default);

        store.Keep(BindingChange.Removed, Binding("anna", "old", 3600));
        await store.FlushAsync(default);
        Assert.Single(await store.LoadAsync(default));

        store.Keep(BindingChange.Removed, Binding("anna", "new", 3600));
        await store.FlushAsync(default);
        Assert.Empty(await store.LoadAsync(default));
    }

    private BindingStore Store(TestDb db) => new(db, _time, NullLogger<BindingStore>.Instance);

    private Binding Binding(string account, string callId, int seconds) => new(
        account, $"sip:{account}@10.0.0.7:5062", "UDP", IPEndPoint.Parse("10.0.0.7:5062"), callId, 1, _time.GetUtcNow(), _time.GetUtcNow().AddSeconds(seconds), "Phone/1");
}
