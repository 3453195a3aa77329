using System.Collections.Immutable;
using Conference.Core.Routing;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Shared;

/// <summary>Words for how voices and keys travel, and the codecs one may name.</summary>
public static class VoiceSentences
{
    /// <summary>Codecs one may ask for; those whose library is missing are left out of calls.</summary>
    public static ImmutableArray<string> Codecs { get; } = ["OPUS", "G722", "PCMA", "PCMU", "G729", "GSM", "G726-32", "L16"];

    public static string Of(VoiceProtection protection, IStringLocalizer<SharedWords> T) => protection switch
    {
        VoiceProtection.Off => T["never encrypted"],
        VoiceProtection.Accept => T["encrypted when the other side asks for it"],
        VoiceProtection.Require => T["always encrypted (SRTP, keys in the signalling)"],
        VoiceProtection.RequireHandshake => T["always encrypted (DTLS-SRTP, as browsers do)"],
        _ => T["as the site has it"],
    };

    public static string Of(KeyMode keys, IStringLocalizer<SharedWords> T) => keys switch
    {
        KeyMode.Info => T["SIP INFO"],
        KeyMode.InBand => T["tones in the voice"],
        _ => T["RFC 4733 events (usual)"],
    };

    /// <summary>Codecs as typed, and the first word that is none.</summary>
    public static (ImmutableArray<string> Codecs, string? Wrong) Read(string? text)
    {
        var codecs = (text ?? "").Split([',', ' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(c => c.ToUpperInvariant()).Distinct().ToImmutableArray();
        return (codecs, codecs.FirstOrDefault(c => !Codecs.Contains(c)));
    }

    /// <summary>What is wrong with a word that should name a codec.</summary>
    public static string NoneOfThese(string wrong, IEnumerable<string> these, IStringLocalizer<SharedWords> T) =>
        T["“{0}” is none of these: {1}.", wrong.Length > 50 ? wrong[..50] : wrong, string.Join(", ", these)];
}
