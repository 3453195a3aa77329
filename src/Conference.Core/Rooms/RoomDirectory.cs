using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Conference.Core.Rooms;

/// <summary>Which numbers lead to a room, in memory: a caller never waits for a query.</summary>
/// <remarks>Bookings come from the booking desk and the store at start; standing rooms from <c>meetme.conf</c>, replaced as a whole.</remarks>
public sealed class RoomDirectory(TimeProvider time)
{
    private readonly ConcurrentDictionary<BookingId, RoomPlan> _booked = [];
    private ImmutableDictionary<string, RoomPlan> _standing = ImmutableDictionary<string, RoomPlan>.Empty;

    public ImmutableArray<RoomPlan> Standing => [.. Volatile.Read(ref _standing).Values.OrderBy(p => p.Number.Value, StringComparer.Ordinal)];

    public void Put(RoomPlan booked) => _booked[booked.Booking!.Value] = booked;

    public void Remove(BookingId booking) => _booked.TryRemove(booking, out _);

    public void SetStanding(IEnumerable<RoomPlan> rooms) => Volatile.Write(ref _standing, First(rooms));

    /// <summary>The plan that counts at this moment; <see langword="null"/> when nobody planned that number.</summary>
    public RoomPlan? Find(RoomNumber number) => Doors(number).FirstOrDefault();

    /// <summary>
    /// The plans a caller of that number may mean now, the likeliest first: a standing room; else every booking that is open, which are two
    /// while one ends and the next lets people in early; else the next one, else the last one over. The PIN tells them apart.
    /// </summary>
    public ImmutableArray<RoomPlan> Doors(RoomNumber number)
    {
        if (number.Value is null) return [];
        if (Volatile.Read(ref _standing).TryGetValue(number.Value, out var standing)) return [standing];
        var now = time.GetUtcNow();
        var plans = _booked.Values.Where(p => p.Number == number).OrderBy(p => p.EndsAt).ToList();
        if (plans.Where(p => p.OpensAt <= now && now < p.EndsAt).ToImmutableArray() is { IsEmpty: false } open) return open;
        return (plans.FirstOrDefault(p => now < p.OpensAt) ?? plans.LastOrDefault()) is { } nearest ? [nearest] : [];
    }

    /// <summary>Drops bookings long over, so that the directory does not grow for ever.</summary>
    public void Forget(DateTimeOffset endedBefore)
    {
        foreach (var (id, plan) in _booked)
            if (plan.EndsAt < endedBefore) _booked.TryRemove(id, out _);
    }

    /// <summary>As in Asterisk, the first line of a number counts.</summary>
    private static ImmutableDictionary<string, RoomPlan> First(IEnumerable<RoomPlan> rooms) =>
        rooms.GroupBy(r => r.Number.Value).ToImmutableDictionary(g => g.Key, g => g.First());
}
