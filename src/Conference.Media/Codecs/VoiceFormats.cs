namespace Conference.Media.Codecs;

/// <summary>The formats of RFC 3551 §6 and RFC 7587 that can be spoken here, with the payload types we offer the dynamic ones with.</summary>
public static class VoiceFormats
{
    public static VoiceFormat Opus { get; } = new("opus", 48000, 48000, 111) { Channels = 2, SettleMilliseconds = 500, UnitMilliseconds = 20, LongestPacketMilliseconds = 20 };

    public static VoiceFormat G722 { get; } = new("G722", 8000, 16000, 9) { SettleMilliseconds = 500 };

    public static VoiceFormat Pcma { get; } = new("PCMA", 8000, 8000, 8);

    public static VoiceFormat Pcmu { get; } = new("PCMU", 8000, 8000, 0);

    public static VoiceFormat G729 { get; } = new("G729", 8000, 8000, 18) { SettleMilliseconds = 2000 };

    public static VoiceFormat Gsm { get; } = new("GSM", 8000, 8000, 3) { SettleMilliseconds = 500, UnitMilliseconds = 20 };

    /// <summary>G726-16, -24, -32 and -40 (RFC 3551 §4.5.4).</summary>
    public static VoiceFormat G726(int kilobits) => Adpcm($"G726-{kilobits}", 112 + kilobits / 8 - 2);

    /// <summary>The same bits the other way round (AAL2-G726, RFC 3551 §4.5.4).</summary>
    public static VoiceFormat Aal2G726(int kilobits) => Adpcm($"AAL2-G726-{kilobits}", 116 + kilobits / 8 - 2);

    public static VoiceFormat L16Full { get; } = new("L16", 48000, 48000, 104);

    public static VoiceFormat L16Wide { get; } = new("L16", 16000, 16000, 103);

    public static VoiceFormat L16Narrow { get; } = new("L16", 8000, 8000, 102);

    private static VoiceFormat Adpcm(string name, int payload) => new(name, 8000, 8000, (byte)payload) { SettleMilliseconds = 2000 };
}
