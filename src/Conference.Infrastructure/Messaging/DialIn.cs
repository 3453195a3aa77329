using Conference.Core.Bookings;

namespace Conference.Infrastructure.Messaging;

/// <summary>How the house is reached: what invitations print. Parts that are empty are left out.</summary>
/// <param name="AccessNumber">The number that asks for the conference, as people dial it.</param>
/// <param name="SipHost">Host part of SIP addresses.</param>
/// <param name="PublicUrl">Where the pages are, for instance <c>https://conference.example.com</c>.</param>
public sealed record DialIn(string AccessNumber = "", string SipHost = "", Uri? PublicUrl = null)
{
    /// <summary>The host's page about it; guests have no account, so they get no link that would ask them to sign in.</summary>
    public Uri? PageOf(Booking booking) => PublicUrl is null ? null : new Uri($"{PublicUrl.AbsoluteUri.TrimEnd('/')}/bookings/{booking.Id}");
}
