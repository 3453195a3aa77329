using Conference.Media.Codecs;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Codecs;

public sealed class G729Tests
{
    private readonly VoiceCodecs _codecs = new();

    [Theory]
    [InlineData(10, 80)]
    [InlineData(20, 160)]
    [InlineData(22, 240)] // the last frame is comfort noise
    [InlineData(2, 80)]
    [InlineData(60, 480)]
    [InlineData(9, 0)]
    [InlineData(13, 0)]
    [InlineData(0, 0)]
    public void Frames_of_ten_bytes_and_a_last_one_of_two_are_understood(int bytes, int samples)
    {
        using var decoder = _codecs.OpenDecoder(VoiceFormats.G729, "");
        Assert.Equal(samples, decoder.Decode(new byte[bytes], new short[960]));
    }

    [Fact]
    public void A_lost_frame_is_continued_by_the_decoder()
    {
        using var encoder = _codecs.OpenEncoder(VoiceFormats.G729, "");
        using var decoder = _codecs.OpenDecoder(VoiceFormats.G729, "annexb=no");
        var (payload, pcm) = (new byte[20], new short[160]);
        for (var frame = 0; frame < 50; frame++)
        {
            encoder.Encode(Tone.Sine(200, 8000, 160, frame * 160), payload);
            decoder.Decode(payload, pcm);
        }

        Assert.True(decoder.Conceal([], pcm));
        Assert.InRange(Tone.Amplitude(pcm, 200), 3000, 9000);
    }
}
