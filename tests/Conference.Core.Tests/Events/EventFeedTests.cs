using Conference.Core.Events;
using Conference.Core.Tests.Testing;

namespace Conference.Core.Tests.Events;

public sealed class EventFeedTests
{
    private static readonly DeviceEvent.SignInRefused Fact = new("x", "y");
    private readonly EventFeed _feed = new(new FakeTime());

    [Fact]
    public async Task Positions_have_no_gaps_and_go_on_after_an_earlier_run()
    {
        _feed.ContinueAfter(41);
        using var reader = _feed.Subscribe();
        for (var i = 0; i < 3; i++) _feed.Publish(Actor.System, Fact);

        Assert.Equal([42L, 43L, 44L], (await Read(reader, 3)).Select(e => e!.Position));
    }

    [Fact]
    public async Task A_slow_reader_is_told_once_that_it_missed_something_and_goes_on()
    {
        using var slow = _feed.Subscribe(depth: 2);
        using var fast = _feed.Subscribe(depth: 100);
        for (var i = 0; i < 5; i++) _feed.Publish(Actor.System, Fact);

        Assert.Equal([null, 1L, 2L], (await Read(slow, 3)).Select(e => e?.Position));
        Assert.Equal([1L, 2L, 3L, 4L, 5L], (await Read(fast, 5)).Select(e => e?.Position));
        _feed.Publish(Actor.System, Fact);
        Assert.Equal([6L], (await Read(slow, 1)).Select(e => e?.Position));
    }

    [Fact]
    public void A_reader_that_left_is_forgotten()
    {
        var reader = _feed.Subscribe(depth: 1);
        reader.Dispose();

        _feed.Publish(Actor.System, Fact);
    }

    /// <summary>The wire names are a public contract: add, never rename.</summary>
    [Fact]
    public void Every_fact_has_a_wire_name_and_survives_the_wire()
    {
        var kinds = typeof(DomainEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(DomainEvent)) && !t.IsAbstract).ToList();
        var named = typeof(DomainEvent).GetCustomAttributes(typeof(System.Text.Json.Serialization.JsonDerivedTypeAttribute), false)
            .Cast<System.Text.Json.Serialization.JsonDerivedTypeAttribute>().Select(a => a.DerivedType).ToList();

        Assert.Equal(kinds.OrderBy(t => t.FullName), named.OrderBy(t => t.FullName));
        DomainEvent what = new RoomEvent.Left(MeetingId.New(), ParticipantId.New(), LeaveReason.Removed, 2);
        Assert.Equal(what, System.Text.Json.JsonSerializer.Deserialize<DomainEvent>(System.Text.Json.JsonSerializer.Serialize(what)));
    }

    private static async Task<List<Envelope?>> Read(EventReader reader, int count)
    {
        var read = new List<Envelope?>();
        await foreach (var envelope in reader.ReadAllAsync(CancellationToken.None))
        {
            read.Add(envelope);
            if (read.Count == count) break;
        }

        return read;
    }
}
