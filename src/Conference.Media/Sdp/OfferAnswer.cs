using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Conference.Media.Codecs;
using Conference.Media.Security;

namespace Conference.Media.Sdp;

/// <summary>Why two descriptions do not meet.</summary>
public enum SdpRefusal
{
    None,
    Malformed,
    NoCommonCodec,
    UnsupportedProfile,
    UnusableAddress,

    /// <summary>In the clear, where protection was agreed or is demanded.</summary>
    Unprotected,
}

/// <summary>Our side of one session as values: each step returns the next (RFC 3264). No socket, no clock.</summary>
/// <param name="Id">Session id of our o= line.</param>
/// <param name="Address">Our address as the peer sees it.</param>
/// <param name="Port">Our RTP port.</param>
public sealed partial record OfferAnswer(ulong Id, IPAddress Address, int Port)
{
    private const byte FirstDynamic = 96;
    private const string Events = "telephone-event";
    private const string Noise = "CN";

    /// <summary>What this leg may agree to.</summary>
    public SdpTerms Terms { get; init; } = SdpTerms.Plain;

    /// <summary>What holds at present; survives a refused re-offer.</summary>
    public Agreement? Agreed { get; private init; }

    /// <summary>The body we sent last; its version rises only with its content (RFC 3264 §8).</summary>
    public string Sent { get; private init; } = "";

    /// <summary>Name and password that we told the peer, also while its answer is awaited; <see langword="null"/> without ICE.</summary>
    public IceCredentials? Ice => Ours?.Ice;

    private long Version { get; init; } = 1;

    private string PeerOrigin { get; init; } = "";

    private string PeerBody { get; init; } = "";

    private ImmutableArray<OurLine> Lines { get; init; } = [];

    private OurLine? Ours => Lines.FirstOrDefault(l => l is { Port: > 0, Type: "audio" });

    /// <summary>Speaks only these codecs, in this order; names we do not speak are left out, and without any all of ours count.</summary>
    public OfferAnswer Prefer(ImmutableArray<string> names)
    {
        var formats = names.SelectMany(n => Terms.Formats.Where(f => f.Name.Equals(n, StringComparison.OrdinalIgnoreCase))).Distinct().ToImmutableArray();
        return formats.IsEmpty ? this : this with { Terms = Terms with { Formats = formats } };
    }

    /// <summary>Answers an offer (RFC 3264 §6); on refusal everything stays as it was.</summary>
    public SdpRefusal Answer(ReadOnlySpan<byte> offer, out OfferAnswer next)
    {
        next = this;
        if (SdpParser.Parse(offer, out var session) != SdpError.None) return SdpRefusal.Malformed;
        if (IsRepeated(session!, offer)) return SdpRefusal.None;
        if (Fax is { } fax && FaxTerms.IsFaxOnly(session!)) return AnswerFax(session!, offer, fax.Ours, fax.Port, out next);

        var index = IndexOfUsable(session!.Media, out var refusal);
        if (index < 0) return refusal;
        var media = session.Media[index];
        refusal = Describe(media, session.Bundle, out var line, out var agreed);
        if (refusal != SdpRefusal.None) return refusal;

        var video = TakeVideo(session, agreed!);
        next = (this with
        {
            Agreed = agreed,
            Video = video.Agreed,
            Fax = null,
            PeerOrigin = session.Origin,
            PeerBody = Encoding.UTF8.GetString(offer),
            Lines = [.. session.Media.Select((m, i) => i == index ? line! : i == video.Index ? video.Line! : OurLine.Refuse(m))],
        }).Write();
        return SdpRefusal.None;
    }

    /// <summary>Our offer: all we speak, on the lines that exist already (RFC 3264 §5, §8); during a fax the fax as it is.</summary>
    public OfferAnswer Offer() => Fax is null ? OfferVoice() : Write();

