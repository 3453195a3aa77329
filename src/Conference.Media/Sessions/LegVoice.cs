using Conference.Media.Codecs;
using Conference.Media.Mixing;
using Conference.Media.Rtp;
using Conference.Media.Sdp;

namespace Conference.Media.Sessions;

/// <summary>Legs of one class can be sent the same payloads: same format, same wishes.</summary>
/// <param name="Format">What is sent.</param>
/// <param name="Parameters">The receiver's fmtp: what it wishes.</param>
/// <param name="IsLossy">Whether packets carry copies of the ones before, because these receivers miss some.</param>
internal sealed record ListenerClass(VoiceFormat Format, string Parameters, bool IsLossy = false);

/// <summary>What one leg speaks and understands, made ready by whoever agreed on it: the mixer makes nothing.</summary>
internal sealed class LegVoice
{
    private const int PayloadTypes = 128;

    private readonly IVoiceDecoder?[] _decoders = new IVoiceDecoder?[PayloadTypes];
    private readonly bool[] _isEvent = new bool[PayloadTypes];
    private readonly bool[] _isNoise = new bool[PayloadTypes];

    /// <summary>Opens what is missing; decoders and the encoder of the voice before go on where they are still right.</summary>
    public LegVoice(IVoiceCodecs codecs, Agreement agreed, LegVoice? before)
    {
        var (format, parameters) = (agreed.Send.Format, agreed.Send.Parameters);
        Class = new ListenerClass(format, parameters);
        LossyClass = Class with { IsLossy = true };
        (PayloadType, PacketTime) = (agreed.SendPayload, agreed.PacketTime);
        Encoder = before?.Class == Class ? before.Encoder : codecs.OpenEncoder(format, parameters);
        Rate = MixRates.IndexOf(format.Rate);
        Understand(VoiceFormats.Pcmu.Payload, VoiceFormats.Pcmu, "");
        Understand(VoiceFormats.Pcma.Payload, VoiceFormats.Pcma, "");
        foreach (var spoken in agreed.Receive)
            Understand(spoken.Payload, spoken.Format, spoken.Parameters);
        LongestPayload = agreed.Receive.Max(r => LongestOf(r.Format));
        foreach (var clock in agreed.ReceiveEvents)
            _isEvent[clock.Payload] = true;
        foreach (var clock in agreed.ReceiveNoise)
            _isNoise[clock.Payload] = true;

        void Understand(byte payloadType, VoiceFormat spoken, string wishes) =>
            _decoders[payloadType] = before?.DecoderOf(payloadType) is { } known && known.Format == spoken ? known : codecs.OpenDecoder(spoken, wishes);
    }

    /// <summary>Whom it can share payloads with.</summary>
    public ListenerClass Class { get; }

    /// <summary>The same while the peer misses packets.</summary>
    public ListenerClass LossyClass { get; }

    public VoiceFormat Format => Class.Format;

    /// <summary>Index of the rate it is mixed at (<see cref="MixRates"/>).</summary>
    public int Rate { get; }

    /// <summary>Samples in 20 ms.</summary>
    public int Frame => Format.Frame;

    /// <summary>The number the peer gave the format.</summary>
    public byte PayloadType { get; }

    /// <summary>Milliseconds of audio in a packet, as the peer would like it.</summary>
    public int PacketTime { get; }

    /// <summary>For what this leg alone hears.</summary>
    public IVoiceEncoder Encoder { get; }

    /// <summary>Who reads a payload type; <see langword="null"/> for those nobody agreed on.</summary>
    public IVoiceDecoder? DecoderOf(byte payloadType) => _decoders[payloadType];

    /// <summary>Bytes of the longest payload that may come.</summary>
    public int LongestPayload { get; }

    /// <summary>Whether keys come on a payload type (RFC 4733).</summary>
    public bool IsEvent(byte payloadType) => _isEvent[payloadType];

    /// <summary>Whether the noise of pauses comes on a payload type (RFC 3389).</summary>
    public bool IsNoise(byte payloadType) => _isNoise[payloadType];

    /// <summary>Whatever was opened for it.</summary>
    public IEnumerable<IDisposable> Parts => _decoders.Where(d => d is not null).Append((IDisposable)Encoder)!;

    private static int LongestOf(VoiceFormat format) => format.Name switch
    {
        "opus" => 1275, // RFC 6716 §3.4
        "L16" => Math.Min(1920, format.Rate * 2 * 60 / 1000),
        _ => JitterBuffer.UsualPayload,
    };
}
