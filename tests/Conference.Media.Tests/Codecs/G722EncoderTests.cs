using Conference.Media.Codecs;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Codecs;

public sealed class G722EncoderTests
{
    [Theory]
    [InlineData(300)]
    [InlineData(9000)]
    [InlineData(32767)]
    public void Noise_and_sweeps_are_encoded_bit_by_bit_as_another_implementation_does(int amplitude)
    {
        var pcm = Signal.Sweep(amplitude, 32000, 16000);
        var codes = new byte[pcm.Length / 2];

        new G722Encoder().Encode(pcm, codes);

        Assert.Equal(Spandsp.EncodeG722(pcm), codes);
    }

    [Fact]
    public void Any_bytes_are_decoded_bit_by_bit_as_another_implementation_does()
    {
        var codes = new byte[32000];
        new Random(722).NextBytes(codes);
        var pcm = new short[2 * codes.Length];

        new G722Decoder().Decode(codes, pcm);

        var theirs = Spandsp.DecodeG722(codes);
        for (var i = 0; i < pcm.Length; i++)
            Assert.True(pcm[i] == theirs[i] || pcm[i] is short.MinValue or short.MaxValue, $"sample {i}: {pcm[i]}, not {theirs[i]}"); // theirs wraps around where §4.4 saturates
    }

    [Fact]
    public void A_stream_in_pieces_is_encoded_as_in_one()
    {
        var pcm = Signal.Sweep(9000, 32000, 16000);
        var (whole, pieces) = (new byte[pcm.Length / 2], new byte[pcm.Length / 2]);
        new G722Encoder().Encode(pcm, whole);

        var encoder = new G722Encoder();
        for (var at = 0; at < pcm.Length; at += 146)
        {
            var length = Math.Min(146, pcm.Length - at);
            Assert.Equal(length / 2, encoder.Encode(pcm.AsSpan(at, length), pieces.AsSpan(at / 2)));
        }

        Assert.Equal(whole, pieces);
    }
}
