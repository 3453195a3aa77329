using System.Collections.Immutable;
using System.Net;
using Conference.Media.Codecs;
using Conference.Media.Security;

namespace Conference.Media.Sdp;

/// <summary>The video line beside the voice: one codec, chosen by us, so that those who meet in a room have the same where they can.</summary>
public sealed partial record OfferAnswer
{
    private const int LongestParameters = 200;

    /// <summary>Our port for pictures; 0 for none: then video lines are refused.</summary>
    public int VideoPort { get; init; }

    /// <summary>Whether our first offer asks for pictures, too.</summary>
    public bool OffersVideo { get; init; }

    /// <summary>The pictures agreed on; <see langword="null"/> for none.</summary>
    public AgreedVideo? Video { get; private init; }

    private OurLine? OurVideo => Lines.FirstOrDefault(l => l is { Port: > 0, Type: "video" });

    private bool MayHaveVideo => Terms.Video && VideoPort > 0;

    /// <summary>The first video line that can be taken.</summary>
    private (int Index, OurLine? Line, AgreedVideo? Agreed) TakeVideo(SdpSession session, Agreement voice)
    {
        for (var i = 0; MayHaveVideo && voice.Ice is null && i < session.Media.Length; i++)
            if (session.Media[i].Type == "video" && AnswerVideo(session.Media[i], voice) is (var line, var agreed)) return (i, line, agreed);
        return (-1, null, null);
    }

    private (OurLine Line, AgreedVideo Agreed)? AnswerVideo(SdpMedia media, Agreement voice)
    {
        if (!VideoKeys(media, voice, out var keys)) return null;
        var both = from ours in VideoFormat.All
                   from theirs in media.Codecs
                   where theirs.Clock == VideoFormat.Clock && KindOf(theirs) == VideoFormat.Kind(ours.Name, ours.Parameters)
                   select (ours, theirs);
        if (both.FirstOrDefault() is not ({ } format, { } chosen)) return null;
        var line = new OurLine(media.Type, media.Protocol, [chosen])
        {
            Port = VideoPort,
            Mux = media.RtcpMux,
            Mid = media.Mid,
            Direction = Mirror(media.Direction),
            Cryptos = keys is MediaKeys.Sdes sdes ? [sdes.Ours] : [],
            Pli = media.TakesPli,
            Fir = media.TakesFir,
        };
        return Agree(media, line, format, chosen, chosen, keys) is { } agreed ? (line, agreed) : null;
    }

    /// <summary>How the line would be protected.</summary>
    /// <returns>Whether it may be taken: a protected voice has no pictures in the clear beside it.</returns>
    private bool VideoKeys(SdpMedia media, Agreement voice, out MediaKeys? keys)
    {
        keys = null;
        var kind = Protection.Of(media, Terms.Opportunistic);
        if (kind is ProtectionKind.Plain) return !Terms.OnlyProtected && voice.Keys is null;
        if (kind is not ProtectionKind.Sdes || !Terms.Takes(kind, media)) return false;
        keys = Protection.AnswerSdes(media, Video?.Keys);
        return true;
    }

    /// <summary>The video line of a first offer, where pictures are to be asked for.</summary>
    private ImmutableArray<OurLine> FirstVideo() => !MayHaveVideo || !OffersVideo || Terms.Wanted() == ProtectionKind.Dtls ? [] :
    [
        new OurLine("video", Terms.Protocol(Terms.Wanted()), [.. VideoFormat.All.Select(f => new SdpCodec(f.Payload, f.Name, VideoFormat.Clock, f.Parameters))])
        {
            Port = VideoPort,
            Mux = true,
            Cryptos = Terms.Wanted() == ProtectionKind.Sdes ? Protection.Offered() : [],
            Pli = true,
            Fir = true,
        },
    ];

    /// <summary>What an answer says about our video line; one that is refused stays refused.</summary>
    private OfferAnswer AcceptVideo(SdpSession answer)
    {
        if (OurVideo is not { } ours) return this with { Video = null };
        var media = answer.Media.ElementAtOrDefault(Lines.IndexOf(ours));
        var agreed = media is { Type: "video", Port: > 0 } ? AcceptVideo(media, ours) : null;
        return this with { Video = agreed, Lines = agreed is null ? Lines.Replace(ours, ours.Ended()) : Lines };
    }

    private AgreedVideo? AcceptVideo(SdpMedia media, OurLine ours)
    {
        if (Protection.Of(media, opportunistic: false) == ProtectionKind.Unknown || !Protection.TryAccept(media, ours, out var keys)) return null;
        if (keys is null && IsProtected) return null;
        foreach (var theirs in media.Codecs)
            if (ours.Formats.FirstOrDefault(f => KindOf(f) is { } kind && kind == KindOf(theirs)) is { } mine)
                return Agree(media, ours, VideoFormat.All.First(f => f.Name.Equals(mine.Name, StringComparison.OrdinalIgnoreCase)), theirs, mine, keys);
        return null;
    }

    private AgreedVideo? Agree(SdpMedia theirs, OurLine ours, VideoFormat format, SdpCodec send, SdpCodec receive, MediaKeys? keys)
    {
        var (kind, address) = theirs.Connection;
        if (kind is ConnectionKind.Missing or ConnectionKind.Unusable || theirs.Port < 1024) return null;
        if (address is not null && address.AddressFamily != Address.AddressFamily) return null;
        var direction = kind == ConnectionKind.Hold ? theirs.Direction & SdpDirection.SendOnly : theirs.Direction;
        return new AgreedVideo(
            address is null ? null : new IPEndPoint(address, theirs.Port),
            address is null || theirs.RtcpPort > 65535 ? null : new IPEndPoint(address, theirs.RtcpMux ? theirs.Port : theirs.RtcpPort),
            format.Codec,
            KindOf(receive)!,
            send.Payload,
            receive.Payload,
            Mirror(direction),
            ours.Mux && theirs.RtcpMux,
            keys,
            ours.Pli && theirs.TakesPli,
            ours.Fir && theirs.TakesFir);
    }

    private static string? KindOf(SdpCodec codec) => codec.Parameters.Length > LongestParameters ? null : VideoFormat.Kind(codec.Name, codec.Parameters);
}
