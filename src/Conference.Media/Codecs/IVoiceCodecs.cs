using System.Collections.Immutable;

namespace Conference.Media.Codecs;

/// <summary>Every codec this machine can speak: ours always, the native ones when their library is installed.</summary>
public interface IVoiceCodecs
{
    /// <summary>What may be offered, best first.</summary>
    ImmutableArray<VoiceFormat> Formats { get; }

    /// <summary>Codecs that are not offered because a library is missing, with the library's name: for the log and the health page.</summary>
    ImmutableArray<MissingCodec> Missing { get; }

    /// <summary>The format an rtpmap names, or <see langword="null"/>. Known misspellings (G722/16000) are understood.</summary>
    VoiceFormat? Find(string name, int clock, int channels);

    /// <summary>A decoder for one stream.</summary>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="parameters">The fmtp of the format, empty for none.</param>
    IVoiceDecoder OpenDecoder(VoiceFormat format, string parameters);

    /// <summary>An encoder for one stream.</summary>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="parameters">What the receiver wrote in its fmtp: its wishes (RFC 7587 §6.1); empty for none.</param>
    IVoiceEncoder OpenEncoder(VoiceFormat format, string parameters);
}

/// <param name="Name">Encoding name.</param>
/// <param name="Library">File that would bring it, for instance libopus.so.0.</param>
public sealed record MissingCodec(string Name, string Library);
