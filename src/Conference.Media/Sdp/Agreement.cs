using System.Collections.Immutable;
using System.Net;
using Conference.Media.Codecs;
using Conference.Media.Security;

namespace Conference.Media.Sdp;

/// <summary>What both sides agreed on, from our point of view.</summary>
/// <param name="Remote">Where to send; <see langword="null"/> while the peer holds with 0.0.0.0, and for legs with <see cref="Ice"/>: those send where the checks lead.</param>
/// <param name="RemoteRtcp">Where to send RTCP; <see langword="null"/> like <paramref name="Remote"/>.</param>
/// <param name="Codec">Name of the codec we send, for instance "PCMU" or "opus".</param>
/// <param name="SendPayload">Payload type the peer gave the codec.</param>
/// <param name="ReceivePayload">Payload type we gave it.</param>
/// <param name="EventPayload">Payload type on which keys arrive (RFC 4733) beside that codec; <see langword="null"/> when not agreed.</param>
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

    /// <summary>What we send: the format, the peer's number for it, and its wishes.</summary>
    public required AgreedFormat Send { get; init; }

    /// <summary>Everything the peer may send at any time, without signalling (RFC 3264 §7): our numbers, our wishes.</summary>
    public ImmutableArray<AgreedFormat> Receive { get; init; } = [];

    /// <summary>Payload types on which keys may arrive, one for each clock.</summary>
    public ImmutableArray<AgreedClock> ReceiveEvents { get; init; } = [];

    /// <summary>Payload types on which comfort noise may arrive, one for each clock (RFC 3389).</summary>
    public ImmutableArray<AgreedClock> ReceiveNoise { get; init; } = [];

    /// <summary>Payload type on which the peer takes comfort noise beside the voice we send; <see langword="null"/> when it takes none.</summary>
    public byte? SendNoisePayload { get; init; }

    /// <summary>Extended reports that the peer gets (RFC 3611).</summary>
    public ExtendedReports Extended { get; init; }

    /// <summary>How packets are protected; <see langword="null"/> for in the clear.</summary>
    public MediaKeys? Keys { get; init; }

    /// <summary>Names and passwords of the checks; <see langword="null"/> for legs without ICE.</summary>
    public IcePair? Ice { get; init; }

    /// <summary>Number of the header extension that tells how loud a packet is (RFC 6464); <see langword="null"/> when not agreed.</summary>
    public byte? LevelExtension { get; init; }

    /// <summary>Whether the peer does not want to hear us at present.</summary>
    public bool IsHeld => (Remote is null && Ice is null) || !Direction.Sends();

    public bool Equals(Agreement? other) => other is not null && Values.Equals(other.Values)
        && Receive.SequenceEqual(other.Receive) && ReceiveEvents.SequenceEqual(other.ReceiveEvents) && ReceiveNoise.SequenceEqual(other.ReceiveNoise);

    public override int GetHashCode() => Values.GetHashCode();

    private (IPEndPoint?, IPEndPoint?, AgreedFormat, byte, byte?, int, SdpDirection, bool, byte?, MediaKeys?, IcePair?, byte?, byte?, ExtendedReports) Values =>
        (Remote, RemoteRtcp, Send, ReceivePayload, EventPayload, PacketTime, Direction, RtcpMux, SendEventPayload, Keys, Ice, LevelExtension, SendNoisePayload, Extended);
}

/// <param name="Format">What it is.</param>
/// <param name="Payload">Its number in this direction.</param>
/// <param name="Parameters">The fmtp of whoever receives it; empty for none.</param>
public sealed record AgreedFormat(VoiceFormat Format, byte Payload, string Parameters);

/// <param name="Payload">Payload type.</param>
/// <param name="Clock">RTP clock in Hz: the one of the voice it goes with.</param>
public readonly record struct AgreedClock(byte Payload, int Clock);
