using Conference.Core.Bookings;

namespace Conference.Infrastructure.Data;

/// <summary>What a booking has to say to people: the mails that are stored together with it.</summary>
public interface IBookingPost
{
    /// <summary>One mail to the host with both PINs, one to each guest without the host's.</summary>
    IEnumerable<OutboxMail> Invite(Booking booking);

    IEnumerable<OutboxMail> CallOff(Booking booking);

    /// <summary>There is new mail in the database; called after the commit.</summary>
    void Wake();
}
