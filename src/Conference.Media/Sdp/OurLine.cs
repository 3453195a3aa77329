using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using Conference.Media.Security;

namespace Conference.Media.Sdp;

/// <summary>One media line of our description: taken, or refused with port 0, where it stays for ever (RFC 3264 §6, §8.2).</summary>
/// <param name="Type">"audio" and others, as the peer wrote it.</param>
/// <param name="Protocol">"RTP/AVP" and its relatives; answers repeat the peer's.</param>
/// <param name="Formats">Payload types with their names; of a refused line the first that was offered.</param>
internal sealed record OurLine(string Type, string Protocol, ImmutableArray<SdpCodec> Formats)
{
    private const string Level = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

    /// <summary>What a refused line lists.</summary>
    public string Refused { get; init; } = "";

    /// <summary>0 for a refused line.</summary>
    public int Port { get; init; }

    public int PacketTime { get; init; } = 20;

    public SdpDirection Direction { get; init; } = SdpDirection.SendRecv;

    public bool Mux { get; init; }

    public string Mid { get; init; } = "";

    /// <summary>Whether it shares its port with the other lines of a bundle.</summary>
    public bool IsBundled { get; init; }

    public byte? LevelExtension { get; init; }

    /// <summary>Extended reports that the peer asked for, and gets.</summary>
    public ExtendedReports Extended { get; init; }

    public ImmutableArray<SdesCrypto> Cryptos { get; init; } = [];

    public Fingerprint? Certificate { get; init; }

    /// <summary>"actpass", "active" or "passive"; with <see cref="Certificate"/>.</summary>
    public string Setup { get; init; } = "";

    public IceCredentials? Ice { get; init; }

    /// <summary>Host candidates; with <see cref="Ice"/>.</summary>
    public ImmutableArray<IPAddress> Addresses { get; init; } = [];

    /// <summary>Whether pictures may be asked for by PLI; of a video line.</summary>
    public bool Pli { get; init; }

    /// <summary>Whether pictures may be asked for by FIR; of a video line.</summary>
    public bool Fir { get; init; }

    /// <summary>What an image line says about the fax; <see langword="null"/> for voices.</summary>
    public FaxTerms? Fax { get; init; }

    public static OurLine Refuse(SdpMedia media) => new(media.Type, media.Protocol, []) { Refused = media.Formats[0] };

    /// <summary>The line when it is no longer in use.</summary>
    public OurLine Ended() => new(Type, Protocol, []) { Refused = Fax is null ? Formats.Select(f => f.Payload.ToString(CultureInfo.InvariantCulture)).FirstOrDefault(Refused) : FaxTerms.Format };

    /// <summary>The m= line and all that belongs to it.</summary>
    public void Write(StringBuilder text)
    {
        if (Fax is not null && Port > 0)
        {
            WriteFax(text, Fax);
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"m={Type} {Port} {Protocol} {(Port == 0 ? Refused : string.Join(' ', Formats.Select(f => f.Payload)))}\r\n");
        if (Port == 0) return;
        foreach (var format in Formats)
            WriteFormat(text, format);
        if (Pli) text.Append("a=rtcp-fb:* nack pli\r\n");
        if (Fir) text.Append("a=rtcp-fb:* ccm fir\r\n");
        if (Type == "audio") text.Append(CultureInfo.InvariantCulture, $"a=ptime:{PacketTime}\r\n");
        text.Append(CultureInfo.InvariantCulture, $"a={Direction.ToString().ToLowerInvariant()}\r\n");
        if (Mux) text.Append("a=rtcp-mux\r\n");
        if (Mid.Length > 0) text.Append(CultureInfo.InvariantCulture, $"a=mid:{Mid}\r\n");
        if (LevelExtension is { } id) text.Append(CultureInfo.InvariantCulture, $"a=extmap:{id} {Level} vad=on\r\n");
        WriteReports(text);
        WriteKeys(text);
    }

    private void WriteReports(StringBuilder text)
    {
        if (Extended == ExtendedReports.None) return;
        var formats = new List<string>();
        if (Extended.HasFlag(ExtendedReports.Clock)) formats.Add("rcvr-rtt=all");
        if (Extended.HasFlag(ExtendedReports.Metrics)) formats.Add("voip-metrics");
        text.Append(CultureInfo.InvariantCulture, $"a=rtcp-xr:{string.Join(' ', formats)}\r\n");
    }

    private void WriteFax(StringBuilder text, FaxTerms fax)
    {
        text.Append(CultureInfo.InvariantCulture, $"m={Type} {Port} {Protocol} {FaxTerms.Format}\r\n");
        foreach (var attribute in fax.Attributes)
            text.Append(CultureInfo.InvariantCulture, $"a={attribute}\r\n");
    }

    private static void WriteFormat(StringBuilder text, SdpCodec format)
    {
        text.Append(CultureInfo.InvariantCulture, $"a=rtpmap:{format.Payload} {format.Name}/{format.Clock}");
        if (format.Channels > 1) text.Append(CultureInfo.InvariantCulture, $"/{format.Channels}");
        text.Append("\r\n");
        if (format.Parameters.Length > 0) text.Append(CultureInfo.InvariantCulture, $"a=fmtp:{format.Payload} {format.Parameters}\r\n");
    }

    private void WriteKeys(StringBuilder text)
    {
        foreach (var crypto in Cryptos)
            text.Append(CultureInfo.InvariantCulture, $"a=crypto:{crypto.Write()}\r\n");
        if (Certificate is not null) text.Append(CultureInfo.InvariantCulture, $"a=fingerprint:{Certificate}\r\na=setup:{Setup}\r\n");
        if (Ice is null) return;
        text.Append(CultureInfo.InvariantCulture, $"a=ice-ufrag:{Ice.Fragment}\r\na=ice-pwd:{Ice.Password}\r\n");
        for (var i = 0; i < Addresses.Length; i++) // component 1 only; earlier addresses are preferred (RFC 8445 §5.1.2.1)
            text.Append(CultureInfo.InvariantCulture, $"a=candidate:{i + 1} 1 udp {(126u << 24) + ((65535u - (uint)i) << 8) + 255} {Addresses[i]} {Port} typ host\r\n");
        text.Append("a=end-of-candidates\r\n");
    }
}
