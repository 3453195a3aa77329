using System.Collections.Concurrent;
using Conference.Core.Accounts;
using Conference.Core.Bookings;
using Conference.Core.Calls;
using Conference.Core.Events;
using Conference.Core.Recordings;
using Conference.Core.Rooms;
using Conference.Media.Files;

namespace Conference.Core.Tests.Testing;

/// <summary>The whole core with a clock, a mixer and a store that tests own.</summary>
public sealed class House : IDisposable
{
    private readonly EventReader _reader;

    public House()
    {
        Feed = new EventFeed(Time);
        _reader = Feed.Subscribe(100_000);
        _ = ListenAsync();
        Directory = new RoomDirectory(Time);
        Devices = new DeviceBook();
        Numbers = new DialBook(Directory, Devices);
        Rooms = new RoomDesk(Media, Feed, new RoomSounds(Sound("join"), Sound("leave"), Sound("music")), new RecordingPlaces(Folder), Time);
        Desk = new CallDesk(Numbers, Devices, Directory, Rooms, Media, new Voice(Sound), new PinGuard(Time), Feed, Time);
        Bookings = new BookingDesk(Store, Directory, Numbers, Feed, Time);
    }

    public FakeTime Time { get; } = new();

    public FakeMedia Media { get; } = new();

    public FakeBookingStore Store { get; } = new();

    public EventFeed Feed { get; }

    public RoomDirectory Directory { get; }

    public DeviceBook Devices { get; }

    public DialBook Numbers { get; }

    public RoomDesk Rooms { get; }

    public CallDesk Desk { get; }

    public BookingDesk Bookings { get; }

    public string Folder { get; } = System.IO.Directory.CreateTempSubdirectory("conference-core-").FullName;

    /// <summary>Everything told so far.</summary>
    public ConcurrentQueue<Envelope> Story { get; } = [];

    public IEnumerable<string> Sentences => Story.Select(e => Tell(e.What));

    public FakeMix Mix => Media.Rooms.Single(r => r.IsOpen);

    public static Sound Sound(string key) => new(key, 8000, new short[160]);

    /// <summary>Opens a standing room.</summary>
    public RoomPlan Standing(string number, string hostPin = "", string guestPin = "", Func<RoomPlan, RoomPlan>? how = null)
    {
        var plan = (how ?? (p => p))(new RoomPlan(new RoomNumber(number), $"Room {number}", hostPin, guestPin));
        Directory.SetStanding([.. Directory.Standing, plan]);
        return plan;
    }

    public FakeCall Call(string dialled, string from = "anna", bool asGuest = false) => new(dialled, from, asGuest);

    /// <summary>Adds a device and calls from it.</summary>
    public FakeCall Dial(string dialled, string from = "anna")
    {
        if (Devices.Find(from) is null)
            Devices.SetStored([.. Devices.Cards, new DeviceCard(from, "2" + Devices.Cards.Length, from, "md5", "sha")]);
        var call = Call(dialled, from);
        call.Serve(Desk);
        return call;
    }

    public static string Tell(DomainEvent what) => what switch
    {
        RoomEvent.Joined j => $"{j.Name} joined{(j.Held ? ", held" : "")}{(j.Role == Role.Host ? " as host" : "")}",
        RoomEvent.Left l => $"left: {l.Reason}, {l.People} remain",
        RoomEvent.Closed c => $"closed: {c.Reason}",
        CallEvent.Refused r => $"refused: {r.Why}",
        _ => what.GetType().Name,
    };

    public void Dispose()
    {
        _reader.Dispose();
        System.IO.Directory.Delete(Folder, recursive: true);
    }

    private async Task ListenAsync()
    {
        await foreach (var envelope in _reader.ReadAllAsync(CancellationToken.None)) Story.Enqueue(envelope!);
    }
}

/// <summary>Waits for what another thread is about to do; the limit only matters when it never comes.</summary>
public static class Soon
{
    public static async Task Is(Func<bool> so, string what = "it")
    {
        var limit = DateTime.UtcNow.AddSeconds(10);
        while (!so())
        {
            Assert.True(DateTime.UtcNow < limit, $"{what} did not come to be");
            await Task.Delay(1);
        }
    }
}
