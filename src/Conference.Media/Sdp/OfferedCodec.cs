namespace Conference.Media.Sdp;

/// <summary>Looks into an offer before it is answered.</summary>
public static class OfferedCodec
{
    /// <summary>Whether there is a camera.</summary>
    public static bool HasVideo(ReadOnlySpan<byte> offer) =>
        SdpParser.Parse(offer, out var session) == SdpError.None && session!.Media.Any(m => m is { Type: "video", Port: > 0 });

    /// <summary>The codec an answer would choose: the first of theirs that we speak, for instance PCMA; empty when there is none.</summary>
    /// <remarks>Nothing is opened or agreed: a call may be rung for first, and the other leg then asks for the same.</remarks>
    public static string First(ReadOnlySpan<byte> offer) => First(offer, SdpTerms.Plain);

    /// <summary>The same for a leg that may agree to more.</summary>
    public static string First(ReadOnlySpan<byte> offer, SdpTerms terms)
    {
        if (SdpParser.Parse(offer, out var session) != SdpError.None) return "";
        var offered = session!.Media
            .Where(m => m is { Type: "audio", Port: > 0 } && terms.Takes(Protection.Of(m, terms.Opportunistic), m))
            .SelectMany(m => m.Codecs);
        return offered.Select(c => terms.Formats.FirstOrDefault(c.Means)).FirstOrDefault(f => f is not null)?.Name ?? "";
    }
}
