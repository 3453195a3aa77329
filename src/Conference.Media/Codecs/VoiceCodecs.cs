using System.Collections.Immutable;

namespace Conference.Media.Codecs;

/// <summary>The catalogue: one row a format, best first.</summary>
public sealed class VoiceCodecs : IVoiceCodecs
{
    private readonly ImmutableArray<Row> _rows;

    /// <summary>With the native libraries that this machine has.</summary>
    /// <summary>The names of all there could be, whatever is installed.</summary>
    public static ImmutableArray<string> AllNames { get; } =
        ["opus", "G722", "PCMA", "PCMU", "G729", "GSM", "G726-16", "G726-24", "G726-32", "G726-40", "AAL2-G726-16", "AAL2-G726-24", "AAL2-G726-32", "AAL2-G726-40", "L16"];

    public VoiceCodecs()
        : this(NativeCodec.TryLoad)
    {
    }

    /// <param name="load">Opens a library by its soname; 0 when there is none.</param>
    internal VoiceCodecs(Func<string, nint> load)
    {
        var opus = OpusLibrary.From(load(OpusLibrary.Soname));
        var g729 = G729Library.From(load(G729Library.Soname));
        _rows =
        [
            .. opus is null ? [] : new[] { new Row(VoiceFormats.Opus, _ => new OpusDecoder(opus), wishes => new OpusEncoder(opus, wishes)) },
            new Row(VoiceFormats.G722, _ => new G722Decoder(), _ => new G722Encoder()),
            G711Row(VoiceFormats.Pcma, Law.A),
            G711Row(VoiceFormats.Pcmu, Law.Mu),
            .. new[] { 40, 32, 24, 16 }.SelectMany(G726Rows),
            .. g729 is null ? [] : new[] { new Row(VoiceFormats.G729, _ => new G729Decoder(g729), _ => new G729Encoder(g729)) },
            new Row(VoiceFormats.Gsm, _ => new GsmDecoder(), _ => new GsmEncoder()),
            LinearRow(VoiceFormats.L16Full),
            LinearRow(VoiceFormats.L16Wide),
            LinearRow(VoiceFormats.L16Narrow),
        ];
        Formats = [.. _rows.Select(r => r.Format)];
        Missing =
        [
            .. opus is null ? [new MissingCodec(VoiceFormats.Opus.Name, OpusLibrary.Soname)] : Array.Empty<MissingCodec>(),
            .. g729 is null ? [new MissingCodec(VoiceFormats.G729.Name, G729Library.Soname)] : Array.Empty<MissingCodec>(),
        ];
    }

    public ImmutableArray<VoiceFormat> Formats { get; }

    public ImmutableArray<MissingCodec> Missing { get; }

    public VoiceFormat? Find(string name, int clock, int channels)
    {
        (name, clock, channels) = Usual(name, clock, Math.Max(1, channels));
        foreach (var format in Formats)
        {
            if (format.Clock == clock && format.Channels == channels && Is(format.Name, name)) return format;
        }

        return null;
    }

    public IVoiceDecoder OpenDecoder(VoiceFormat format, string parameters) => RowOf(format).Decoder(parameters);

    public IVoiceEncoder OpenEncoder(VoiceFormat format, string parameters) => RowOf(format).Encoder(parameters);

    /// <summary>What phones write, as the RFCs say it.</summary>
    private static (string Name, int Clock, int Channels) Usual(string name, int clock, int channels) => (name, clock, channels) switch
    {
        _ when Is(name, "G722") => (name, clock == 16000 ? 8000 : clock, channels), // what it samples, not what RFC 3551 §4.5.2 says
        _ when Is(name, "opus") => (name, clock, 2), // some forget it; the payloads are the same (RFC 7587 §7)
        _ when Is(name, "G721") => ("G726-32", clock, channels), // its name until 1990
        _ when Is(name, "G729A") => ("G729", clock, channels), // Annex A is the same on the wire
        _ => (name, clock, channels),
    };

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static Row G711Row(VoiceFormat format, Law law) => new(format, _ => new G711Codec(format, law), _ => new G711Codec(format, law));

    private static Row LinearRow(VoiceFormat format) => new(format, _ => new LinearCodec(format), _ => new LinearCodec(format));

    private static Row[] G726Rows(int kilobits) =>
    [
        G726Row(VoiceFormats.G726(kilobits), kilobits / 8, G726Packing.Rtp),
        G726Row(VoiceFormats.Aal2G726(kilobits), kilobits / 8, G726Packing.Aal2),
    ];

    private static Row G726Row(VoiceFormat format, int bits, G726Packing packing) =>
        new(format, _ => new G726Decoder(format, bits, packing), _ => new G726Encoder(format, bits, packing));

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
