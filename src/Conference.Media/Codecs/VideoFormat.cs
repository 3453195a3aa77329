using System.Collections.Immutable;

namespace Conference.Media.Codecs;

/// <summary>How pictures are packed; they are passed on, never decoded.</summary>
public enum VideoCodec
{
    /// <summary>RFC 7741.</summary>
    Vp8,

    /// <summary>RFC 6184.</summary>
    H264,

    /// <summary>RFC 4629: H.263 in the packets of 1998.</summary>
    H263Plus,

    /// <summary>RFC 2190.</summary>
    H263,

    /// <summary>RFC 4587.</summary>
    H261,
}

/// <summary>A way to pack pictures as descriptions name it; the clock is always 90 kHz.</summary>
/// <param name="Codec">Which.</param>
/// <param name="Name">In rtpmap.</param>
/// <param name="Payload">The number we offer it under.</param>
/// <param name="Parameters">The fmtp we offer.</param>
public sealed record VideoFormat(VideoCodec Codec, string Name, byte Payload, string Parameters)
{
    public const int Clock = 90000;

    private const string Sizes = "CIF=1;QCIF=1";

    /// <summary>All we pass on, best first.</summary>
    public static ImmutableArray<VideoFormat> All { get; } =
    [
        new(VideoCodec.Vp8, "VP8", 97, ""),
        new(VideoCodec.H264, "H264", 98, "profile-level-id=42e01f;packetization-mode=1"),
        new(VideoCodec.H264, "H264", 99, "profile-level-id=42e01f;packetization-mode=0"),
        new(VideoCodec.H263Plus, "H263-1998", 100, Sizes),
        new(VideoCodec.H263, "H263", 34, Sizes),
        new(VideoCodec.H261, "H261", 31, Sizes),
    ];

    /// <summary>What two peers must have in common, so that one understands the pictures of the other; <see langword="null"/> for what we do not pass on.</summary>
    public static string? Kind(string name, string parameters)
    {
        if (All.FirstOrDefault(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is not { } format) return null;
        return format.Codec == VideoCodec.H264 ? $"H264 {ProfileOf(Value(parameters, "profile-level-id"))} {(Value(parameters, "packetization-mode") is "1" ? 1 : 0)}" : format.Name;
    }

    /// <summary>The profile without its level (RFC 6184 §8.1): the same first byte and constraints; baseline where nothing is said.</summary>
    private static string ProfileOf(string id) => id.Length != 6 ? "42"
        : id[..2] is "42" or "4D" or "4d" && id[2] is 'c' or 'C' or 'e' or 'E' or '8' or '0' or '4' ? id[..2].ToUpperInvariant() : id[..4].ToUpperInvariant();

    private static string Value(string parameters, string name)
    {
        foreach (var part in parameters.Split(';', StringSplitOptions.TrimEntries))
            if (part.StartsWith(name + "=", StringComparison.OrdinalIgnoreCase)) return part[(name.Length + 1)..];
        return "";
    }
}
