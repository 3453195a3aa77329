using System.Net;
using Conference.Core.Accounts;
using Conference.Core.Events;
using Conference.Sip;
using Conference.Sip.Authentication;
using Conference.Sip.Registrar;
using Conference.Sip.Trunks;
using Conference.Web.Tests.Testing;

namespace Conference.Web.Tests.Hosting;

public sealed class SignallingWatcherTests
{
    [Fact]
    public async Task A_mere_refresh_is_seen_but_not_written_into_the_journal()
    {
        using var site = await TestSite.OpenAsync();
        var watcher = site.Get<ISipWatcher>();
        using var reader = site.Get<EventFeed>().Subscribe();
        var now = DateTimeOffset.UtcNow;
        var first = new Binding("watched", "sip:watched@192.0.2.1", "UDP", IPEndPoint.Parse("192.0.2.1:5060"), "call", 1, now, now.AddMinutes(5), null);
        var moved = first with { Remote = IPEndPoint.Parse("192.0.2.2:5060") };

        watcher.OnBinding(BindingChange.Registered, first);
        watcher.OnBinding(BindingChange.Refreshed, first with { ExpiresAt = now.AddMinutes(9) });
        Assert.Equal(now.AddMinutes(9), site.Get<DeviceBook>().WhereIs("watched")!.Until);
        watcher.OnBinding(BindingChange.Refreshed, moved);
        watcher.OnBinding(BindingChange.Removed, moved);

        Assert.Equal(["192.0.2.1:5060", "192.0.2.2:5060", "gone"], await ToldAsync(reader));
    }

    [Fact]
    public async Task A_phone_that_falls_silent_is_not_called_until_it_speaks_and_one_that_lost_its_connection_for_a_moment()
    {
        using var site = await TestSite.OpenAsync();
        var (watcher, book) = (site.Get<ISipWatcher>(), site.Get<DeviceBook>());
        book.SetStored([.. book.Cards, new DeviceCard("silent", "270", "Silent", "md5", "sha")]);
        var now = DateTimeOffset.UtcNow;
        var here = new Binding("silent", "sip:silent@192.0.2.1", "TCP", IPEndPoint.Parse("192.0.2.1:5060"), "call", 1, now, now.AddMinutes(5), null);

        watcher.OnBinding(BindingChange.Registered, here);
        watcher.OnReachable(here with { IsReachable = false });
        Assert.False(book.MayAnswer("silent", DateTimeOffset.UtcNow));
        watcher.OnReachable(here);
        Assert.True(book.MayAnswer("silent", DateTimeOffset.UtcNow));

        watcher.OnBinding(BindingChange.Lost, here);
        Assert.Null(book.WhereIs("silent"));
        Assert.True(book.MayAnswer("silent", now));
        Assert.False(book.MayAnswer("silent", DateTimeOffset.UtcNow.AddSeconds(6)));
    }

    [Fact]
    public async Task A_trunk_that_falls_and_a_ban_are_written_into_the_journal_once()
    {
        using var site = await TestSite.OpenAsync();
        var watcher = site.Get<ISipWatcher>();
        using var reader = site.Get<EventFeed>().Subscribe();
        var now = DateTimeOffset.UtcNow;
        var up = new TrunkState("watched", TrunkHealth.Up, "Registered.", now);
        var ban = new SipBan(IPAddress.Parse("198.51.100.9"), "anna", now, now.AddMinutes(1), 10);

        watcher.OnTrunk(new TrunkState("watched", TrunkHealth.Unknown, "Not asked yet.", now));
        watcher.OnTrunk(up);
        watcher.OnTrunk(up with { RoundTrip = TimeSpan.FromMilliseconds(20) });
        watcher.OnTrunk(up with { Health = TrunkHealth.Down, Why = "No answer." });
        watcher.OnBan(ban);
        watcher.OnBanEnded(ban);

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var told = new List<DomainEvent>();
        await foreach (var envelope in reader.ReadAllAsync(limit.Token))
        {
            if (envelope?.What is TrunkEvent { Trunk: "watched" } or BanEvent) told.Add(envelope!.What);
            if (envelope?.What is BanEvent.Ended) break;
        }

        Assert.Equal<DomainEvent>(
            [new TrunkEvent.Up("watched", "Registered."), new TrunkEvent.Down("watched", "No answer."), new BanEvent.Began("198.51.100.9", "anna", ban.Until, 10), new BanEvent.Ended("198.51.100.9", "anna")],
            told);
    }

    /// <summary>What the feed said of the phone until it left.</summary>
    private static async Task<List<string>> ToldAsync(EventReader reader)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var told = new List<string>();
        await foreach (var envelope in reader.ReadAllAsync(limit.Token))
        {
            if (envelope?.What is DeviceEvent.Registered { Username: "watched" } came) told.Add(came.Address);
            if (envelope?.What is not DeviceEvent.Unregistered { Username: "watched" }) continue;
            told.Add("gone");
            break;
        }

        return told;
    }
}
