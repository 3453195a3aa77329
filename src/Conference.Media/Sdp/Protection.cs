using System.Collections.Immutable;
using Conference.Media.Security;

namespace Conference.Media.Sdp;

/// <summary>How a media line is protected, as its writer means it.</summary>
internal enum ProtectionKind
{
    /// <summary>A profile we do not know.</summary>
    Unknown,
    Plain,
    Sdes,
    Dtls,
}

/// <summary>What a line says about its protection, and what we make of it.</summary>
internal static class Protection
{
    /// <summary>The profile decides (RFC 4568 §3, RFC 5764 §8); some write a fingerprint into the profile of RFC 3711 and mean DTLS.</summary>
    /// <param name="media">The line.</param>
    /// <param name="opportunistic">Whether keys in a line that promises none are taken (RFC 8643 §3).</param>
    public static ProtectionKind Of(SdpMedia media, bool opportunistic) => media.Protocol.ToUpperInvariant() switch
    {
        "UDP/TLS/RTP/SAVP" or "UDP/TLS/RTP/SAVPF" => ProtectionKind.Dtls,
        "RTP/SAVP" or "RTP/SAVPF" => media is { Fingerprint: not null, Cryptos.IsEmpty: true } ? ProtectionKind.Dtls : ProtectionKind.Sdes,
        "RTP/AVP" or "RTP/AVPF" when !opportunistic => ProtectionKind.Plain,
        "RTP/AVP" or "RTP/AVPF" => media.Cryptos.IsEmpty ? media.Fingerprint is null ? ProtectionKind.Plain : ProtectionKind.Dtls : ProtectionKind.Sdes,
        _ => ProtectionKind.Unknown,
    };

    public static ProtectionKind Of(MediaKeys? keys) => keys switch
    {
        MediaKeys.Sdes => ProtectionKind.Sdes,
        MediaKeys.Dtls => ProtectionKind.Dtls,
        _ => ProtectionKind.Plain,
    };

    /// <summary>Whether the terms of a leg allow it to take such a line.</summary>
    public static bool Takes(this SdpTerms terms, ProtectionKind kind, SdpMedia media) => kind switch
    {
        ProtectionKind.Plain => !terms.OnlyProtected,
        ProtectionKind.Sdes => terms.Security != MediaSecurity.None && !media.Cryptos.IsEmpty,
        ProtectionKind.Dtls => terms is { Security: not MediaSecurity.None, Certificate: not null } && media is { Fingerprint: not null, Setup: not DtlsSetup.HoldConn },
        _ => false,
    };

    /// <summary>What our first offer asks for.</summary>
    public static ProtectionKind Wanted(this SdpTerms terms) => terms.Security switch
    {
        MediaSecurity.Sdes => ProtectionKind.Sdes,
        MediaSecurity.Dtls when terms.Certificate is not null => ProtectionKind.Dtls,
        _ => ProtectionKind.Plain,
    };

    public static string Protocol(this SdpTerms terms, ProtectionKind kind) => kind switch
    {
        _ when terms.Opportunistic => "RTP/AVP",
        ProtectionKind.Sdes => "RTP/SAVP",
        ProtectionKind.Dtls => terms.OffersIce ? "UDP/TLS/RTP/SAVPF" : "UDP/TLS/RTP/SAVP",
        _ => "RTP/AVP",
    };

    /// <summary>The first line of theirs, and a key of ours under its tag: the old one while it fits, so that counters go on (RFC 4568 §7.1.2).</summary>
    public static MediaKeys AnswerSdes(SdpMedia media, MediaKeys? before)
    {
        var theirs = media.Cryptos[0];
        var key = before is MediaKeys.Sdes sdes && sdes.Ours.Key.Suite == theirs.Key.Suite ? sdes.Ours.Key : SrtpKey.Random(theirs.Key.Suite.Profile);
        return new MediaKeys.Sdes(new SdesCrypto(theirs.Tag, key), theirs);
    }

    /// <summary>Our role against theirs; a handshake that has been made keeps its roles (RFC 8842 §5.3).</summary>
    public static MediaKeys AnswerDtls(SdpMedia media, MediaKeys? before, DtlsRole preferred)
    {
        var free = before is MediaKeys.Dtls dtls && dtls.Theirs == media.Fingerprint ? dtls.Role : preferred;
        var role = media.Setup switch
        {
            DtlsSetup.ActPass => free,
            DtlsSetup.Passive => DtlsRole.Active,
            _ => DtlsRole.Passive,
        };
        return new MediaKeys.Dtls(role, media.Fingerprint!);
    }

    /// <summary>One line for every suite, each with its own key.</summary>
    public static ImmutableArray<SdesCrypto> Offered() =>
        [.. SrtpSuite.Spoken.Select((suite, i) => new SdesCrypto(i + 1, SrtpKey.Random(suite.Profile)))];

    /// <summary>What an answer made of our offer; <see langword="false"/> when it gives no key where one is needed.</summary>
    public static bool TryAccept(SdpMedia answer, OurLine offered, out MediaKeys? keys)
    {
        keys = null;
        if (!offered.Cryptos.IsEmpty && answer.Cryptos is [var theirs, ..])
        {
            var ours = offered.Cryptos.FirstOrDefault(c => c.Tag == theirs.Tag && c.Key.Suite == theirs.Key.Suite);
            if (ours is not null) keys = new MediaKeys.Sdes(ours, theirs);
        }
        else if (offered.Certificate is not null && answer is { Fingerprint: { } certificate, Setup: not DtlsSetup.HoldConn })
        {
            keys = new MediaKeys.Dtls(answer.Setup == DtlsSetup.Passive ? DtlsRole.Active : DtlsRole.Passive, certificate);
        }

        return keys is not null || Of(answer, opportunistic: false) == ProtectionKind.Plain;
    }
}
