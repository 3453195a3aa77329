using Conference.Media.Codecs;

namespace Conference.Media.Sdp;

/// <summary>What each codec wants in a description.</summary>
internal static class FormatRules
{
    /// <summary>Whether an rtpmap means this format.</summary>
    public static bool Means(this SdpCodec theirs, VoiceFormat ours)
    {
        if (!theirs.Name.Equals(ours.Name, StringComparison.OrdinalIgnoreCase)) return false;
        if (IsOpus(ours)) return theirs.Clock == ours.Clock; // always two channels (RFC 7587 §7), and yet some phones write one
        return (theirs.Clock == ours.Clock || IsMisspelt(theirs)) && theirs.Channels == ours.Channels;
    }

    /// <summary>What we ask senders for.</summary>
    /// <param name="format">What they send.</param>
    /// <param name="pauses">Whether they may leave pauses out.</param>
    public static string Wishes(VoiceFormat format, bool pauses)
    {
        if (IsOpus(format)) return "useinbandfec=1;stereo=0;maxaveragebitrate=32000" + (pauses ? ";usedtx=1" : "");
        return format.Name.Equals("G729", StringComparison.OrdinalIgnoreCase) ? "annexb=no" : ""; // absent would mean yes (RFC 4856 §2.1.9)
    }

    /// <summary>Milliseconds in a packet to a peer: what it asked for, as far as it takes that and the codec has such frames.</summary>
    public static int PacketTime(VoiceFormat format, int asked, int most)
    {
        var time = Math.Clamp(Math.Min(asked, most), 10, 60) / 10 * 10;
        if (IsOpus(format)) return time switch { < 20 => 10, < 40 => 20, < 60 => 40, _ => 60 };
        return format.Name.Equals("GSM", StringComparison.OrdinalIgnoreCase) ? Math.Max(20, time / 20 * 20) : time;
    }

    public static bool IsOpus(VoiceFormat format) => format.Name.Equals("opus", StringComparison.OrdinalIgnoreCase);

    /// <summary>G.722 samples at 16 000 Hz, and old phones wrote that where 8000 has to stand (RFC 3551 §4.5.2).</summary>
    private static bool IsMisspelt(SdpCodec codec) => codec.Is("G722", 16000);
}
