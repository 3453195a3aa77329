using Conference.Media.Codecs;

namespace Conference.Media.Tests.Codecs;

public sealed class G711Tests
{
    [Theory]
    [InlineData(Law.Mu)]
    [InlineData(Law.A)]
    public void Every_sample_is_encoded_as_the_recommendation_says(Law law)
    {
        short[] pcm = [.. Enumerable.Range(short.MinValue, 65536).Select(s => (short)s)];
        var codes = new byte[pcm.Length];

        G711.Encode(law, pcm, codes);

        for (var i = 0; i < pcm.Length; i++)
            Assert.True((law == Law.Mu ? Mu(pcm[i]) : A(pcm[i])) == codes[i], $"sample {pcm[i]}");
    }

    [Theory]
    [InlineData(Law.Mu)]
    [InlineData(Law.A)]
    public void Every_code_word_decodes_to_the_middle_of_its_cell(Law law)
    {
        byte[] codes = [.. Enumerable.Range(0, 256).Select(c => (byte)c)];
        var pcm = new short[256];

        G711.Decode(law, codes, pcm);

        for (var i = 0; i < 256; i++)
            Assert.Equal(law == Law.Mu ? FromMu(codes[i]) : FromA(codes[i]), pcm[i]);
    }

    [Theory]
    [InlineData(Law.Mu)]
    [InlineData(Law.A)]
    public void Every_code_word_survives_decoding_and_encoding(Law law)
    {
        byte[] codes = [.. Enumerable.Range(0, 256).Select(c => (byte)c)];
        var (pcm, again) = (new short[256], new byte[256]);

        G711.Decode(law, codes, pcm);
        G711.Encode(law, pcm, again);

        Assert.Equal(codes, again);
    }

    [Fact]
    public void Lengths_that_fill_no_vector_are_served_too()
    {
        for (var length = 0; length < 40; length++)
        {
            short[] pcm = [.. Enumerable.Range(0, length).Select(i => (short)(i * 517 - 9000))];
            var codes = new byte[length];
            G711.Encode(Law.A, pcm, codes);
            Assert.Equal(pcm.Select(A), codes);
        }
    }

    /// <summary>G.711 table 2a by its segments: sign, segment, step; all bits inverted.</summary>
    private static byte Mu(short sample)
    {
        var magnitude = Math.Min(Math.Abs((int)sample), 32635) + 132;
        var segment = 7;
        while (segment > 0 && magnitude < 128 << segment)
            segment--;
        var step = (magnitude >> (segment + 3)) & 15;
        return (byte)~((sample < 0 ? 0x80 : 0) | segment << 4 | step);
    }

    /// <summary>G.711 table 1a by its segments; even bits inverted.</summary>
    private static byte A(short sample)
    {
        var magnitude = sample < 0 ? -sample - 1 : sample;
        var segment = 0;
        while (segment < 7 && magnitude >= 256 << segment)
            segment++;
        var step = segment == 0 ? magnitude >> 4 : (magnitude >> (segment + 3)) & 15;
        return (byte)(((sample < 0 ? 0 : 0x80) | segment << 4 | step) ^ 0x55);
    }

    private static short FromMu(byte code)
    {
        if (code == 0x7F) return -1; // the negative zero, kept apart so that it survives
        var plain = (byte)~code;
        var magnitude = ((((plain & 15) << 3) + 132) << (plain >> 4 & 7)) - 132;
        return (short)(plain < 128 ? magnitude : -magnitude);
    }

    private static short FromA(byte code)
    {
        var plain = code ^ 0x55;
        var segment = plain >> 4 & 7;
        var magnitude = segment == 0 ? ((plain & 15) << 4) + 8 : (((plain & 15) << 4) + 264) << (segment - 1);
        return (short)(plain < 128 ? -magnitude : magnitude);
    }
}
