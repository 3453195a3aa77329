namespace Conference.Media.Codecs;

/// <summary>The formats of RFC 3551 §6 and RFC 7587 that can be spoken here, with the payload types we offer the dynamic ones with.</summary>
public static class VoiceFormats
{
    public static VoiceFormat Pcmu { get; } = new("PCMU", 8000, 8000, 0);

    public static VoiceFormat Pcma { get; } = new("PCMA", 8000, 8000, 8);

    public static VoiceFormat G722 { get; } = new("G722", 8000, 16000, 9) { SettleMilliseconds = 500 };

    public static VoiceFormat L16Narrow { get; } = new("L16", 8000, 8000, 102);

    public static VoiceFormat L16Wide { get; } = new("L16", 16000, 16000, 103);

    public static VoiceFormat L16Full { get; } = new("L16", 48000, 48000, 104);
}
