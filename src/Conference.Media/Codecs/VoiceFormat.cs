namespace Conference.Media.Codecs;

/// <summary>One payload format of RTP as SDP names it and the mixer hears it.</summary>
/// <param name="Name">Encoding name as registered, for instance "PCMA", "G722", "opus"; compared without case.</param>
/// <param name="Clock">RTP clock in Hz as the rtpmap says it: 8000 for G.722 although it samples at 16 000 (RFC 3551 §4.5.2), 48000 for Opus (RFC 7587 §4.1).</param>
/// <param name="Rate">Samples per second of the PCM that its decoder gives and its encoder takes: 8000, 16000 or 48000.</param>
/// <param name="Payload">The static payload type (RFC 3551 §6), or the dynamic one we offer it with.</param>
public sealed record VoiceFormat(string Name, int Clock, int Rate, byte Payload)
{
    /// <summary>Channels in the rtpmap; voice itself is mono here, Opus says 2 always (RFC 7587 §7).</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Milliseconds of identical input after which a listener may go from an encoder of his own to the shared one.</summary>
    /// <remarks>0 for codecs without memory. Cold switches are a clear click; after this time the decoder hardly notices.</remarks>
    public int SettleMilliseconds { get; init; }

    /// <summary>The shortest piece of time that can be cut out of a payload: 10 ms for most, 20 for GSM and Opus.</summary>
    public int UnitMilliseconds { get; init; } = 10;

    /// <summary>The longest time of several payloads of 20 ms put together in a packet; 20 where they cannot be joined, as Opus.</summary>
    public int LongestPacketMilliseconds { get; init; } = 60;

    /// <summary>Samples in 20 ms at <see cref="Rate"/>.</summary>
    public int Frame => Rate / 50;

    /// <summary>Ticks of the RTP clock in 20 ms.</summary>
    public int ClockFrame => Clock / 50;
}
