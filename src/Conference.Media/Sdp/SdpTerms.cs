using System.Collections.Immutable;
using System.Net;
using Conference.Media.Codecs;
using Conference.Media.Security;

namespace Conference.Media.Sdp;

/// <summary>How much a leg is to be protected.</summary>
public enum MediaSecurity
{
    /// <summary>Neither offered nor taken.</summary>
    None,

    /// <summary>Taken from whoever offers it, never asked for.</summary>
    Accept,

    /// <summary>Our offers ask for SRTP with keys in the signalling (RFC 4568): phones and trunks over TLS.</summary>
    Sdes,

    /// <summary>Our offers ask for SRTP with a handshake (RFC 5763): browsers.</summary>
    Dtls,
}

/// <summary>What one leg may agree to.</summary>
public sealed record SdpTerms
{
    /// <summary>G.711 in the clear: what everybody understands.</summary>
    public static SdpTerms Plain { get; } = new();

    /// <summary>What may be offered and taken, best first.</summary>
    public ImmutableArray<VoiceFormat> Formats { get; init; } = [new("PCMA", 8000, 8000, 8), new("PCMU", 8000, 8000, 0)];

    /// <summary>Our order counts in answers, not the peer's.</summary>
    public bool OurOrder { get; init; }

    /// <summary>Comfort noise (RFC 3389) for peers that offer it.</summary>
    public bool ComfortNoise { get; init; }

    /// <summary>Pictures are passed on, for peers that offer some.</summary>
    public bool Video { get; init; }

    /// <summary>Pauses are not sent (RFC 7587 §3.1.3).</summary>
    public bool Pauses { get; init; }

    /// <summary>How much the leg is to be protected.</summary>
    public MediaSecurity Security { get; init; }

    /// <summary>Legs in the clear are refused.</summary>
    public bool OnlyProtected { get; init; }

    /// <summary>Keys are taken from, and put into, descriptions that promise no protection (RFC 8643): who does not understand them is heard in the clear.</summary>
    public bool Opportunistic { get; init; }

    /// <summary>Hash of our certificate; <see langword="null"/> when there is no DTLS.</summary>
    public Fingerprint? Certificate { get; init; }

    /// <summary>Which role we take when the peer leaves it to us. Active is recommended (RFC 5763 §5): our hello leaves as soon as a check has arrived.</summary>
    public DtlsRole PreferredRole { get; init; }

    /// <summary>Where legs with ICE are served; <see langword="null"/> when nowhere.</summary>
    public IceHost? Ice { get; init; }

    /// <summary>Our offers speak ICE: the peer is a browser.</summary>
    public bool OffersIce { get; init; }
}

/// <summary>The port that all legs with ICE share.</summary>
/// <param name="Port">UDP port.</param>
/// <param name="Addresses">As peers see them; one host candidate each.</param>
public sealed record IceHost(int Port, ImmutableArray<IPAddress> Addresses);
