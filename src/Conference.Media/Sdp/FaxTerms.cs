using System.Collections.Immutable;

namespace Conference.Media.Sdp;

/// <summary>What one side says about a fax (T.38 Annex D); handed to the other side as it is.</summary>
/// <param name="Protocol">"udptl", as the peer wrote it.</param>
/// <param name="Attributes">Version, rate, datagram size and redundancy, without a=.</param>
public sealed record FaxTerms(string Protocol, ImmutableArray<string> Attributes)
{
    /// <summary>Attributes of one line that are handed on.</summary>
    internal const int MostAttributes = 16;

    /// <summary>The format of every image line we speak of (RFC 3362).</summary>
    internal const string Format = "t38";

    private const int LongestAttribute = 80;

    /// <summary>What a body asks for.</summary>
    public static OfferKind KindOf(ReadOnlySpan<byte> body) => SdpParser.Parse(body, out var session) switch
    {
        SdpError.None => IsFaxOnly(session!) ? OfferKind.Fax : OfferKind.Voice,
        SdpError.NotSdp => OfferKind.Nothing,
        _ => OfferKind.Voice,
    };

    /// <summary>Whether an attribute may be handed on: text of the fax, and nothing that could end the line.</summary>
    internal static bool IsAttribute(ReadOnlySpan<char> value) =>
        value.StartsWith("T38", StringComparison.OrdinalIgnoreCase) && value.Length <= LongestAttribute && !value.ContainsAnyExceptInRange(' ', '~');

    internal static FaxTerms Of(SdpMedia media) => new(media.Protocol, media.FaxAttributes);

    /// <summary>A line that is in use for T.38 over UDPTL.</summary>
    internal static bool IsFax(SdpMedia media) =>
        media is { Type: "image", Port: > 0 } && media.Protocol.Equals("udptl", StringComparison.OrdinalIgnoreCase)
        && media.Formats[0].Equals(Format, StringComparison.OrdinalIgnoreCase);

    /// <summary>A fax and no voice beside it: where both are offered, the voice is taken.</summary>
    internal static bool IsFaxOnly(SdpSession session) =>
        session.Media.Any(IsFax) && !session.Media.Any(m => m is { Type: "audio", Port: > 0 });
}

/// <summary>What an offer is about.</summary>
public enum OfferKind
{
    /// <summary>A voice, perhaps with more beside it; or what only its refusal needs to understand.</summary>
    Voice,

    /// <summary>A fax and nothing else.</summary>
    Fax,

    /// <summary>No line at all.</summary>
    Nothing,
}

/// <summary>A fax that both sides of one leg agreed on.</summary>
/// <param name="Remote">Where it goes.</param>
/// <param name="Theirs">What the peer said about it.</param>
/// <param name="Ours">What we said: the words of the far side.</param>
/// <param name="Port">Our UDP port.</param>
public sealed record AgreedFax(System.Net.IPEndPoint Remote, FaxTerms Theirs, FaxTerms Ours, int Port);