    /// <summary>The same, but never a fax: where there is one, it is over.</summary>
    public OfferAnswer OfferVoice()
    {
        if (Fax is not null) return OfferVoiceInsteadOfFax();
        var line = Ours is { } before ? Again(before) : First();
        return (this with { Lines = Lines.IsEmpty ? [line, .. FirstVideo()] : [.. Lines.Select(l => ReferenceEquals(l, Ours) ? line : l)] }).Write();
    }

    /// <summary>Takes the answer to <see cref="Offer"/>; on refusal what was agreed before goes on.</summary>
    public SdpRefusal Accept(ReadOnlySpan<byte> answer, out OfferAnswer next)
    {
        next = this;
        if (SdpParser.Parse(answer, out var session) != SdpError.None) return SdpRefusal.Malformed;
        if (OurFax is not null) return AcceptFax(session!, out next);
        if (Ours is not { } ours) return SdpRefusal.Malformed; // nothing was offered
        var media = session!.Media.ElementAtOrDefault(Lines.IndexOf(ours));
        if (media is not { Type: "audio", Port: > 0 }) return SdpRefusal.NoCommonCodec;
        if (Protection.Of(media, opportunistic: false) == ProtectionKind.Unknown) return SdpRefusal.UnsupportedProfile;
        if (!Protection.TryAccept(media, ours, out var keys)) return SdpRefusal.UnsupportedProfile;
        if (keys is null && IsProtected) return SdpRefusal.Unprotected;

        if (ours.Ice is not null && (media.Ice is null || keys is null)) return SdpRefusal.UnsupportedProfile; // nobody would be found on the shared port
        var ice = ours.Ice is null ? null : new IcePair(ours.Ice, media.Ice!);
        var refusal = Agree(media, ours, keys, ice, out var agreed);
        if (refusal == SdpRefusal.None) next = (this with { Agreed = agreed, Fax = null, PeerOrigin = session.Origin, PeerBody = "" }).AcceptVideo(session);
        return refusal;
    }

    /// <summary>Whether a leg in the clear would be a step back.</summary>
    private bool IsProtected => Terms.OnlyProtected || Agreed?.Keys is not null;

    /// <summary>The same version of the same session asks for nothing new (RFC 3264 §8).</summary>
    private bool IsRepeated(SdpSession session, ReadOnlySpan<byte> offer) =>
        Agreed is not null && Sent.Length > 0 && PeerBody.Length > 0 && session.Origin == PeerOrigin
        && PeerBody == Encoding.UTF8.GetString(offer);

