using Conference.Media.Codecs;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Codecs;

public sealed class G726Tests
{
    public static TheoryData<int, bool> Every
    {
        get
        {
            var all = new TheoryData<int, bool>();
            foreach (var bits in new[] { 2, 3, 4, 5 })
            {
                all.Add(bits, false);
                all.Add(bits, true);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void Voices_sweeps_and_noise_are_encoded_bit_by_bit_as_another_implementation_does(int bits, bool isAal2)
    {
        foreach (var pcm in Sounds())
        {
            var codes = new byte[pcm.Length];
            var length = Encoder(bits, isAal2).Encode(pcm, codes);
            Assert.Equal(Spandsp.EncodeG726(bits, isAal2, pcm), codes[..length]);
        }
    }

    [Theory]
    [MemberData(nameof(Every))]
    public void What_was_encoded_is_decoded_bit_by_bit_as_another_implementation_does(int bits, bool isAal2)
    {
        foreach (var pcm in Sounds())
        {
            var codes = Spandsp.EncodeG726(bits, isAal2, pcm);
            var (ours, theirs) = (new short[pcm.Length], Spandsp.DecodeG726(bits, isAal2, codes));
            Assert.Equal(pcm.Length, new G726Decoder(VoiceFormats.G726(8 * bits), bits, Packing(isAal2)).Decode(codes, ours));
            for (var i = 0; i < pcm.Length; i++)
                Assert.True(ours[i] == theirs[i] || ours[i] is short.MinValue or short.MaxValue, $"sample {i}: {ours[i]}, not {theirs[i]}"); // theirs wraps around
        }
    }

    [Theory]
    [InlineData(2, 12)]
    [InlineData(3, 18)]
    [InlineData(4, 25)]
    [InlineData(5, 30)]
    public void Every_bit_is_worth_its_decibels(int bits, double least)
    {
        var sine = Tone.Sine(1020, 10000, 8000);
        var (codes, heard) = (new byte[8000], new short[8000]);
        var length = Encoder(bits, false).Encode(sine, codes);
        new G726Decoder(VoiceFormats.G726(8 * bits), bits, G726Packing.Rtp).Decode(codes.AsSpan(0, length), heard);

        var noise = Enumerable.Range(4000, 4000).Sum(i => Math.Pow(heard[i] - sine[i], 2));
        var signal = Enumerable.Range(4000, 4000).Sum(i => Math.Pow(sine[i], 2));
        Assert.InRange(10 * Math.Log10(signal / noise), least, 60);
    }

    private static G726Encoder Encoder(int bits, bool isAal2) => new(VoiceFormats.G726(8 * bits), bits, Packing(isAal2));

    private static G726Packing Packing(bool isAal2) => isAal2 ? G726Packing.Aal2 : G726Packing.Rtp;

    private static short[][] Sounds() =>
        [Signal.Sweep(9000, 16000, 8000), Signal.Sweep(300, 16000, 8000), Signal.Noise(32767, 16000), Speech.Of("it", 8000)[..80000], new short[1600], Tone.Sine(2100, 12000, 8000)];
}
