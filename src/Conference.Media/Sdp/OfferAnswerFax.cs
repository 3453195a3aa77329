using System.Collections.Immutable;
using System.Net;
using System.Text;

namespace Conference.Media.Sdp;

/// <summary>The line of a fax takes the place of the line of the voice, and gives it back (RFC 3264 §8.3.3, T.38 Annex D).</summary>
public sealed partial record OfferAnswer
{
    /// <summary>The fax that took the place of the voice; <see langword="null"/> while there is none.</summary>
    public AgreedFax? Fax { get; private init; }

    /// <summary>Not for legs that are protected: a fax travels in the clear.</summary>
    public bool MayTurnIntoFax => !IsProtected && Agreed?.Ice is null;

    /// <summary>The line of the voice whose place the fax took: numbers mean afterwards what they meant before (RFC 3264 §8.3.2).</summary>
    private OurLine? Silenced { get; init; }

    private OurLine? OurFax => Lines.FirstOrDefault(l => l is { Port: > 0, Fax: not null });

    /// <summary>Offers a fax where the voice was.</summary>
    /// <param name="terms">What the far side said about it.</param>
    /// <param name="port">Our UDP port for it.</param>
    public OfferAnswer OfferFax(FaxTerms terms, int port)
    {
        var line = FaxLine(terms, port);
        return (this with { Lines = InPlaceOf(Ours, line), Silenced = Ours }).Write();
    }

    /// <summary>Answers the offer of a fax; on refusal everything stays as it was.</summary>
    /// <param name="terms">What the far side answered.</param>
    /// <param name="port">Our UDP port for it.</param>
    public SdpRefusal AnswerFax(ReadOnlySpan<byte> offer, FaxTerms terms, int port, out OfferAnswer next)
    {
        next = this;
        return SdpParser.Parse(offer, out var session) == SdpError.None
            ? AnswerFax(session!, offer, terms, port, out next)
            : SdpRefusal.Malformed;
    }

    /// <summary>What an offer says about its fax; a leg that is protected takes none, because a fax travels in the clear.</summary>
    public SdpRefusal ReadFax(ReadOnlySpan<byte> offer, out FaxTerms? terms)
    {
        terms = null;
        if (SdpParser.Parse(offer, out var session) != SdpError.None) return SdpRefusal.Malformed;
        if (session!.Media.FirstOrDefault(FaxTerms.IsFax) is not { } media) return SdpRefusal.NoCommonCodec;
        var refusal = MayFax(media);
        if (refusal == SdpRefusal.None) terms = FaxTerms.Of(media);
        return refusal;
    }

    /// <summary>What holds when an offer of ours was refused; versions are never used twice.</summary>
    /// <param name="before">The state before that offer.</param>
    public OfferAnswer BackTo(OfferAnswer before) => before with { Version = Version };

    /// <summary>The voice in the place of the fax: under the numbers it had, else as in a first offer.</summary>
    private OfferAnswer OfferVoiceInsteadOfFax() => (this with { Lines = InPlaceOf(OurFax, Silenced is { } before ? Again(before) : First()) }).Write();

    private SdpRefusal AnswerFax(SdpSession session, ReadOnlySpan<byte> offer, FaxTerms terms, int port, out OfferAnswer next)
    {
        next = this;
        if (session.Media.FirstOrDefault(FaxTerms.IsFax) is not { } media) return SdpRefusal.NoCommonCodec;
        var refusal = MayFax(media);
        if (refusal != SdpRefusal.None) return refusal;

        next = (this with
        {
            Fax = Agree(media, terms, port),
            Video = null,
            PeerOrigin = session.Origin,
            PeerBody = Encoding.UTF8.GetString(offer),
            Silenced = Ours ?? Silenced,
            Lines = [.. session.Media.Select(m => ReferenceEquals(m, media) ? FaxLine(terms with { Protocol = m.Protocol }, port) : OurLine.Refuse(m))],
        }).Write();
        return SdpRefusal.None;
    }

    /// <summary>Takes the answer to <see cref="OfferFax"/>, or to the same said again.</summary>
    private SdpRefusal AcceptFax(SdpSession answer, out OfferAnswer next)
    {
        next = this;
        var ours = OurFax!;
        if (answer.Media.ElementAtOrDefault(Lines.IndexOf(ours)) is not { } media || !FaxTerms.IsFax(media)) return SdpRefusal.NoCommonCodec;
        var refusal = MayFax(media);
        if (refusal == SdpRefusal.None) next = this with { Fax = Agree(media, ours.Fax!, ours.Port), Video = null, PeerOrigin = answer.Origin, PeerBody = "" };
        return refusal;
    }

    private SdpRefusal MayFax(SdpMedia media)
    {
        if (!MayTurnIntoFax) return SdpRefusal.Unprotected;
        var (kind, address) = media.Connection;
        var isUsable = kind == ConnectionKind.Usable && media.Port >= 1024 && address!.AddressFamily == Address.AddressFamily;
        return isUsable ? SdpRefusal.None : SdpRefusal.UnusableAddress;
    }

    private static AgreedFax Agree(SdpMedia theirs, FaxTerms ours, int port) =>
        new(new IPEndPoint(theirs.Connection.Address!, theirs.Port), FaxTerms.Of(theirs), ours, port);

    private static OurLine FaxLine(FaxTerms terms, int port) => new("image", terms.Protocol, []) { Port = port, Fax = terms };

    /// <summary>One line where another was; whatever else was in use ends, because there is either a fax or a voice.</summary>
    private ImmutableArray<OurLine> InPlaceOf(OurLine? before, OurLine line) =>
        before is null ? [.. Lines.Select(l => l.Ended()), line] : [.. Lines.Select(l => ReferenceEquals(l, before) ? line : l.Port > 0 ? l.Ended() : l)];
}
