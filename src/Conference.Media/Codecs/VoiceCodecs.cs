using System.Collections.Immutable;

namespace Conference.Media.Codecs;

/// <summary>The catalogue: one row a format.</summary>
public sealed class VoiceCodecs : IVoiceCodecs
{
    private readonly ImmutableArray<Row> _rows =
    [
        new(VoiceFormats.G722, _ => new G722Decoder(), _ => new G722Encoder()),
        new(VoiceFormats.Pcma, _ => new G711Codec(VoiceFormats.Pcma, Law.A), _ => new G711Codec(VoiceFormats.Pcma, Law.A)),
        new(VoiceFormats.Pcmu, _ => new G711Codec(VoiceFormats.Pcmu, Law.Mu), _ => new G711Codec(VoiceFormats.Pcmu, Law.Mu)),
        new(VoiceFormats.L16Full, _ => new LinearCodec(VoiceFormats.L16Full), _ => new LinearCodec(VoiceFormats.L16Full)),
        new(VoiceFormats.L16Wide, _ => new LinearCodec(VoiceFormats.L16Wide), _ => new LinearCodec(VoiceFormats.L16Wide)),
        new(VoiceFormats.L16Narrow, _ => new LinearCodec(VoiceFormats.L16Narrow), _ => new LinearCodec(VoiceFormats.L16Narrow)),
    ];

    public VoiceCodecs() => Formats = [.. _rows.Select(r => r.Format)];

    public ImmutableArray<VoiceFormat> Formats { get; }

    public ImmutableArray<MissingCodec> Missing { get; } = [];

    public VoiceFormat? Find(string name, int clock, int channels)
    {
        if (name.Equals("G722", StringComparison.OrdinalIgnoreCase) && clock == 16000) clock = 8000; // what it samples, not what RFC 3551 §4.5.2 says
        foreach (var format in Formats)
        {
            if (format.Clock == clock && format.Channels == Math.Max(1, channels) && format.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return format;
        }

        return null;
    }

    public IVoiceDecoder OpenDecoder(VoiceFormat format, string parameters) => RowOf(format).Decoder(parameters);

    public IVoiceEncoder OpenEncoder(VoiceFormat format, string parameters) => RowOf(format).Encoder(parameters);

    private Row RowOf(VoiceFormat format)
    {
        foreach (var row in _rows)
        {
            if (row.Format == format) return row;
        }

        throw new ArgumentException($"{format.Name}/{format.Clock} is not in this catalogue.", nameof(format));
    }

    private sealed record Row(VoiceFormat Format, Func<string, IVoiceDecoder> Decoder, Func<string, IVoiceEncoder> Encoder);
}
