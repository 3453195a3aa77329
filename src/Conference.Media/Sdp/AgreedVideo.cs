using System.Net;
using Conference.Media.Codecs;
using Conference.Media.Security;

namespace Conference.Media.Sdp;

/// <summary>The pictures that both sides of a leg agreed on, from our point of view.</summary>
/// <param name="Remote">Where to send; <see langword="null"/> while the peer holds with 0.0.0.0.</param>
/// <param name="RemoteRtcp">Where to send RTCP.</param>
/// <param name="Codec">How they are packed.</param>
/// <param name="Kind">What somebody else's must be equal to, so that they may be passed on.</param>
/// <param name="SendPayload">The number the peer gave it.</param>
/// <param name="ReceivePayload">The number we gave it.</param>
/// <param name="Direction">What we do.</param>
/// <param name="RtcpMux">Whether RTCP shares the RTP port.</param>
/// <param name="Keys">How packets are protected; <see langword="null"/> for in the clear.</param>
/// <param name="TakesPli">Whether the peer may be asked for a picture by PLI.</param>
/// <param name="TakesFir">The same by FIR; without either by INFO (RFC 5168).</param>
public sealed record AgreedVideo(
    IPEndPoint? Remote, IPEndPoint? RemoteRtcp, VideoCodec Codec, string Kind, byte SendPayload, byte ReceivePayload, SdpDirection Direction, bool RtcpMux, MediaKeys? Keys, bool TakesPli, bool TakesFir);
