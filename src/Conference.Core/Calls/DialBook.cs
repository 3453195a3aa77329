using System.Collections.Immutable;
using Conference.Core.Accounts;
using Conference.Core.Bookings;
using Conference.Core.Rooms;

namespace Conference.Core.Calls;

/// <summary>Which dialled number leads where, for whom; in memory, replaced as a whole.</summary>
public sealed class DialBook(RoomDirectory rooms, DeviceBook devices) : INumberPlan
{
    private AsteriskPlan _plan = AsteriskPlan.Empty;
    private ImmutableHashSet<string> _accessNumbers = [];
    private volatile bool _guestsMayDial;

    /// <summary>What the three files say.</summary>
    public AsteriskPlan Plan => Volatile.Read(ref _plan);

    /// <summary>Numbers that ask which conference one wants.</summary>
    public ImmutableHashSet<string> AccessNumbers
    {
        get => Volatile.Read(ref _accessNumbers);
        set => Volatile.Write(ref _accessNumbers, value);
    }

    /// <summary>Whether callers without an account reach access numbers and rooms that ask for a PIN; closed until an administrator opens it.</summary>
    public bool GuestsMayDial
    {
        get => _guestsMayDial;
        set => _guestsMayDial = value;
    }

    /// <summary>Takes over newly read files: rooms, devices and numbers change together.</summary>
    public void Use(AsteriskPlan plan)
    {
        Volatile.Write(ref _plan, plan);
        rooms.SetStanding(plan.Rooms);
        devices.SetFromFiles(plan.Devices);
    }

    /// <summary>Whether somebody without an account may call that number.</summary>
    public bool IsOpenToGuests(string dialled) => Route(dialled, null) is not null;

    /// <summary>Where a number leads for that device (<see langword="null"/>: a guest), or <see langword="null"/>.</summary>
    public DialRoute? Route(string dialled, DeviceCard? device)
    {
        if (Plan.Numbers.FirstOrDefault(n => n.Number == dialled && Reaches(device, n)) is { } rule)
            return new DialRoute(rule.Room, rule.Options, rule.Pin);
        if (device is null && !_guestsMayDial) return null;
        if (AccessNumbers.Contains(dialled)) return new DialRoute(null, new EntryOptions(), null);
        return rooms.Doors(new RoomNumber(dialled)).Any(door => IsOpenTo(device, door)) ? new DialRoute(new RoomNumber(dialled), new EntryOptions(), null) : null;
    }

    /// <summary>Whether that number is spoken for, whoever dials it: a line of the dialplan, an extension, an access number or a standing room.</summary>
    public bool IsTaken(string number) => AccessNumbers.Contains(number) || LeadsElsewhere(number) || rooms.Standing.Any(r => r.Number.Value == number);

    /// <summary>Whether that number could not become an access number: something else answers to it already.</summary>
    public bool IsTakenForAccess(string number) => !AccessNumbers.Contains(number) && (LeadsElsewhere(number) || rooms.Find(new RoomNumber(number)) is not null);

    private bool LeadsElsewhere(string number) => Plan.Numbers.Any(n => n.Number == number) || !devices.OfExtension(number).IsEmpty;

    /// <summary>Strangers must know a PIN; a room without one is for the house.</summary>
    public static bool IsOpenTo(DeviceCard? device, RoomPlan room) => device is not null || room.GuestPin.Length > 0;

    /// <summary>A device without a context dials everything; a guest only the numbers of the guest context.</summary>
    private bool Reaches(DeviceCard? device, NumberRule rule) => device switch
    {
        null => Plan.GuestContext is { } open && rule.Contexts.Contains(open),
        { Context: null } => true,
        { Context: var context } => rule.Contexts.IsEmpty || rule.Contexts.Contains(context),
    };
}

/// <param name="Room">The room, or <see langword="null"/> when the caller is asked.</param>
/// <param name="Pin">A PIN the dialplan vouches with, or <see langword="null"/>.</param>
public sealed record DialRoute(RoomNumber? Room, EntryOptions Options, string? Pin);
