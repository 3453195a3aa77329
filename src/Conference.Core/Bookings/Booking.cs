using System.Collections.Immutable;

namespace Conference.Core.Bookings;

public enum BookingState
{
    Planned,
    Cancelled,
}

/// <summary>A planned conference: a number, two PINs and a time, fixed when it is booked.</summary>
public sealed class Booking
{
    public const int TitleLength = 120;
    public const int NotesLength = 2000;
    public const int MaxInvitees = 500;
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    private readonly List<Invitee> _invitees = [];

    private Booking() { }

    public BookingId Id { get; private set; }

    public string Title { get; private set; } = "";

    /// <summary>User id of the one who booked and hosts.</summary>
    public string OwnerId { get; private set; } = "";

    public string HostName { get; private set; } = "";

    public string HostEmail { get; private set; } = "";

    public RoomNumber Number { get; private set; }

    /// <summary>Start, in UTC.</summary>
    public DateTimeOffset StartsAt { get; private set; }

    /// <summary>Planned end, in UTC; the conference itself may go on.</summary>
    public DateTimeOffset EndsAt { get; private set; }

    /// <summary>IANA zone the start was meant in, for instance Europe/Rome.</summary>
    public string TimeZone { get; private set; } = "UTC";

    /// <summary>Typed by the host; never in a list, a log or a URL.</summary>
    public string HostPin { get; private set; } = "";

    /// <summary>Typed by everybody else; never in a list, a log or a URL.</summary>
    public string GuestPin { get; private set; } = "";

    public bool Record { get; private set; }

    public bool WaitForHost { get; private set; }

    /// <summary>How long before the start people may come in.</summary>
    public TimeSpan EarlyBy { get; private set; }

    public int Seats { get; private set; }

    public BookingState State { get; private set; }

    /// <summary>iCalendar UID, the same in every message about this booking (RFC 5545 §3.8.4.7).</summary>
    public string CalendarUid { get; private set; } = "";

    /// <summary>iCalendar SEQUENCE, one higher with each change (RFC 5545 §3.8.7.4).</summary>
    public int Sequence { get; private set; }

    public DateTimeOffset CreatedAt { get; private set; }

    public IReadOnlyList<Invitee> Invitees => _invitees;

    public TimeSpan Duration => EndsAt - StartsAt;

    /// <summary>Makes a booking whose fields were checked by <see cref="BookingDesk"/>.</summary>
    public static Booking Plan(BookingRequest request, RoomNumber number, string hostPin, string guestPin, DateTimeOffset now)
    {
        var booking = new Booking
        {
            Id = BookingId.New(),
            Title = request.Title.Trim(),
            OwnerId = request.OwnerId,
            HostName = request.HostName,
            HostEmail = request.HostEmail,
            Number = number,
            StartsAt = request.StartsAt.ToUniversalTime(),
            EndsAt = (request.StartsAt + request.Duration).ToUniversalTime(),
            TimeZone = request.TimeZone,
            HostPin = hostPin,
            GuestPin = guestPin,
            Record = request.Record,
            WaitForHost = request.WaitForHost,
            EarlyBy = request.EarlyBy,
            Seats = request.Seats,
            CreatedAt = now.ToUniversalTime(),
        };
        booking.CalendarUid = $"{booking.Id.Value:N}@conference";
        booking._invitees.AddRange(request.Invitees.Select(Invitee.From));
        return booking;
    }

    /// <summary>Calls it off; the calendar hears of it with the next sequence number.</summary>
    /// <returns><see langword="false"/> when it was cancelled already.</returns>
    public bool Cancel()
    {
        if (State == BookingState.Cancelled) return false;
        State = BookingState.Cancelled;
        Sequence++;
        return true;
    }
}

/// <summary>Somebody who was asked to come.</summary>
public sealed class Invitee
{
    public const int NameLength = 100;
    public const int EmailLength = 254; // RFC 5321 §4.5.3.1.3, less the angle brackets

    private Invitee() { }

    public Guid Id { get; private set; }

    public string Name { get; private set; } = "";

    public string Email { get; private set; } = "";

    internal static Invitee From(InviteeRequest request) =>
        new() { Id = Guid.CreateVersion7(), Name = request.Name.Trim(), Email = request.Email.Trim() };
}

/// <summary>What a person asks for when booking.</summary>
public sealed record BookingRequest
{
    public required string Title { get; init; }

    public required string OwnerId { get; init; }

    public required string HostName { get; init; }

    public required string HostEmail { get; init; }

    public required DateTimeOffset StartsAt { get; init; }

    public required TimeSpan Duration { get; init; }

    /// <summary>IANA zone.</summary>
    public required string TimeZone { get; init; }

    public ImmutableArray<InviteeRequest> Invitees { get; init; } = [];

    /// <summary>A number of one's own choice, or <see langword="null"/> for one from the pool.</summary>
    public string? Number { get; init; }

    public bool Record { get; init; }

    public bool WaitForHost { get; init; }

    public TimeSpan EarlyBy { get; init; } = TimeSpan.FromMinutes(10);

    public int Seats { get; init; } = 50;
}

/// <param name="Name">May be empty.</param>
public sealed record InviteeRequest(string Name, string Email);

/// <summary>Why a booking was not made; each has its sentence beside a field.</summary>
public enum BookingProblem
{
    None,
    TitleMissing,
    TitleTooLong,
    StartsInThePast,
    TooShort,
    TooLong,
    UnknownTimeZone,
    BadAddress,
    TooManyInvitees,
    BadNumber,
    NumberTaken,
    BadSeats,
    NotFound,
    AlreadyCancelled,
}
