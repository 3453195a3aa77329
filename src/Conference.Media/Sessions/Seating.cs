using System.Collections.Immutable;
using Conference.Media.Mixing;

namespace Conference.Media.Sessions;

/// <summary>A plan with a chair for every seat, made ready outside the mixer; swapped by reference.</summary>
/// <param name="Seats">As planned.</param>
/// <param name="Chairs">At the same index; whoever sat before keeps his.</param>
internal sealed record Seating(ImmutableArray<Seat> Seats, ImmutableArray<Chair> Chairs)
{
    public static Seating Empty { get; } = new([], []);
}
