using Conference.Core;
using Conference.Core.Bookings;
using Conference.Infrastructure.Data;

namespace Conference.Infrastructure.Tests.Testing;

/// <summary>Things a test needs but does not care about.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Monday = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    public static readonly Actor Anna = Actor.User("anna", "Anna");

    public static Booking Booking(string number = "2001", DateTimeOffset? starts = null, int minutes = 60, string title = "Budget", string zone = "Europe/Rome", params string[] guests) =>
        Core.Bookings.Booking.Plan(
            new BookingRequest
            {
                Title = title,
                OwnerId = "anna",
                HostName = "Anna Rossi",
                HostEmail = "anna@example.com",
                StartsAt = starts ?? Monday.AddHours(5),
                Duration = TimeSpan.FromMinutes(minutes),
                TimeZone = zone,
                Invitees = [.. guests.Select(g => new InviteeRequest("", g))],
            },
            new RoomNumber(number),
            "718293",
            "405162",
            Monday);
}

/// <summary>Writes one plain mail for each guest.</summary>
internal sealed class PlainPost : IBookingPost
{
    public int Woken { get; private set; }

    public IEnumerable<OutboxMail> Invite(Booking booking) => booking.Invitees.Select(i => Mail(booking, i, MailKind.Invitation));

    public IEnumerable<OutboxMail> CallOff(Booking booking) => booking.Invitees.Select(i => Mail(booking, i, MailKind.Cancellation));

    public void Wake() => Woken++;

    private static OutboxMail Mail(Booking booking, Invitee to, MailKind kind) => new()
    {
        Booking = booking.Id,
        Kind = kind,
        ToAddress = to.Email,
        Subject = booking.Title,
        Text = "text",
        Html = "<p>html</p>",
        CreatedAt = Some.Monday,
        NextAt = Some.Monday,
    };
}
