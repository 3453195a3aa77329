using System.Collections.Immutable;

namespace Conference.Core.Bookings;

/// <summary>Where bookings are kept. Each change commits together with the mails it promises and its journal entry.</summary>
public interface IBookingStore
{
    /// <summary>Stores the booking and queues its invitations in one transaction.</summary>
    /// <returns><see cref="BookingProblem.None"/>, or <see cref="BookingProblem.NumberTaken"/> when another booking of that number overlaps, as the database itself decides.</returns>
    Task<BookingProblem> AddAsync(Booking booking, Actor by, CancellationToken cancel);

    /// <summary>Stores the cancellation and queues the calendar CANCEL to everybody invited, in one transaction.</summary>
    /// <returns><see langword="null"/> when there is no such booking; the booking as it stands otherwise, with whether this call changed it.</returns>
    Task<(Booking Booking, bool Changed)?> CancelAsync(BookingId id, Actor by, CancellationToken cancel);

    Task<Booking?> FindAsync(BookingId id, CancellationToken cancel);

    /// <summary>Every planned booking that ends after the given moment: what callers may dial.</summary>
    Task<ImmutableArray<Booking>> DiallableAsync(DateTimeOffset after, CancellationToken cancel);

    /// <summary>Numbers booked at any time after the given moment, so that the pool avoids them and their neighbours.</summary>
    Task<ImmutableHashSet<string>> NumbersUsedSinceAsync(DateTimeOffset since, CancellationToken cancel);
}
