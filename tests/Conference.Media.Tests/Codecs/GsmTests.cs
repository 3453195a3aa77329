using Conference.Media.Codecs;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Codecs;

public sealed class GsmTests
{
    [Fact]
    public void Voices_sweeps_and_noise_are_encoded_bit_by_bit_as_another_implementation_does()
    {
        foreach (var pcm in Sounds())
        {
            var codes = new byte[pcm.Length / 160 * 33];
            Assert.Equal(codes.Length, new GsmEncoder().Encode(pcm, codes));
            Assert.Equal(Spandsp.EncodeGsm(pcm), codes);
        }
    }

    [Fact]
    public void Any_bits_are_decoded_bit_by_bit_as_another_implementation_does()
    {
        var codes = new byte[33 * 500];
        new Random(610).NextBytes(codes);
        for (var i = 0; i < codes.Length; i += 33)
            codes[i] = (byte)(0xD0 | codes[i] & 15);
        var pcm = new short[160 * 500];

        new GsmDecoder().Decode(codes, pcm);

        Assert.Equal(Spandsp.DecodeGsm(codes), pcm);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(34)]
    [InlineData(65)]
    public void A_payload_of_another_length_is_none(int length) =>
        Assert.Equal(0, new GsmDecoder().Decode(Enumerable.Repeat((byte)0xD0, length).ToArray(), new short[960]));

    [Fact]
    public void A_payload_without_the_signature_is_none() => Assert.Equal(0, new GsmDecoder().Decode(new byte[33], new short[960]));

    private static short[][] Sounds() =>
        [Signal.Sweep(9000, 16000, 8000), Signal.Sweep(300, 16000, 8000), Signal.Noise(32767, 16000), Speech.Of("it", 8000)[..80000], new short[1600], Tone.Sine(2100, 12000, 8000)];
}
