using System.Collections.Immutable;

namespace Conference.Media.Sdp;

/// <summary>Looks into an offer before it is answered.</summary>
public static class OfferedCodec
{
    /// <summary>Whether there is a camera.</summary>
    public static bool HasVideo(ReadOnlySpan<byte> offer) =>
        SdpParser.Parse(offer, out var session) == SdpError.None && session!.Media.Any(m => m is { Type: "video", Port: > 0 });

    /// <summary>The codec an answer would choose: the first of theirs that we speak, for instance PCMA; empty when there is none.</summary>
    /// <remarks>Nothing is opened or agreed: a call may be rung for first, and the other leg then asks for the same. How the line is protected is judged by the answer.</remarks>
    /// <param name="codecs">Names of those we speak.</param>
    public static string First(ReadOnlySpan<byte> offer, ImmutableArray<string> codecs)
    {
        if (SdpParser.Parse(offer, out var session) != SdpError.None) return "";
        var offered = session!.Media
            .Where(m => m is { Type: "audio", Port: > 0 } && Protection.Of(m, opportunistic: true) != ProtectionKind.Unknown)
            .SelectMany(m => m.Codecs);
        return offered.Select(c => codecs.FirstOrDefault(n => n.Equals(c.Name, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(n => n is not null) ?? "";
    }
}
