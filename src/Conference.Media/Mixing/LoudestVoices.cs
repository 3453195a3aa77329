namespace Conference.Media.Mixing;

/// <summary>What the selection remembers of one leg.</summary>
public struct Contender
{
    /// <summary>Smoothed power: 0.7 of the last score and 0.3 of the frame.</summary>
    public float Score { get; internal set; }

    /// <summary>Whether it is heard this frame.</summary>
    public bool IsIn { get; internal set; }

    /// <summary>Frames since it came in.</summary>
    public int Stay { get; internal set; }
}

/// <param name="Power">Mean square of the frame; 0 when the gate of the mix is closed.</param>
/// <param name="IsCandidate">Whether it may be heard at all: gate open, not muted, not held.</param>
/// <param name="IsFavoured">A moderator, or somebody given priority: counts 6 dB more.</param>
public readonly record struct VoiceFrame(float Power, bool IsCandidate, bool IsFavoured = false);

/// <summary>Chooses who is heard when more speak than anybody could follow: the loudest, with some loyalty to who is heard already.</summary>
/// <remarks>Who is in counts 3 dB more and stays for 300 ms. More than a few voices are noise: each open microphone adds its own.</remarks>
public sealed class LoudestVoices
{
    /// <summary>Voices at once in a room of this many legs.</summary>
    public static int Seats(int legs) => legs > BigRoom ? 3 : Most;

    private const int Most = 8;
    private const int BigRoom = 200;
    private const int LeastStay = 15; // frames: 300 ms
    private const float Loyalty = 2; // 3 dB
    private const float Favour = 4; // 6 dB

    private readonly int[] _best = new int[Most];
    private readonly float[] _bestRank = new float[Most];

    /// <summary>Decides for one frame of 20 ms; <see cref="Contender.IsIn"/> says the outcome.</summary>
    /// <param name="contenders">One per leg, the same legs in the same places from frame to frame.</param>
    /// <param name="voices">What each brings this frame.</param>
    /// <param name="seats">How many at most, up to 8.</param>
    /// <returns>How many are in.</returns>
    public int Select(Span<Contender> contenders, ReadOnlySpan<VoiceFrame> voices, int seats)
    {
        seats = Math.Clamp(seats, 0, Most);
        var found = 0;
        for (var leg = 0; leg < contenders.Length; leg++)
        {
            ref var contender = ref contenders[leg];
            var voice = voices[leg];
            contender.Score = 0.7f * contender.Score + 0.3f * voice.Power;
            if (voice.IsCandidate) found = Insert(leg, Rank(contender, voice), found, seats);
        }

        Seat(contenders, found);
        return found;
    }

    private static float Rank(in Contender contender, VoiceFrame voice)
    {
        if (contender.IsIn && contender.Stay < LeastStay) return float.PositiveInfinity;
        return contender.Score * (contender.IsIn ? Loyalty : 1) * (voice.IsFavoured ? Favour : 1);
    }

    private int Insert(int leg, float rank, int found, int seats)
    {
        if (found == seats && (seats == 0 || rank <= _bestRank[found - 1])) return found;
        var at = found < seats ? found++ : found - 1;
        for (; at > 0 && _bestRank[at - 1] < rank; at--)
            (_best[at], _bestRank[at]) = (_best[at - 1], _bestRank[at - 1]);
        (_best[at], _bestRank[at]) = (leg, rank);
        return found;
    }

    private void Seat(Span<Contender> contenders, int found)
    {
        var chosen = _best.AsSpan(0, found);
        for (var leg = 0; leg < contenders.Length; leg++)
        {
            ref var contender = ref contenders[leg];
            if (!contender.IsIn) continue;
            if (chosen.Contains(leg)) contender.Stay++;
            else contender.IsIn = false;
        }

        foreach (var leg in chosen)
        {
            if (contenders[leg].IsIn) continue;
            (contenders[leg].IsIn, contenders[leg].Stay) = (true, 0);
        }
    }
}
