using Conference.Media.Codecs;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Codecs;

/// <summary>What holds for every codec of the catalogue.</summary>
public sealed class VoiceCodecsTests
{
    private readonly VoiceCodecs _codecs = new();

    public static TheoryData<string> Everything => [.. new VoiceCodecs().Formats.Select(Text)];

    [Theory]
    [InlineData("pcma", 8000, 1, 8)]
    [InlineData("PCMU", 8000, 0, 0)]
    [InlineData("G722", 8000, 1, 9)]
    [InlineData("G722", 16000, 1, 9)]
    [InlineData("OPUS", 48000, 2, 111)]
    [InlineData("opus", 48000, 1, 111)]
    [InlineData("G726-32", 8000, 1, 114)]
    [InlineData("G721", 8000, 1, 114)]
    [InlineData("aal2-g726-16", 8000, 1, 116)]
    [InlineData("G729A", 8000, 1, 18)]
    [InlineData("GSM", 8000, 1, 3)]
    [InlineData("L16", 16000, 1, 103)]
    [InlineData("L16", 16000, 2, null)]
    [InlineData("PCMA", 16000, 1, null)]
    [InlineData("speex", 8000, 1, null)]
    public void A_format_is_found_by_its_rtpmap(string name, int clock, int channels, int? payload) =>
        Assert.Equal(payload, _codecs.Find(name, clock, channels)?.Payload);

    [Fact]
    public void Without_native_libraries_the_rest_is_offered_and_the_gaps_are_named()
    {
        var bare = new VoiceCodecs(_ => 0);

        Assert.Equal<MissingCodec>([new("opus", "libopus.so.0"), new("G729", "libbcg729.so.0")], bare.Missing);
        Assert.Null(bare.Find("opus", 48000, 2));
        Assert.Equal(["G722", "PCMA", "PCMU"], bare.Formats.Take(3).Select(f => f.Name));
        using var decoder = bare.OpenDecoder(bare.Find("PCMA", 8000, 1)!, "");
        Assert.Equal(160, decoder.Decode(new byte[160], new short[160]));
    }

    [Fact]
    public void Nobody_shares_a_payload_type() => Assert.Distinct(_codecs.Formats.Select(f => f.Payload));

    [Theory]
    [MemberData(nameof(Everything))]
    public void A_tone_comes_back_as_a_tone(string name)
    {
        var format = Format(name);
        using var encoder = _codecs.OpenEncoder(format, "");
        using var decoder = _codecs.OpenDecoder(format, "");
        var heard = RoundTrip(encoder, decoder, Tone.Sine(500, 8000, format.Rate, rate: format.Rate));

        Assert.InRange(Tone.Amplitude(heard.AsSpan(format.Rate / 2), 500, format.Rate), 6000, 9000);
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void Any_garbage_is_survived_and_never_overruns(string name)
    {
        var format = Format(name);
        using var decoder = _codecs.OpenDecoder(format, "");
        var random = new Random(42);
        var pcm = new short[format.Rate * 120 / 1000];
        for (var i = 0; i < 3000; i++)
        {
            var payload = new byte[random.Next(0, 1500)];
            random.NextBytes(payload);
            Assert.InRange(decoder.Decode(payload, pcm), 0, pcm.Length);
            Assert.InRange(decoder.Decode(payload, pcm.AsSpan(0, random.Next(pcm.Length))), 0, pcm.Length);
        }

        Assert.Equal(0, decoder.Decode([], pcm));
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void A_payload_without_room_is_refused(string name)
    {
        using var encoder = _codecs.OpenEncoder(Format(name), "");
        Assert.Equal(0, encoder.Encode(Tone.Sine(500, 8000, encoder.Format.Frame, rate: encoder.Format.Rate), new byte[1]));
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void Who_follows_another_encoder_goes_on_exactly_where_it_stands(string name)
    {
        var format = Format(name);
        using var shared = _codecs.OpenEncoder(format, "");
        using var own = _codecs.OpenEncoder(format, "");
        var (one, other) = (new byte[1920], new byte[1920]);
        for (var frame = 0; frame < 20; frame++)
            shared.Encode(Voice(format, frame), one);

        if (!own.Follow(shared)) return; // an opaque state: the engine keeps a warm spare instead
        for (var frame = 20; frame < 40; frame++)
        {
            var length = shared.Encode(Voice(format, frame), one);
            Assert.Equal(length, own.Encode(Voice(format, frame), other));
            Assert.Equal(one[..length], other[..length]);
        }
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void A_reset_codec_is_as_new(string name)
    {
        var format = Format(name);
        using var used = _codecs.OpenEncoder(format, "");
        using var fresh = _codecs.OpenEncoder(format, "");
        using var usedDecoder = _codecs.OpenDecoder(format, "");
        using var freshDecoder = _codecs.OpenDecoder(format, "");
        RoundTrip(used, usedDecoder, Tone.Sine(1000, 20000, format.Rate, rate: format.Rate));

        used.Reset();
        usedDecoder.Reset();

        var tone = Tone.Sine(300, 5000, format.Rate, rate: format.Rate);
        Assert.Equal(RoundTrip(fresh, freshDecoder, tone), RoundTrip(used, usedDecoder, tone));
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void Nothing_is_allocated_after_construction(string name)
    {
        var format = Format(name);
        using var encoder = _codecs.OpenEncoder(format, "");
        using var decoder = _codecs.OpenDecoder(format, "");
        var (payload, pcm) = (new byte[1920], new short[format.Rate * 120 / 1000]);
        var voice = Voice(format, 0);
        Exchange(10);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Exchange(5000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Garbage.None);

        void Exchange(int frames)
        {
            for (var i = 0; i < frames; i++)
            {
                var length = encoder.Encode(voice, payload);
                decoder.Decode(payload.AsSpan(0, length), pcm);
                decoder.Conceal([], pcm.AsSpan(0, format.Frame));
            }
        }
    }

    private static string Text(VoiceFormat format) => $"{format.Name}/{format.Clock}";

    private VoiceFormat Format(string text) => _codecs.Formats.First(f => Text(f) == text);

    private static short[] Voice(VoiceFormat format, int frame) => Tone.Sine(440, 9000, format.Frame, frame * format.Frame, format.Rate);

    private static short[] RoundTrip(IVoiceEncoder encoder, IVoiceDecoder decoder, ReadOnlySpan<short> pcm)
    {
        var heard = new short[pcm.Length];
        var (payload, frame) = (new byte[1920], encoder.Format.Frame);
        for (var at = 0; at + frame <= pcm.Length; at += frame)
        {
            var length = encoder.Encode(pcm.Slice(at, frame), payload);
            Assert.Equal(frame, decoder.Decode(payload.AsSpan(0, length), heard.AsSpan(at)));
        }

        return heard;
    }
}
