using System.Collections.Immutable;
using Conference.Core.Bookings;
using Conference.Infrastructure.Data;

namespace Conference.Infrastructure.Messaging;

/// <summary>Makes the mails about a booking: one for the host, one for each guest, each with its own calendar object.</summary>
/// <remarks>A guest's copy names the host and that guest only: who else was invited is the host's to tell. The host's own copy lists everybody.</remarks>
public sealed class BookingMails(Func<DialIn> dialIn, OutboxBell bell, TimeProvider time) : IBookingPost
{
    public IEnumerable<OutboxMail> Invite(Booking booking) => ToEverybody(booking, MailKind.Invitation);

    public IEnumerable<OutboxMail> CallOff(Booking booking) => ToEverybody(booking, MailKind.Cancellation);

    /// <summary>The calendar object for the host's own calendar, also for a host without a mail address.</summary>
    public string CalendarOf(Booking booking) =>
        Write(booking, MailKind.Invitation, dialIn(), new CalendarPerson(booking.HostName, booking.HostEmail), [], isHost: true).Calendar;

    public void Wake() => bell.Ring();

    private IEnumerable<OutboxMail> ToEverybody(Booking booking, MailKind kind)
    {
        var facts = dialIn();
        var host = new CalendarPerson(booking.HostName, booking.HostEmail);
        ImmutableArray<CalendarPerson> guests = [.. booking.Invitees.Select(Guest).DistinctBy(g => g.Address, StringComparer.OrdinalIgnoreCase)];
        if (host.Address.Length > 0) yield return Write(booking, kind, facts, host, guests, isHost: true);
        foreach (var guest in guests)
            yield return Write(booking, kind, facts, guest, [guest], isHost: false);
    }

    private OutboxMail Write(Booking booking, MailKind kind, DialIn facts, CalendarPerson to, ImmutableArray<CalendarPerson> listed, bool isHost)
    {
        var now = time.GetUtcNow();
        var words = new InvitationText(facts);
        var (subject, text, html) = words.Write(booking, kind, isHost);
        var method = kind == MailKind.Cancellation ? CalendarMethod.Cancel : CalendarMethod.Request;
        return new OutboxMail
        {
            Kind = kind,
            Booking = booking.Id,
            ToAddress = to.Address,
            ToName = Plain.Line(to.Name, Invitee.NameLength),
            ReplyTo = isHost || booking.HostEmail.Length == 0 ? null : booking.HostEmail,
            Subject = Plain.Line(subject, OutboxMail.SubjectLength),
            Text = text,
            Html = html,
            Calendar = Calendar.Write(new CalendarEvent(
                method, booking.CalendarUid, booking.Sequence, now, booking.StartsAt, booking.EndsAt, booking.TimeZone, booking.Title,
                words.Describe(booking, kind, isHost), words.Location(booking), Organizer(booking), isHost, listed, isHost ? facts.PageOf(booking) : null)),
            CalendarMethod = Calendar.Word(method),
            CreatedAt = now,
            NextAt = now,
        };
    }

    private static CalendarPerson Guest(Invitee invitee) =>
        new(invitee.Name, EmailAddress.TryParse(invitee.Email, out var address) ? address.ToString() : invitee.Email);

    /// <summary>A host without an address still organizes: calendar programs insist on somebody (RFC 5546 §3.2.2).</summary>
    private static CalendarPerson Organizer(Booking booking) =>
        new(booking.HostName, EmailAddress.TryParse(booking.HostEmail, out var address) ? address.ToString() : "conference@invalid");
}
