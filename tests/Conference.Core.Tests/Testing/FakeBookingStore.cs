using System.Collections.Immutable;
using Conference.Core.Bookings;

namespace Conference.Core.Tests.Testing;

/// <summary>A store in memory that refuses overlaps as the databases do.</summary>
public sealed class FakeBookingStore : IBookingStore
{
    public List<Booking> All { get; } = [];

    /// <summary>How many of the next additions meet a taken number, whatever it is.</summary>
    public int Collisions { get; set; }

    public Task<BookingProblem> AddAsync(Booking booking, Actor by, CancellationToken cancel)
    {
        if (Collisions-- > 0 || All.Any(b => Overlaps(b, booking))) return Task.FromResult(BookingProblem.NumberTaken);
        All.Add(booking);
        return Task.FromResult(BookingProblem.None);
    }

    public Task<(Booking Booking, bool Changed)?> CancelAsync(BookingId id, Actor by, CancellationToken cancel)
    {
        var booking = All.FirstOrDefault(b => b.Id == id);
        return Task.FromResult<(Booking, bool)?>(booking is null ? null : (booking, booking.Cancel()));
    }

    public Task<Booking?> FindAsync(BookingId id, CancellationToken cancel) => Task.FromResult(All.FirstOrDefault(b => b.Id == id));

    public Task<ImmutableArray<Booking>> DiallableAsync(DateTimeOffset after, CancellationToken cancel) =>
        Task.FromResult<ImmutableArray<Booking>>([.. All.Where(b => b.State == BookingState.Planned && b.EndsAt > after)]);

    public Task<ImmutableHashSet<string>> NumbersUsedSinceAsync(DateTimeOffset since, CancellationToken cancel) =>
        Task.FromResult(All.Where(b => b.EndsAt > since).Select(b => b.Number.Value).ToImmutableHashSet());

    private static bool Overlaps(Booking a, Booking b) =>
        a.State == BookingState.Planned && a.Number == b.Number && a.StartsAt < b.EndsAt && b.StartsAt < a.EndsAt;
}
