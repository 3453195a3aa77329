using Conference.Core;

namespace Conference.Infrastructure.Data;

/// <summary>How far a mail has come.</summary>
public enum MailState
{
    /// <summary>Waiting for its first or next attempt.</summary>
    Queued,

    /// <summary>The mail server took it.</summary>
    Sent,

    /// <summary>The mail server refused it for good; <see cref="OutboxMail.Trouble"/> says why.</summary>
    Failed,

    /// <summary>Tried for <see cref="OutboxMail.Patience"/> without an answer that settles it.</summary>
    GivenUp,

    /// <summary>Overtaken by events before it was sent.</summary>
    Withdrawn,
}

public enum MailKind
{
    Invitation,
    Cancellation,
}

/// <summary>One mail to one recipient: written in the transaction that promises it, frozen as it was meant then.</summary>
public sealed class OutboxMail
{
    public const int TroubleLength = 500;
    public const int SubjectLength = 300;

    /// <summary>How long delivery is tried.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(3);

    public Guid Id { get; init; } = Guid.CreateVersion7();

    public MailKind Kind { get; init; }

    public BookingId? Booking { get; init; }

    public required string ToAddress { get; init; }

    public string ToName { get; init; } = "";

    /// <summary>Where answers go, or <see langword="null"/>: the house's own address.</summary>
    public string? ReplyTo { get; init; }

    public required string Subject { get; init; }

    /// <summary>Bodies hold PINs: emptied as soon as the mail is settled.</summary>
    public required string Text { get; set; }

    public required string Html { get; set; }

    /// <summary>The iCalendar object, or empty.</summary>
    public string Calendar { get; set; } = "";

    /// <summary>iTIP method of <see cref="Calendar"/>, REQUEST or CANCEL.</summary>
    public string CalendarMethod { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    public MailState State { get; set; }

    /// <summary>How often sending was begun; counted before the attempt, so a crash counts too.</summary>
    public int Attempts { get; set; }

    /// <summary>Not before this moment.</summary>
    public DateTimeOffset NextAt { get; set; }

    public DateTimeOffset? SettledAt { get; set; }

    /// <summary>The last thing that went wrong, in words for the one who booked; empty when nothing did.</summary>
    public string Trouble { get; set; } = "";

    /// <summary>Comes to rest; nobody needs the bodies any more.</summary>
    public void Settle(MailState state, string trouble, DateTimeOffset now)
    {
        (State, SettledAt, Trouble) = (state, now, Cut(trouble));
        (Text, Html, Calendar) = ("", "", "");
    }

    /// <summary>Tries again later.</summary>
    public void Postpone(DateTimeOffset until, string trouble) => (NextAt, Trouble) = (until, Cut(trouble));

    private static string Cut(string trouble) => trouble.Length <= TroubleLength ? trouble : trouble[..TroubleLength];
}
