using System.Runtime.InteropServices;
using Conference.Media.Codecs;

namespace Conference.Media.Tests.Codecs;

public sealed class G722DecoderTests
{
    private static string Golden(string file) => Path.Combine(AppContext.BaseDirectory, "Codecs", "Golden", file);

    [Fact]
    public void A_sweep_with_noise_decodes_bit_by_bit_as_another_implementation_does()
    {
        var codes = File.ReadAllBytes(Golden("sweep.g722"));
        var expected = MemoryMarshal.Cast<byte, short>(File.ReadAllBytes(Golden("sweep.pcm"))).ToArray();

        var pcm = new short[2 * codes.Length];
        new G722Decoder().Decode(codes, pcm);

        Assert.Equal(expected, pcm);
    }

    [Fact]
    public void A_stream_in_pieces_decodes_as_in_one()
    {
        var codes = File.ReadAllBytes(Golden("sweep.g722"));
        var (whole, pieces) = (new short[2 * codes.Length], new short[2 * codes.Length]);
        new G722Decoder().Decode(codes, whole);

        var decoder = new G722Decoder();
        decoder.Decode(codes.AsSpan(0, 333), pieces);
        decoder.Decode(codes.AsSpan(333), pieces.AsSpan(666));

        Assert.Equal(whole, pieces);
    }
}
