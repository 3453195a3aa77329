using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;

namespace Conference.Media.Sdp;

/// <summary>Why two descriptions do not meet.</summary>
public enum SdpRefusal
{
    None,
    Malformed,
    NoCommonCodec,
    UnsupportedProfile,
    UnusableAddress,
}

/// <summary>What both sides agreed on, from our point of view.</summary>
/// <param name="Remote">Where to send; <see langword="null"/> while the peer holds with 0.0.0.0.</param>
/// <param name="RemoteRtcp">Where to send RTCP; <see langword="null"/> like <paramref name="Remote"/>.</param>
/// <param name="Codec">"PCMU" or "PCMA".</param>
/// <param name="SendPayload">Payload type the peer gave the codec.</param>
/// <param name="ReceivePayload">Payload type we gave it.</param>
/// <param name="EventPayload">Payload type on which keys arrive (RFC 4733); <see langword="null"/> when not agreed.</param>
/// <param name="PacketTime">Milliseconds of audio in a packet to the peer.</param>
/// <param name="Direction">What we do.</param>
/// <param name="RtcpMux">Whether RTCP shares the RTP port.</param>
public sealed record Agreement(
    IPEndPoint? Remote,
    IPEndPoint? RemoteRtcp,
    string Codec,
    byte SendPayload,
    byte ReceivePayload,
    byte? EventPayload,
    int PacketTime,
    SdpDirection Direction,
    bool RtcpMux)
{
    /// <summary>Payload type the peer wants keys on (RFC 4733); <see langword="null"/> when it takes none.</summary>
    public byte? SendEventPayload { get; init; }
}

/// <summary>Our side of one session as values: each step returns the next (RFC 3264). No socket, no clock.</summary>
/// <param name="Id">Session id of our o= line.</param>
/// <param name="Address">Our address as the peer sees it.</param>
/// <param name="Port">Our RTP port.</param>
public sealed record OfferAnswer(ulong Id, IPAddress Address, int Port)
{
    private const byte OurEvents = 101;
    private static readonly (byte Payload, string Name)[] AllCodecs = [(8, "PCMA"), (0, "PCMU")];

    private ImmutableArray<(byte Payload, string Name)> OurCodecs { get; init; } = [.. AllCodecs];

    /// <summary>What holds at present; survives a refused re-offer.</summary>
    public Agreement? Agreed { get; private init; }

    /// <summary>The body we sent last; its version rises only with its content (RFC 3264 §8).</summary>
    public string Sent { get; private init; } = "";

    private long Version { get; init; } = 1;

    private string PeerOrigin { get; init; } = "";

    private string PeerBody { get; init; } = "";

    private ImmutableArray<Line> Lines { get; init; } = [];

    private bool Mux { get; init; }

    /// <summary>Speaks only these codecs, in this order; names we do not speak are left out, and without any all of ours count.</summary>
    public OfferAnswer Prefer(ImmutableArray<string> names)
    {
        var codecs = names.SelectMany(n => AllCodecs.Where(c => c.Name.Equals(n, StringComparison.OrdinalIgnoreCase))).Distinct().ToImmutableArray();
        return codecs.IsEmpty ? this : this with { OurCodecs = codecs };
    }

    /// <summary>The codec we would choose from an offer; empty for none.</summary>
    internal static string CodecOf(SdpSession session) => session.Media
        .Where(m => m is { Type: "audio", Port: > 0 } && IsPlain(m.Protocol))
        .SelectMany(m => m.Codecs)
        .FirstOrDefault(c => Array.Exists(AllCodecs, a => c.Is(a.Name, G711Clock)))?.Name.ToUpperInvariant() ?? "";

