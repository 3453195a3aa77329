namespace Conference.Media.Codecs;

/// <summary>What the first bytes of an Opus packet tell (RFC 6716 §3).</summary>
internal static class OpusPacket
{
    private const int Longest = 5760; // 120 ms, the most that §3.4 allows

    /// <summary>How long a packet sounds, in samples at 48 000 Hz; 0 when it breaks the rules of §3.4.</summary>
    public static int Samples(ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty) return 0;
        var frames = (packet[0] & 3) switch
        {
            0 => 1,
            1 or 2 => 2,
            _ => packet.Length > 1 ? packet[1] & 0x3F : 0,
        };
        var samples = frames * FrameSamples(packet[0] >> 3);
        return samples <= Longest ? samples : 0;
    }

    /// <summary>The length of one frame by its configuration number (§3.1, table 2).</summary>
    private static int FrameSamples(int configuration) => configuration switch
    {
        < 12 when configuration % 4 == 3 => 2880, // SILK: 10, 20, 40 and 60 ms
        < 12 => 480 << configuration % 4,
        < 16 => 480 << configuration % 2, // hybrid: 10 and 20 ms
        _ => 120 << configuration % 4, // CELT: 2.5, 5, 10 and 20 ms
    };
}
