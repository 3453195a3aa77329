namespace Conference.Benchmarks.Compare;

/// <summary>Who sits where, and what the better of the two SIP bridges needed for it when all were measured on one machine.</summary>
/// <param name="Title">For the table.</param>
/// <param name="RoomSize">People in a room; 0 for all in one.</param>
/// <param name="Talkers">How many of them talk.</param>
/// <param name="Peer">CPU of Asterisk or FreeSWITCH, whichever needed less, in us for a participant and a second of G.711, by the participants it carried without loss.</param>
internal sealed record Shape(string Title, int RoomSize, int Talkers, (int Participants, double Cost)[] Peer)
{
    /// <summary>What a program needed on the peers' machine that only receives and sends the same packets, one socket for each participant.</summary>
    public const double PeerFloor = 290;

    public static readonly Shape[] All =
    [
        new("one room, 3 talk", 0, 3, [(10, 3410), (50, 2434), (100, 2355), (200, 2358), (300, 2359)]),
        new("rooms of five, 2 talk", 5, 2, [(10, 2241), (50, 1892), (100, 2095), (200, 2566), (300, 2222), (400, 2178)]),
    ];

    /// <summary>The better peer's figure at this size, or at the largest it carried.</summary>
    public double PeerAt(int participants) => Peer.MinBy(p => Math.Abs(p.Participants - participants)).Cost;
}
