using System.Collections.Immutable;
using System.Net;
using Conference.Media.Security;

namespace Conference.Media.Sdp;

/// <summary>Why a body is no session description.</summary>
public enum SdpError
{
    None,

    /// <summary>Larger than 64 kB, or more than 32 media lines.</summary>
    TooLarge,

    /// <summary>No line <c>v=0</c>, or no media line.</summary>
    NotSdp,

    /// <summary>A media line without a port, a protocol or formats that can be understood.</summary>
    BadMedia,
}

/// <summary>Who may send, from the point of view of whoever wrote the description (RFC 3264 §5.1).</summary>
[Flags]
public enum SdpDirection
{
    Inactive = 0,
    SendOnly = 1,
    RecvOnly = 2,
    SendRecv = SendOnly | RecvOnly,
}

/// <summary>What a direction allows.</summary>
public static class SdpDirections
{
    /// <summary>Whether the writer sends; unlike HasFlag it never boxes, also before the compiler has optimised.</summary>
    public static bool Sends(this SdpDirection direction) => (direction & SdpDirection.SendOnly) != 0;

    public static bool Receives(this SdpDirection direction) => (direction & SdpDirection.RecvOnly) != 0;
}

/// <summary>A session description as far as it concerns us (RFC 8866).</summary>
/// <param name="Origin">Session id and version of the o= line; empty when it is broken.</param>
/// <param name="Media">All media lines, in order: an answer needs one line for each.</param>
public sealed record SdpSession(string Origin, ImmutableArray<SdpMedia> Media)
{
    /// <summary>Media lines, by their mid, that may share one port (RFC 9143).</summary>
    public ImmutableArray<string> Bundle { get; init; } = [];
}

/// <summary>One media line with its attributes; session-level values are already applied.</summary>
/// <param name="Type">"audio", "video", "image", "application".</param>
/// <param name="Port">UDP port; 0 for a line that is not in use.</param>
/// <param name="Protocol">"RTP/AVP" and its relatives, as written.</param>
/// <param name="Formats">Payload types as written; at least one.</param>
/// <param name="Connection">Where to send; unusable addresses are kept as such.</param>
/// <param name="Codecs">The formats of an RTP line that have a name, in order of preference.</param>
/// <param name="Direction">What the writer does.</param>
/// <param name="PacketTime">a=ptime in milliseconds, 10 to 60; 20 when absent or senseless.</param>
/// <param name="RtcpPort">a=rtcp (RFC 3605), or the port after the RTP one.</param>
/// <param name="RtcpMux">Whether RTCP may share the RTP port (RFC 5761).</param>
public sealed record SdpMedia(
    string Type,
    int Port,
    string Protocol,
    ImmutableArray<string> Formats,
    SdpConnection Connection,
    ImmutableArray<SdpCodec> Codecs,
    SdpDirection Direction,
    int PacketTime,
    int RtcpPort,
    bool RtcpMux)
{
    /// <summary>The most milliseconds of audio in a packet to the writer.</summary>
    public int MaxPacketTime { get; init; } = 60;

    /// <summary>Name of the line (RFC 5888); empty for none.</summary>
    public string Mid { get; init; } = "";

    /// <summary>The a=crypto lines that we could speak, in order of preference.</summary>
    public ImmutableArray<SdesCrypto> Cryptos { get; init; } = [];

    /// <summary>Hash of the writer's certificate.</summary>
    public Fingerprint? Fingerprint { get; init; }

    /// <summary>Extended reports the writer would like (RFC 3611 §5).</summary>
    public ExtendedReports Extended { get; init; }

    /// <summary>Who begins the handshake.</summary>
    public DtlsSetup Setup { get; init; }

    /// <summary>Name and password for connectivity checks.</summary>
    public IceCredentials? Ice { get; init; }

    /// <summary>Number of the header extension that tells how loud a packet is (RFC 6464).</summary>
    public byte? LevelExtension { get; init; }

    /// <summary>Whether a picture may be asked for by PLI (RFC 4585 §4.2).</summary>
    public bool TakesPli { get; init; }

    /// <summary>Whether a picture may be asked for by FIR (RFC 5104 §7.1).</summary>
    public bool TakesFir { get; init; }

    /// <summary>What an image line says about the fax (T.38 Annex D), as written, without a=.</summary>
    public ImmutableArray<string> FaxAttributes { get; init; } = [];
}

/// <summary>Extended reports that can be asked for (RFC 3611 §5.1), as far as we send them.</summary>
[Flags]
public enum ExtendedReports
{
    None = 0,

    /// <summary>How our voice sounds there and theirs here: voip-metrics.</summary>
    Metrics = 1,

    /// <summary>The way there and back for whoever only listens: rcvr-rtt.</summary>
    Clock = 2,
}

/// <summary>What the writer does about the handshake (RFC 4145 §4).</summary>
public enum DtlsSetup
{
    /// <summary>Nothing is said, which means active.</summary>
    Missing,
    ActPass,
    Active,
    Passive,
    HoldConn,
}

/// <param name="Payload">RTP payload type, 0 to 127.</param>
/// <param name="Name">Encoding name, compared without case.</param>
/// <param name="Clock">RTP clock in Hz.</param>
/// <param name="Parameters">The fmtp line after the payload type; empty for none.</param>
public sealed record SdpCodec(byte Payload, string Name, int Clock, string Parameters)
{
    public int Channels { get; init; } = 1;

    public bool Is(string name, int clock) => Clock == clock && Name.Equals(name, StringComparison.OrdinalIgnoreCase);
}

/// <summary>What a c= line means for somebody who wants to send there.</summary>
public enum ConnectionKind
{
    /// <summary>There is none.</summary>
    Missing,

    /// <summary>An address that may be sent to.</summary>
    Usable,

    /// <summary>0.0.0.0 or ::, the old way to say hold (RFC 3264 §8.4).</summary>
    Hold,

    /// <summary>A name, a multicast, broadcast or link-local address, or none at all: never sent to.</summary>
    Unusable,
}

/// <param name="Kind">Whether and how it may be used.</param>
/// <param name="Address">Set when <paramref name="Kind"/> is usable.</param>
public readonly record struct SdpConnection(ConnectionKind Kind, IPAddress? Address = null);
