using System.Collections.Immutable;
using Conference.Media.Mixing;

namespace Conference.Media.Sessions;

/// <summary>A plan with a chair for every seat, made ready outside the mixer; swapped by reference.</summary>
/// <param name="Seats">As planned.</param>
/// <param name="Chairs">At the same index; whoever sat before keeps his.</param>
/// <param name="Relations">Who hears whom otherwise.</param>
internal sealed record Seating(ImmutableArray<Seat> Seats, ImmutableArray<Chair> Chairs, ImmutableArray<ChairRelation> Relations)
{
    public static Seating Empty { get; } = new([], [], []);

    /// <summary>Room for the selection to work in, a place for every chair.</summary>
    public Contender[] Contenders { get; } = new Contender[Chairs.Length];

    /// <summary>How present each was lately.</summary>
    public Presence[] Presences { get; } = new Presence[Chairs.Length];

    /// <summary>What each brings in a tick.</summary>
    public VoiceFrame[] Voices { get; } = new VoiceFrame[Chairs.Length];
}