    /// <summary>Answers an offer (RFC 3264 §6); on refusal everything stays as it was.</summary>
    public SdpRefusal Answer(ReadOnlySpan<byte> offer, out OfferAnswer next)
    {
        next = this;
        if (SdpParser.Parse(offer, out var session) != SdpError.None) return SdpRefusal.Malformed;
        if (IsRepeated(session!, offer)) return SdpRefusal.None;

        var index = IndexOfUsable(session!.Media, out var refusal);
        if (index < 0) return refusal;
        var media = session.Media[index];
        var codec = media.Codecs.First(IsOurs);
        var events = media.Codecs.FirstOrDefault(c => c.Is("telephone-event", G711Clock));
        refusal = Agree(media, codec, codec.Payload, events?.Payload, events?.Payload, out var agreed);
        if (refusal != SdpRefusal.None) return refusal;

        var formats = events is null ? $"{codec.Payload}" : $"{codec.Payload} {events.Payload}";
        var lines = session.Media.Select((m, i) => i == index ? new Line(m.Type, m.Protocol, formats, true) : Line.Refused(m));
        next = (this with
        {
            Agreed = agreed,
            PeerOrigin = session.Origin,
            PeerBody = Encoding.UTF8.GetString(offer),
            Lines = [.. lines],
            Mux = media.RtcpMux,
        }).Write(Attributes(agreed!, [(codec.Payload, codec.Name)], events?.Payload, media.RtcpMux));
        return SdpRefusal.None;
    }

    /// <summary>Our offer: all we speak, on the lines that exist already (RFC 3264 §5, §8).</summary>
    public OfferAnswer Offer()
    {
        var formats = string.Join(' ', OurCodecs.Select(c => c.Payload)) + $" {OurEvents}";
        Line[] lines = Lines.IsEmpty
            ? [new("audio", "RTP/AVP", formats, true)]
            : [.. Lines.Select(l => l.IsOurs ? l with { Formats = formats } : l)];
        var view = new Agreement(null, null, "", 0, 0, null, 20, SdpDirection.SendRecv, false);
        var mux = Lines.IsEmpty || Mux;
        return (this with { Lines = [.. lines], Mux = mux }).Write(Attributes(view, OurCodecs, OurEvents, mux));
    }

    /// <summary>Takes the answer to <see cref="Offer"/>; on refusal what was agreed before goes on.</summary>
    public SdpRefusal Accept(ReadOnlySpan<byte> answer, out OfferAnswer next)
    {
        next = this;
        if (SdpParser.Parse(answer, out var session) != SdpError.None) return SdpRefusal.Malformed;
        var index = IndexOfUsable(session!.Media, out var refusal);
        if (index < 0) return refusal;
        var media = session.Media[index];
        var codec = media.Codecs.First(IsOurs);
        var ours = OurCodecs.First(c => codec.Is(c.Name, G711Clock)).Payload;
        var theirEvents = media.Codecs.FirstOrDefault(c => c.Is("telephone-event", G711Clock))?.Payload;
        refusal = Agree(media, codec, ours, theirEvents is null ? null : OurEvents, theirEvents, out var agreed);
        if (refusal != SdpRefusal.None) return refusal;

        next = this with { Agreed = agreed! with { RtcpMux = Mux && media.RtcpMux }, PeerOrigin = session.Origin, PeerBody = "" };
        return SdpRefusal.None;
    }

    private const int G711Clock = 8000;

    private bool IsOurs(SdpCodec codec) => OurCodecs.Any(c => codec.Is(c.Name, G711Clock));

    /// <summary>The same version of the same session asks for nothing new (RFC 3264 §8).</summary>
    private bool IsRepeated(SdpSession session, ReadOnlySpan<byte> offer) =>
        Agreed is not null && Sent.Length > 0 && PeerBody.Length > 0 && session.Origin == PeerOrigin
        && PeerBody == Encoding.UTF8.GetString(offer);

