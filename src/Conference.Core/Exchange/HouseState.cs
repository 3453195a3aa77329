using System.Collections.Concurrent;
using System.Collections.Immutable;
using Conference.Core.Accounts;
using Conference.Core.Rooms;
using Conference.Sip.Calls;
using Conference.Sip.Dialogs;
using Conference.Sip.Subscriptions;

namespace Conference.Core.Exchange;

/// <summary>What lamps and rosters show: derived from calls in progress and live rooms, never stored.</summary>
public sealed class HouseState : ISipState, IDisposable
{
    private readonly ExtensionBook _extensions;
    private readonly DeviceBook _devices;
    private readonly RoomDirectory _directory;
    private readonly RoomDesk _rooms;
    private readonly LiveCalls _live;
    private readonly ConcurrentDictionary<Guid, ImmutableHashSet<string>> _lit = [];

    public HouseState(ExtensionBook extensions, DeviceBook devices, RoomDirectory directory, RoomDesk rooms, LiveCalls live)
    {
        (_extensions, _devices, _directory, _rooms, _live) = (extensions, devices, directory, rooms, live);
        live.Changed += Tell;
    }

    /// <summary>Who tells subscribers, once signalling has begun.</summary>
    public ISipLamps? Lamps { get; set; }

    public DialogPicture? Dialogs(string user)
    {
        var number = NumberOf(user);
        if (RoomDialogs(user) is { } room) return room;
        if (_extensions.Find(number) is not { } card) return null;
        return new DialogPicture([.. _live.Of(number).SelectMany(call => call.Legs.Where(l => l.Extension == number && l.Dialog.CallId is { Length: > 0 }).Select(l => Entry(call, l, card)))]);
    }

    public ConferencePicture? Conference(string user)
    {
        var number = new RoomNumber(user);
        if (_directory.Find(number) is not { } plan) return null;
        if (_rooms.Find(number) is not { } live) return new ConferencePicture(plan.Title, plan.Seats, false, false, []);
        return new ConferencePicture(live.Title, plan.Seats, true, live.Locked, [.. live.People.Select(p => User(p, _live.Leg(p.Call)))]);
    }

    /// <summary>A lamp may be watched by whom its extension shows it to; who is in a room with a PIN only by those who are in.</summary>
    public bool MayWatch(SipAccount watcher, string package, string user)
    {
        if (_directory.Find(new RoomNumber(user)) is { } room)
            return package == "dialog" || room.GuestPin.Length == 0 || IsIn(room.Number, watcher.Extension);
        var number = NumberOf(user);
        return package == "dialog" && (number == watcher.Extension || _extensions.SeesLamp(watcher.Extension, number));
    }

    /// <summary>Something about a room changed; for whoever reads its events.</summary>
    public void Tell(RoomNumber room) => Lamps?.Changed(room.Value);

    public void Dispose() => _live.Changed -= Tell;

    private bool IsIn(RoomNumber room, string extension) =>
        _rooms.Find(room) is { } live && live.People.Any(p => _live.Leg(p.Call)?.Extension == extension);

    /// <summary>A lamp may watch a device as well; it shows its extension.</summary>
    private string NumberOf(string user) => _devices.Find(user)?.Extension ?? user;

    private DialogPicture? RoomDialogs(string user)
    {
        var number = new RoomNumber(user);
        if (_directory.Find(number) is not { } plan) return null;
        if (_rooms.Find(number) is not { } live) return new DialogPicture([]);
        var id = live.Meeting.ToString();
        return new DialogPicture([new DialogEntry(id, new DialogId(id, "room", ""), false, DialogEntryState.Confirmed, user, plan.Title, "", "")]);
    }

    private static DialogEntry Entry(LiveCall call, LiveLeg leg, ExtensionCard card)
    {
        var state = leg.IsUp ? DialogEntryState.Confirmed : leg.IsCaller ? DialogEntryState.Proceeding : DialogEntryState.Early;
        var (number, name) = leg.IsCaller ? (call.To, call.ToName) : (call.From, call.FromName);
        return new DialogEntry(leg.CallId, leg.Dialog, leg.IsCaller, state, card.Number, card.Name, number, name);
    }

    private static ConferenceUser User(Participant person, LiveLeg? leg)
    {
        var status = leg is { IsHeld: true } || person.Held ? "on-hold" : person.Muted ? "muted-via-focus" : "connected";
        return new ConferenceUser(person.Id.ToString(), person.Number, person.Name, person.Role == Role.Host, leg is { IsCaller: false }, status, person.JoinedAt);
    }

    /// <summary>Lamps of everybody who is in the call, and of those who no longer are.</summary>
    private void Tell(LiveCall call)
    {
        var now = call.State == LiveCallState.Ended ? [] : call.Legs.Select(l => l.Extension).OfType<string>().ToImmutableHashSet();
        var before = _lit.GetValueOrDefault(call.Id, []);
        if (now.IsEmpty) _lit.TryRemove(call.Id, out _);
        else _lit[call.Id] = now;
        foreach (var number in now.Union(before)) Lamps?.Changed(number);
    }
}
