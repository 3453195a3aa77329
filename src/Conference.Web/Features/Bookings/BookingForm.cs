using System.ComponentModel.DataAnnotations;
using Conference.Core.Bookings;

namespace Conference.Web.Features.Bookings;

/// <summary>What the booking page asks.</summary>
public sealed record BookingForm
{
    [Display(Name = "Title"), Required(ErrorMessage = "Give the conference a title."), StringLength(Booking.TitleLength, ErrorMessage = "At most {1} characters.")]
    public string? Title { get; init; }

    [Display(Name = "Date"), Required(ErrorMessage = "Choose a date."), Range(typeof(DateOnly), "2020-01-01", "2099-12-31", ErrorMessage = "Choose a date of this century.", ParseLimitsInInvariantCulture = true)]
    public DateOnly? Date { get; init; }

    [Display(Name = "Start"), Required(ErrorMessage = "Choose a time.")]
    public TimeOnly? Start { get; init; }

    [Display(Name = "Minutes"), Required(ErrorMessage = "Say how long, in minutes."), Range(5, 1440, ErrorMessage = "Between {1} and {2} minutes.")]
    public int? Duration { get; init; } = 60;

    [Display(Name = "Time zone"), Required(ErrorMessage = "Choose a time zone.")]
    public string? TimeZone { get; init; }

    [Display(Name = "People"), StringLength(PeopleList.MaxLength, ErrorMessage = "This list is too long.")]
    public string? People { get; init; }

    [Display(Name = "Record from the start")]
    public bool Record { get; init; }

    [Display(Name = "Guests wait until you are there")]
    public bool WaitForHost { get; init; }

    [Display(Name = "Open early"), Range(0, 60, ErrorMessage = "Between {1} and {2} minutes.")]
    public int EarlyBy { get; init; } = 10;

    [Display(Name = "Number of your own choice"), RegularExpression("[0-9]{3,12}", ErrorMessage = "3 to 12 digits, so that it can be dialled.")]
    public string? Number { get; init; }

    [Display(Name = "Seats"), Range(2, 500, ErrorMessage = "Between {1} and {2} seats.")]
    public int? Seats { get; init; }

    /// <summary>The page as it opens: everything but the people is there already.</summary>
    public static BookingForm Fresh(string title, DateTimeOffset localNow, string zone)
    {
        var start = LocalStart.Next(localNow);
        return new() { Title = title, Date = DateOnly.FromDateTime(start.Date), Start = TimeOnly.FromTimeSpan(start.TimeOfDay), TimeZone = zone };
    }

    /// <summary>Enough for everybody invited and two more.</summary>
    public int SeatsFor(int people) => Seats ?? Math.Clamp(people + 2, 10, 500);

    /// <summary>The field a problem is shown beside.</summary>
    public static string FieldOf(BookingProblem problem) => problem switch
    {
        BookingProblem.TitleMissing or BookingProblem.TitleTooLong => nameof(Title),
        BookingProblem.StartsInThePast => nameof(Start),
        BookingProblem.TooShort or BookingProblem.TooLong => nameof(Duration),
        BookingProblem.UnknownTimeZone => nameof(TimeZone),
        BookingProblem.BadAddress or BookingProblem.TooManyInvitees => nameof(People),
        BookingProblem.BadNumber or BookingProblem.NumberTaken => nameof(Number),
        BookingProblem.BadSeats => nameof(Seats),
        _ => "",
    };
}
