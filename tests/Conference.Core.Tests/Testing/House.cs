using System.Collections.Concurrent;
using System.Collections.Immutable;
using Conference.Core.Accounts;
using Conference.Core.Bookings;
using Conference.Core.Calls;
using Conference.Core.Events;
using Conference.Core.Exchange;
using Conference.Core.Recordings;
using Conference.Core.Rooms;
using Conference.Core.Routing;
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
        Extensions = new ExtensionBook(Devices);
        Tolls = new TollGuard(Routes, Time);
        Router = new Router(Routes, Extensions, Devices, Numbers, Directory, Tolls, Time);
        Rooms = new RoomDesk(Media, Feed, new RoomSounds(Sound("join"), Sound("leave"), Sound("music")), new RecordingPlaces(Folder), Time);
        var voice = new Voice((language, key) => language switch { "en" => Sound(key), "it" when key != Voice.Goodbye => Sound($"{key} ({language})"), _ => null }, () => Language);
        Desk = new Switchboard(new SwitchboardParts(
            Router, Extensions, Devices, Numbers, Directory, Rooms, new CallDesk(Directory, Rooms, Extensions, voice, new PinGuard(Time), Feed, Time), Routes, Tolls, Channels, Live, Feed,
            Calls, Media, (number, _, _) => Task.FromResult(Enum.GetValueOrDefault(number, [])), Down.Contains, new ExchangeSounds(Sound("ringing"), Sound("busy"), Sound("hold")),
            new ExchangeOptions("house.example") { PrivateDirectories = ["e164.house.example"] }, Time));
        Bookings = new BookingDesk(Store, Directory, Numbers, Feed, Time);
    }

    public FakeTime Time { get; } = new();

    /// <summary>What the house speaks; it has no Russian, and no goodbye in Italian.</summary>
    public string Language { get; set; } = "en";

    public FakeMedia Media { get; } = new();

    public FakeBookingStore Store { get; } = new();

    public EventFeed Feed { get; }

    public RoomDirectory Directory { get; }

    public DeviceBook Devices { get; }

    public DialBook Numbers { get; }

    public ExtensionBook Extensions { get; }

    public RouteBook Routes { get; } = new();

    public TollGuard Tolls { get; }

    public Router Router { get; }

    public RoomDesk Rooms { get; }

    public Switchboard Desk { get; }

    public FakeCalls Calls { get; } = new();

    public TrunkChannels Channels { get; } = new();

    public LiveCalls Live { get; } = new();

    public Dictionary<string, ImmutableArray<string>> Enum { get; } = [];

    /// <summary>Lines that are down.</summary>
    public HashSet<string> Down { get; } = [];

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

    /// <summary>An extension whose devices, named like its number with a letter, are registered.</summary>
    public void Extension(string number, string name, int devices = 1, Func<ExtensionCard, ExtensionCard>? how = null)
    {
        Extensions.Set([.. Extensions.Cards, (how ?? (c => c))(new ExtensionCard(number, name))]);
        foreach (var letter in "abc"[..devices])
        {
            Devices.SetStored([.. Devices.Cards, new DeviceCard(number + letter, number, name, "md5", "sha")]);
            Devices.Reached(new Reachable(number + letter, "127.0.0.1:5060", "UDP", Time.GetUtcNow(), Time.GetUtcNow() + TimeSpan.FromHours(1), null));
        }
    }

    public static string Tell(DomainEvent what) => what switch
    {
        RoomEvent.Joined j => $"{j.Name} joined{(j.Held ? ", held" : "")}{(j.Role == Role.Host ? " as host" : "")}",
        RoomEvent.Left l => $"left: {l.Reason}, {l.People} remain",
        RoomEvent.Closed c => $"closed: {c.Reason}",
        CallEvent.Started c => $"{c.From} calls {c.To}",
        CallEvent.Answered c => $"answered by {c.By}",
        CallEvent.Ended c => $"call over: {c.Status} {c.Why}",
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
