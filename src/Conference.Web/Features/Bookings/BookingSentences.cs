using Conference.Core.Bookings;
using Conference.Infrastructure.Data;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Bookings;

/// <summary>What to tell the one who books.</summary>
public static class BookingSentences
{
    public static string Of(BookingProblem problem, IStringLocalizer T) => problem switch
    {
        BookingProblem.TitleMissing => T["Give the conference a title."],
        BookingProblem.TitleTooLong => T["The title is too long: at most {0} characters.", Booking.TitleLength],
        BookingProblem.StartsInThePast => T["That time has already passed. Choose a later one."],
        BookingProblem.TooShort => T["A conference lasts at least 5 minutes."],
        BookingProblem.TooLong => T["A conference lasts at most 24 hours."],
        BookingProblem.UnknownTimeZone => T["Choose a time zone of the list."],
        BookingProblem.BadAddress => T["One of the mail addresses cannot be used."],
        BookingProblem.TooManyInvitees => T["At most {0} people can be invited.", Booking.MaxInvitees],
        BookingProblem.BadNumber => T["3 to 12 digits, so that it can be dialled."],
        BookingProblem.NumberTaken => T["Another conference uses that number at that time. Choose another number or another time."],
        BookingProblem.BadSeats => T["Between 2 and 500 seats."],
        BookingProblem.NotFound => T["This conference no longer exists."],
        BookingProblem.AlreadyCancelled => T["This conference is cancelled already."],
        _ => "",
    };

    /// <param name="trouble">Why the last attempt came to nothing; empty when there was none.</param>
    public static (string Sentence, string Tag) Of(MailState state, string trouble, IStringLocalizer T) => state switch
    {
        MailState.Queued when trouble.Length > 0 => (T["Waiting"], "warn"),
        MailState.Queued => (T["on its way"], "on"),
        MailState.Sent => (T["delivered to the mail server"], "good"),
        MailState.Failed => (T["refused"], "bad"),
        MailState.GivenUp => (T["given up"], "bad"),
        MailState.Withdrawn => (T["not sent, cancelled before"], ""),
        _ => ("", ""),
    };
}
