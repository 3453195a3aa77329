namespace Conference.Media.Mixing;

/// <summary>How present one leg was lately.</summary>
public struct Presence
{
    /// <summary>Mean power of about the last 300 ms.</summary>
    public float Medium { get; internal set; }

    /// <summary>Mean power of about the last 2 s.</summary>
    public float Long { get; internal set; }
}

/// <summary>Who has the floor: slow to change, so that a cough or a "yes" takes nobody's picture away.</summary>
/// <remarks>Another must exceed the present one by half on both time scales, and nobody is replaced within 2 s, unless he left.</remarks>
public sealed class DominantSpeaker
{
    /// <summary>Nobody has spoken yet.</summary>
    public const int Nobody = -1;

    private const float MediumShare = 20f / 300;
    private const float LongShare = 20f / 2000;
    private const float Margin = 1.5f;
    private const float Silence = 1; // mean square: what decays is never quite zero
    private const int LeastFrames = 100; // 2 s

    private int _frames;

    /// <summary>Index of the leg, or <see cref="Nobody"/>.</summary>
    public int Current { get; private set; } = Nobody;

    /// <summary>Takes one frame of 20 ms.</summary>
    /// <param name="legs">One per leg, the same legs in the same places from frame to frame.</param>
    /// <param name="voices">What each says this frame; 0 power when it is no speech.</param>
    /// <returns>Whether <see cref="Current"/> changed.</returns>
    public bool Feed(Span<Presence> legs, ReadOnlySpan<VoiceFrame> voices)
    {
        for (var leg = 0; leg < legs.Length; leg++)
            Average(ref legs[leg], voices[leg]);
        _frames++;
        var best = Strongest(legs);
        if (best == Current || best == Nobody || !MayTake(legs, best)) return false;
        (Current, _frames) = (best, 0);
        return true;
    }

    /// <summary>The present one sits in another place now, or is gone (<see cref="Nobody"/>).</summary>
    public void Moved(int leg) => Current = leg;

    /// <summary>The leg in this place is gone, or another one sits there now.</summary>
    public void Left(Span<Presence> legs, int leg)
    {
        legs[leg] = default;
        if (Current == leg) Current = Nobody;
    }

    private static void Average(ref Presence leg, VoiceFrame voice)
    {
        var power = voice.IsCandidate ? voice.Power : 0;
        leg.Medium += (power - leg.Medium) * MediumShare;
        leg.Long += (power - leg.Long) * LongShare;
    }

    private static int Strongest(ReadOnlySpan<Presence> legs)
    {
        var (best, most) = (Nobody, Silence);
        for (var leg = 0; leg < legs.Length; leg++)
        {
            if (legs[leg].Medium > most) (best, most) = (leg, legs[leg].Medium);
        }

        return best;
    }

    private bool MayTake(ReadOnlySpan<Presence> legs, int challenger)
    {
        if (Current == Nobody) return true;
        return _frames >= LeastFrames && legs[challenger].Medium > Margin * legs[Current].Medium && legs[challenger].Long > Margin * legs[Current].Long;
    }
}
