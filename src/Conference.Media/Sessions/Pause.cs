using Conference.Media.Dsp;

namespace Conference.Media.Sessions;

/// <summary>What is heard of a peer that sends nothing while it is silent: the noise it told, until it speaks, or falls silent for good (RFC 3389 §4).</summary>
internal sealed class Pause
{
    private const int Longest = 5 * 50; // ticks without any packet: then the peer is gone, or has forgotten us

    private readonly ComfortNoise _noise = new();
    private long _until = -1;

    /// <summary>Takes a payload that tells how loud the silence is.</summary>
    public void Take(ReadOnlySpan<byte> payload, long tick)
    {
        if (_noise.Update(payload)) _until = tick + Longest;
    }

    /// <summary>The peer speaks.</summary>
    public void End() => _until = -1;

    /// <summary>Makes 20 ms of the silence.</summary>
    /// <returns>Whether there is anything to hear.</returns>
    public bool Fill(Span<short> voice, long tick)
    {
        if (tick > _until) return false;
        _noise.Fill(voice);
        return true;
    }
}