    /// <summary>The first line that can be taken; of phones that offer the same voice twice, the protected one.</summary>
    private int IndexOfUsable(ImmutableArray<SdpMedia> lines, out SdpRefusal refusal)
    {
        refusal = SdpRefusal.NoCommonCodec;
        var plain = -1;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i] is not { Type: "audio", Port: > 0 } media) continue;
            var kind = Protection.Of(media, Terms.Opportunistic);
            if (kind == ProtectionKind.Plain && IsProtected)
                refusal = SdpRefusal.Unprotected;
            else if (!Terms.Takes(kind, media) || (IceOf(media) is not null && Terms.Ice is null))
                refusal = refusal == SdpRefusal.Unprotected ? refusal : SdpRefusal.UnsupportedProfile;
            else if (!Common(media).Any())
                continue;
            else if (kind != ProtectionKind.Plain)
                return i;
            else if (plain < 0)
                plain = i;
        }

        return plain;
    }

    /// <summary>What both speak, best first: in the order of the offer, unless ours counts.</summary>
    private IEnumerable<(SdpCodec Theirs, VoiceFormat Ours)> Common(SdpMedia media)
    {
        var both = from theirs in media.Codecs
                   let ours = Terms.Formats.FirstOrDefault(theirs.Means)
                   where ours is not null
                   select (Theirs: theirs, Ours: ours);
        both = both.DistinctBy(b => b.Ours);
        return Terms.OurOrder ? both.OrderBy(b => Terms.Formats.IndexOf(b.Ours)) : both;
    }

    /// <summary>Our line against theirs. Simple phones get one codec, so that they do not switch in mid-call; browsers get all.</summary>
    private SdpRefusal Describe(SdpMedia media, ImmutableArray<string> bundle, out OurLine? line, out Agreement? agreed)
    {
        var ice = IceOf(media) is null ? null : Terms.Ice;
        var keys = Protection.Of(media, Terms.Opportunistic) switch
        {
            ProtectionKind.Sdes => Protection.AnswerSdes(media, Agreed?.Keys),
            ProtectionKind.Dtls => Protection.AnswerDtls(media, Agreed?.Keys, Terms.PreferredRole),
            _ => null,
        };
        var dtls = keys as MediaKeys.Dtls;
        line = new OurLine(media.Type, media.Protocol, Chosen(media, ice is not null))
        {
            Port = ice?.Port ?? Port,
            PacketTime = Math.Min(20, media.MaxPacketTime),
            Mux = media.RtcpMux,
            Mid = media.Mid,
            IsBundled = media.Mid.Length > 0 && bundle.Contains(media.Mid),
            LevelExtension = media.LevelExtension,
            Extended = media.Extended,
            Cryptos = keys is MediaKeys.Sdes sdes ? [sdes.Ours] : [],
            Certificate = dtls is null ? null : Terms.Certificate,
            Setup = dtls?.Role == DtlsRole.Active ? "active" : "passive",
            Ice = ice is null ? null : OurCredentials(IceOf(media)!),
            Addresses = ice?.Addresses ?? [],
        };
        var refusal = Agree(media, line, keys, ice is null ? null : new IcePair(line.Ice!, IceOf(media)!), out agreed);
        if (refusal == SdpRefusal.None) line = line with { Direction = agreed!.Direction };
        return refusal;
    }

    /// <summary>
    /// The peer's name and password where its line is served by the shared port: checks go with a handshake on one port for everything.
    /// Other lines are answered without, and their ports are used (RFC 8839 §4.2.5). A re-offer without candidates, names and an address,
    /// as phones make it that wake up, goes on with what was agreed.
    /// </summary>
    private IceCredentials? IceOf(SdpMedia media)
    {
        if (Protection.Of(media, Terms.Opportunistic) != ProtectionKind.Dtls) return null;
        if (media.Ice is { } told) return media.RtcpMux ? told : null;
        var isSamePeer = Agreed is { Ice: not null, Keys: MediaKeys.Dtls dtls } && dtls.Theirs == media.Fingerprint;
        return isSamePeer && media.Connection.Kind != ConnectionKind.Usable ? Agreed!.Ice!.Theirs : null;
    }

    /// <summary>A peer that changes its name and password restarts its checks, and then we have new ones too (RFC 8445 §9).</summary>
    private IceCredentials OurCredentials(IceCredentials theirs) =>
        Agreed?.Ice is { } pair && pair.Theirs == theirs ? pair.Ours : IceCredentials.Random();

    private ImmutableArray<SdpCodec> Chosen(SdpMedia media, bool all)
    {
        var voices = Common(media).Take(all ? int.MaxValue : 1).ToArray();
        var chosen = voices.Select(v => Named(v.Theirs.Payload, v.Ours)).ToList();
        foreach (var clock in voices.Select(v => v.Ours).Where(v => !FormatRules.IsOpus(v)).Select(v => v.Clock).Distinct())
            if (Terms.ComfortNoise && media.Codecs.FirstOrDefault(c => c.Is(Noise, clock)) is { } noise) chosen.Add(noise with { Parameters = "" });

        var events = voices.Select(v => v.Ours.Clock).Distinct().Select(clock => media.Codecs.FirstOrDefault(c => c.Is(Events, clock))).OfType<SdpCodec>().ToArray();
        if (events.Length == 0) events = [.. media.Codecs.Where(c => c.Is(Events, c.Clock)).Take(1)]; // of another clock, but keys all the same
        return [.. chosen, .. events.Select(e => new SdpCodec(e.Payload, Events, e.Clock, KeyEvents.Common(e.Parameters)))];
    }

    private SdpCodec Named(byte payload, VoiceFormat format) =>
        new(payload, format.Name, format.Clock, FormatRules.Wishes(format, Terms.Pauses)) { Channels = format.Channels };

    /// <summary>What holds once both lines are known.</summary>
    /// <param name="theirs">The peer's line.</param>
    /// <param name="ours">Ours: offered or answered.</param>
    private SdpRefusal Agree(SdpMedia theirs, OurLine ours, MediaKeys? keys, IcePair? ice, out Agreement? agreed)
    {
        agreed = null;
        var (kind, address) = ice is null ? theirs.Connection : default;
        if (ice is null)
        {
            if (kind == ConnectionKind.Missing) return SdpRefusal.Malformed;
            if (kind == ConnectionKind.Unusable || theirs.Port < 1024) return SdpRefusal.UnusableAddress; // no service of the system
            if (address is not null && address.AddressFamily != Address.AddressFamily) return SdpRefusal.UnusableAddress;
        }

        var common = Meeting(theirs, ours).ToArray();
        if (common.Length == 0) return SdpRefusal.NoCommonCodec;
        var (format, send, receive) = common[0];

        // Held the old way, the peer hears nothing, whatever the direction attribute says (RFC 3264 §8.4).
        var direction = kind == ConnectionKind.Hold ? theirs.Direction & SdpDirection.SendOnly : theirs.Direction;
        var mux = ours.Mux && theirs.RtcpMux;
        var (events, noise) = (Clocks(ours, theirs, Events), Clocks(ours, theirs, Noise));
        agreed = new Agreement(
            address is null ? null : new IPEndPoint(address, theirs.Port),
            address is null || theirs.RtcpPort > 65535 ? null : new IPEndPoint(address, theirs.RtcpMux ? theirs.Port : theirs.RtcpPort),
            format.Name,
            send.Payload,
            receive.Payload,
            Best(events.Ours, format.Clock),
            FormatRules.PacketTime(format, theirs.PacketTime, theirs.MaxPacketTime),
            Mirror(direction),
            mux)
        {
            SendEventPayload = Best(events.Theirs, format.Clock),
            Send = new AgreedFormat(format, send.Payload, send.Parameters),
            Receive = [.. common.Select(c => new AgreedFormat(c.Format, c.Receive.Payload, c.Receive.Parameters))],
            ReceiveEvents = events.Ours,
            ReceiveNoise = noise.Ours,
            SendNoisePayload = Fitting(noise.Theirs, format.Clock),
            Extended = ours.Extended & theirs.Extended,
            Keys = keys,
            Ice = ice,
            LevelExtension = theirs.LevelExtension is null ? null : ours.LevelExtension,
        };
        return SdpRefusal.None;
    }

    /// <summary>The voices that stand in both lines, in the order of theirs or, where ours counts, of ours.</summary>
    private IEnumerable<(VoiceFormat Format, SdpCodec Send, SdpCodec Receive)> Meeting(SdpMedia theirs, OurLine ours) =>
        from pair in Common(theirs)
        let receive = ours.Formats.FirstOrDefault(f => f.Means(pair.Ours))
        where receive is not null
        select (pair.Ours, pair.Theirs, receive);

    /// <summary>Payload types of a helper that both have, for each clock.</summary>
    private static (ImmutableArray<AgreedClock> Ours, ImmutableArray<AgreedClock> Theirs) Clocks(OurLine ours, SdpMedia theirs, string name)
    {
        var both = from one in ours.Formats
                   where one.Is(name, one.Clock)
                   let other = theirs.Codecs.FirstOrDefault(c => c.Is(name, one.Clock))
                   where other is not null
                   select (Ours: one, Theirs: other);
        var pairs = both.ToArray();
        return ([.. pairs.Select(p => new AgreedClock(p.Ours.Payload, p.Ours.Clock))], [.. pairs.Select(p => new AgreedClock(p.Theirs.Payload, p.Theirs.Clock))]);
    }

    private static byte? Best(ImmutableArray<AgreedClock> clocks, int clock)
    {
        if (clocks.IsEmpty) return null;
        var fitting = clocks.FirstOrDefault(c => c.Clock == clock, clocks[0]);
        return fitting.Payload;
    }

    /// <summary>The one of just this clock: noise goes with its voice only.</summary>
    private static byte? Fitting(ImmutableArray<AgreedClock> clocks, int clock)
    {
        foreach (var one in clocks)
            if (one.Clock == clock) return one.Payload;
        return null;
    }

    private static SdpDirection Mirror(SdpDirection theirs) =>
        (theirs.Sends() ? SdpDirection.RecvOnly : 0) | (theirs.Receives() ? SdpDirection.SendOnly : 0);

    /// <summary>The line of a first offer.</summary>
    private OurLine First()
    {
        var kind = Terms.Wanted();
        var ice = Terms.OffersIce ? Terms.Ice : null;
        return new OurLine("audio", Terms.Protocol(kind), All([]))
        {
            Port = ice?.Port ?? Port,
            Mux = true,
            Mid = ice is null ? "" : "0",
            IsBundled = ice is not null,
            LevelExtension = ice is null ? null : 1,
            Cryptos = kind == ProtectionKind.Sdes ? Protection.Offered() : [],
            Certificate = kind == ProtectionKind.Dtls ? Terms.Certificate : null,
            Setup = "actpass",
            Ice = ice is null ? null : IceCredentials.Random(),
            Addresses = ice?.Addresses ?? [],
        };
    }

    /// <summary>The line of a later offer: protected as before, numbers mean what they meant (RFC 3264 §8.3.2).</summary>
    private OurLine Again(OurLine before) => before with
    {
        Formats = All(before.Formats),
        PacketTime = 20,
        Direction = SdpDirection.SendRecv,
        Setup = "actpass", // the roles of the handshake stay; the offer leaves them open all the same (RFC 8842 §5.2)
    };

    /// <summary>All we speak, under the numbers told before where there are some.</summary>
    private ImmutableArray<SdpCodec> All(ImmutableArray<SdpCodec> before)
    {
        var used = before.Select(b => b.Payload).ToHashSet();
        var all = new List<SdpCodec>();
        foreach (var format in Terms.Formats)
            all.Add(Named(before.FirstOrDefault(b => b.Means(format))?.Payload ?? Number(format.Payload, used), format));
        foreach (var clock in Terms.Formats.Select(f => f.Clock).Where(c => c == 8000 && Terms.ComfortNoise).Distinct())
            all.Add(new SdpCodec(before.FirstOrDefault(b => b.Is(Noise, clock))?.Payload ?? Number(13, used), Noise, clock, ""));
        foreach (var clock in Terms.Formats.Select(f => f.Clock).Distinct().Order())
            all.Add(new SdpCodec(before.FirstOrDefault(b => b.Is(Events, clock))?.Payload ?? Number((byte)(clock == 8000 ? 101 : 110), used), Events, clock, KeyEvents.All));
        return [.. all];
    }

    /// <summary>The number one would like, or the next that means nothing yet.</summary>
    private static byte Number(byte wished, HashSet<byte> used)
    {
        for (var next = FirstDynamic; !used.Add(wished); next++)
            wished = next;
        return wished;
    }

    private OfferAnswer Write()
    {
        var same = Body(Version);
        if (Sent.Length == 0 || Sent == same) return this with { Sent = same };
        return this with { Version = Version + 1, Sent = Body(Version + 1) };
    }

    private string Body(long version)
    {
        var family = Address.AddressFamily == AddressFamily.InterNetwork ? "IP4" : "IP6";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"v=0\r\no=- {Id} {version} IN {family} {Address}\r\ns=-\r\nc=IN {family} {Address}\r\nt=0 0\r\n");
        if (Ours is { IsBundled: true } bundled) text.Append(CultureInfo.InvariantCulture, $"a=group:BUNDLE {bundled.Mid}\r\n");
        if (Ours?.Ice is not null) text.Append("a=ice-lite\r\n");
        foreach (var line in Lines)
            line.Write(text);
        return text.ToString();
    }
}
