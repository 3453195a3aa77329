using Conference.Media.Codecs;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Codecs;

public sealed class OpusTests
{
    private const int Frame = 960;

    private readonly VoiceCodecs _codecs = new();

    [Theory]
    [InlineData("", 32000)]
    [InlineData("maxaveragebitrate=16000", 16000)]
    [InlineData("stereo=1; MaxAverageBitrate=12000 ;useinbandfec=1", 12000)]
    [InlineData("maxaveragebitrate=510000", 32000)]
    [InlineData("maxaveragebitrate=-1;maxaveragebitrate=x;=;;", 32000)]
    public void The_receiver_says_how_many_bits_it_wants(string wishes, int bitrate)
    {
        using var encoder = Encoder(wishes);
        var voice = Voice();
        var bytes = 0;
        for (var at = 0; at + Frame <= voice.Length; at += Frame)
            bytes += Packet(encoder, voice.AsSpan(at, Frame)).Length;
        Assert.InRange(bytes * 8 / (voice.Length / 48000.0), 0.5 * bitrate, 1.15 * bitrate);
    }

    [Theory]
    [InlineData("maxplaybackrate=8000", 3400, 4600)]
    [InlineData("maxplaybackrate=16000", 6000, 9500)]
    public void Nothing_is_sent_that_the_receiver_cannot_play(string wishes, double inside, double outside)
    {
        using var encoder = Encoder(wishes);
        using var decoder = Decoder();
        var heard = new List<short>();
        for (var frame = 0; frame < 100; frame++)
        {
            var pcm = new short[Frame];
            decoder.Decode(Packet(encoder, Both(frame)), pcm);
            heard.AddRange(pcm);
        }

        var late = heard.ToArray().AsSpan(48000);
        Assert.True(Tone.Amplitude(late, inside, 48000) > 10 * Tone.Amplitude(late, outside, 48000));

        short[] Both(int frame) => [.. Tone.Sine(inside, 6000, Frame, frame * Frame, 48000).Zip(Tone.Sine(outside, 6000, Frame, frame * Frame, 48000), (a, b) => (short)(a + b))];
    }

    [Fact]
    public void Silence_is_not_sent_when_the_receiver_agrees_to_that()
    {
        Assert.InRange(SilentPackets(""), 100, 100);
        Assert.InRange(SilentPackets("usedtx=1"), 1, 30);
    }

    [Fact]
    public void A_lost_packet_is_in_the_one_after_when_the_receiver_makes_use_of_that()
    {
        Assert.InRange(Likeness("useinbandfec=1", expectedLoss: 10), 0.8, 1);
        Assert.InRange(Likeness("", expectedLoss: 10), -1, Likeness("useinbandfec=1", expectedLoss: 10) - 0.05);
    }

    [Fact]
    public void Complexity_goes_up_and_down_and_comes_along_to_who_follows()
    {
        using var one = Encoder("");
        using var other = Encoder("");
        one.Complexity = 0;
        Packet(one, Voice().AsSpan(0, Frame));
        Assert.True(other.Follow(one));
        Assert.Equal(0, other.Complexity);
        one.Complexity = 99;
        Assert.Equal(10, one.Complexity);
    }

    [Fact]
    public void Who_has_other_wishes_cannot_follow()
    {
        using var one = Encoder("usedtx=1");
        using var other = Encoder("");
        Assert.False(other.Follow(one));
    }

    [Fact]
    public void A_closed_codec_refuses_instead_of_touching_memory_that_was_given_back()
    {
        var decoder = Decoder();
        decoder.Dispose();
        Assert.Throws<ObjectDisposedException>(() => decoder.Decode(new byte[10], new short[Frame]));
    }

    private int SilentPackets(string wishes)
    {
        using var encoder = Encoder(wishes);
        return Enumerable.Range(0, 150).Count(i => Packet(encoder, new short[Frame]).Length > 0 && i >= 50);
    }

    /// <summary>Every tenth packet is lost: how much what comes instead resembles it, over a sentence.</summary>
    private double Likeness(string wishes, int expectedLoss)
    {
        using var encoder = Encoder(wishes);
        using var whole = Decoder();
        using var holed = Decoder();
        encoder.ExpectedLoss = expectedLoss;
        var voice = Voice();
        var packets = Enumerable.Range(0, voice.Length / Frame).Select(i => Packet(encoder, voice.AsSpan(i * Frame, Frame))).ToArray();
        var (meant, heard) = (new List<short>(), new List<short>());
        var pcm = new short[Frame];
        for (var i = 0; i + 1 < packets.Length; i++)
        {
            var isLost = i % 10 == 9;
            whole.Decode(packets[i], pcm);
            if (isLost) meant.AddRange(pcm);
            if (isLost) Assert.True(holed.Conceal(packets[i + 1], pcm));
            else holed.Decode(packets[i], pcm);
            if (isLost) heard.AddRange(pcm);
        }

        var product = meant.Zip(heard, (a, b) => (double)a * b).Sum();
        return product / Math.Sqrt(meant.Sum(a => (double)a * a) * heard.Sum(b => (double)b * b));
    }

    private OpusEncoder Encoder(string wishes) => (OpusEncoder)_codecs.OpenEncoder(VoiceFormats.Opus, wishes);

    private IVoiceDecoder Decoder() => _codecs.OpenDecoder(VoiceFormats.Opus, "");

    private static byte[] Packet(OpusEncoder encoder, ReadOnlySpan<short> pcm)
    {
        var payload = new byte[1275];
        return payload[..encoder.Encode(pcm, payload)];
    }

    private static short[] Voice() => Speech.Of("en", 48000)[..(10 * 48000)];
}