    private int IndexOfUsable(ImmutableArray<SdpMedia> lines, out SdpRefusal refusal)
    {
        refusal = SdpRefusal.NoCommonCodec;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Type != "audio" || lines[i].Port == 0) continue;
            if (!IsPlain(lines[i].Protocol))
                refusal = SdpRefusal.UnsupportedProfile;
            else if (lines[i].Codecs.Any(IsOurs))
                return i;
        }

        return -1;
    }

    private static bool IsPlain(string protocol) =>
        protocol.Equals("RTP/AVP", StringComparison.OrdinalIgnoreCase) || protocol.Equals("RTP/AVPF", StringComparison.OrdinalIgnoreCase);

    private SdpRefusal Agree(SdpMedia media, SdpCodec codec, byte receivePayload, byte? events, byte? theirEvents, out Agreement? agreed)
    {
        agreed = null;
        var (kind, address) = media.Connection;
        if (kind == ConnectionKind.Missing) return SdpRefusal.Malformed;
        if (kind == ConnectionKind.Unusable || media.Port < 1024) return SdpRefusal.UnusableAddress; // no service of the system
        if (address is not null && address.AddressFamily != Address.AddressFamily) return SdpRefusal.UnusableAddress;

        // Held the old way, the peer hears nothing, whatever the direction attribute says (RFC 3264 §8.4).
        var theirs = kind == ConnectionKind.Hold ? media.Direction & SdpDirection.SendOnly : media.Direction;
        agreed = new Agreement(
            address is null ? null : new IPEndPoint(address, media.Port),
            address is null || media.RtcpPort > 65535 ? null : new IPEndPoint(address, media.RtcpMux ? media.Port : media.RtcpPort),
            codec.Name.ToUpperInvariant(),
            codec.Payload,
            receivePayload,
            events,
            media.PacketTime,
            Mirror(theirs),
            media.RtcpMux)
        {
            SendEventPayload = theirEvents,
        };
        return SdpRefusal.None;
    }

    private static SdpDirection Mirror(SdpDirection theirs) =>
        (theirs.Sends() ? SdpDirection.RecvOnly : 0) | (theirs.Receives() ? SdpDirection.SendOnly : 0);

    private static string Attributes(Agreement agreed, IEnumerable<(byte Payload, string Name)> codecs, byte? events, bool mux)
    {
        var text = new StringBuilder();
        foreach (var (payload, name) in codecs)
            text.Append(CultureInfo.InvariantCulture, $"a=rtpmap:{payload} {name.ToUpperInvariant()}/8000\r\n");
        if (events is { } pt)
            text.Append(CultureInfo.InvariantCulture, $"a=rtpmap:{pt} telephone-event/8000\r\na=fmtp:{pt} 0-15\r\n");
        text.Append(CultureInfo.InvariantCulture, $"a=ptime:20\r\na={agreed.Direction.ToString().ToLowerInvariant()}\r\n");
        return mux ? text.Append("a=rtcp-mux\r\n").ToString() : text.ToString();
    }

    private OfferAnswer Write(string attributes)
    {
        var same = Body(Version, attributes);
        if (Sent.Length == 0 || Sent == same) return this with { Sent = same };
        return this with { Version = Version + 1, Sent = Body(Version + 1, attributes) };
    }

    private string Body(long version, string attributes)
    {
        var family = Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? "IP4" : "IP6";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"v=0\r\no=- {Id} {version} IN {family} {Address}\r\ns=-\r\nc=IN {family} {Address}\r\nt=0 0\r\n");
        foreach (var line in Lines)
        {
            text.Append(CultureInfo.InvariantCulture, $"m={line.Type} {(line.IsOurs ? Port : 0)} {line.Protocol} {line.Formats}\r\n");
            if (line.IsOurs) text.Append(attributes);
        }

        return text.ToString();
    }

    /// <summary>One media line of the session; refused ones stay for ever, with port 0 (RFC 3264 §6, §8.2).</summary>
    private sealed record Line(string Type, string Protocol, string Formats, bool IsOurs)
    {
        public static Line Refused(SdpMedia media) => new(media.Type, media.Protocol, media.Formats[0], false);
    }
}
