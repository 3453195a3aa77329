using System.Runtime.Intrinsics;

namespace Conference.Media.Codecs;

/// <summary>The two companding laws of G.711.</summary>
public enum Law
{
    /// <summary>PCMU, North America and Japan.</summary>
    Mu,

    /// <summary>PCMA, the rest of the world.</summary>
    A,
}

/// <summary>G.711: 8 bits a sample, 8 000 samples a second (ITU-T G.711).</summary>
/// <remarks>
/// Eight samples at a time without tables: a float's exponent and the top four bits of its mantissa <em>are</em> segment and step.
/// The negative zero of the u-law (0x7F) is read as -1 and not as 0, so that every code word survives decoding and encoding:
/// one talker alone passes the bridge bit by bit.
/// </remarks>
public static class G711
{
    /// <summary>Samples per second.</summary>
    public const int Rate = 8000;

    private const int MuBias = 132;
    private const int MuClip = 32635;
    private const int FirstExponent = 134 << 4; // segment 0 begins at 2^7 = 128, whose biased exponent is 134
    private const int HalfStep = 1 << 18; // half of the lowest of the four mantissa bits kept

    /// <summary>Payload to samples; <paramref name="pcm"/> is at least as long as <paramref name="codes"/>.</summary>
    public static void Decode(Law law, ReadOnlySpan<byte> codes, Span<short> pcm)
    {
        var i = 0;
        for (; i + 16 <= codes.Length; i += 16)
        {
            var wide = Vector256.WidenLower(Vector128.Create(codes.Slice(i, 16)).ToVector256());
            var (low, high) = Vector256.Widen(wide);
            var first = law == Law.Mu ? FromMu(low.AsInt32()) : FromA(low.AsInt32());
            var second = law == Law.Mu ? FromMu(high.AsInt32()) : FromA(high.AsInt32());
            Vector256.Narrow(first, second).CopyTo(pcm[i..]);
        }

        for (; i < codes.Length; i++)
            pcm[i] = Decode(law, codes[i]);
    }

    /// <summary>Samples to payload; <paramref name="codes"/> is at least as long as <paramref name="pcm"/>.</summary>
    public static void Encode(Law law, ReadOnlySpan<short> pcm, Span<byte> codes)
    {
        var i = 0;
        for (; i + 16 <= pcm.Length; i += 16)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(pcm.Slice(i, 16)));
            var first = law == Law.Mu ? ToMu(low) : ToA(low);
            var second = law == Law.Mu ? ToMu(high) : ToA(high);
            var words = Vector256.Narrow(first, second).AsUInt16();
            Vector128.Narrow(words.GetLower(), words.GetUpper()).CopyTo(codes[i..]);
        }

        for (; i < pcm.Length; i++)
            codes[i] = Encode(law, pcm[i]);
    }

    /// <summary>One code word to one sample.</summary>
    public static short Decode(Law law, byte code) =>
        (short)(law == Law.Mu ? FromMu(Vector256.Create((int)code)) : FromA(Vector256.Create((int)code)))[0];

    /// <summary>One sample to one code word.</summary>
    public static byte Encode(Law law, short sample) =>
        (byte)(law == Law.Mu ? ToMu(Vector256.Create((int)sample)) : ToA(Vector256.Create((int)sample)))[0];

    /// <summary>The code word of silence, for padding.</summary>
    public static byte Silence(Law law) => law == Law.Mu ? (byte)0xFF : (byte)0xD5;

    private static Vector256<int> ToMu(Vector256<int> x)
    {
        var magnitude = Vector256.Min(Vector256.Abs(x), Vector256.Create(MuClip)) + Vector256.Create(MuBias);
        var code = SegmentAndStep(magnitude);
        return (code | ((x >> 31) & Vector256.Create(0x80))) ^ Vector256.Create(0xFF);
    }

    private static Vector256<int> ToA(Vector256<int> x)
    {
        var sign = x >> 31;
        var magnitude = x ^ sign; // ones' complement: -1 lies in the cell beside 0
        var linear = Vector256.LessThan(magnitude, Vector256.Create(256)); // segments 0 and 1 share one step size
        var code = Vector256.ConditionalSelect(linear, magnitude >>> 4, SegmentAndStep(magnitude));
        return code ^ Vector256.Create(0xD5) ^ (sign & Vector256.Create(0x80));
    }

    private static Vector256<int> FromMu(Vector256<int> code)
    {
        var plain = code ^ Vector256.Create(0xFF);
        var magnitude = Middle(plain & Vector256.Create(0x7F)) - Vector256.Create(MuBias);
        var sign = (plain << 24) >> 31;
        var negativeZero = Vector256.Equals(code, Vector256.Create(0x7F)) & Vector256<int>.One;
        return ((magnitude ^ sign) - sign) - negativeZero;
    }

    private static Vector256<int> FromA(Vector256<int> code)
    {
        var plain = code ^ Vector256.Create(0xD5);
        var segmentAndStep = plain & Vector256.Create(0x7F);
        var linear = Vector256.LessThan(segmentAndStep, Vector256.Create(16));
        var magnitude = Vector256.ConditionalSelect(linear, (segmentAndStep << 4) + Vector256.Create(8), Middle(segmentAndStep));
        var sign = (plain << 24) >> 31;
        return (magnitude ^ sign) - sign;
    }

    private static Vector256<int> SegmentAndStep(Vector256<int> magnitude) =>
        (Vector256.ConvertToSingle(magnitude).AsInt32() >>> 19) - Vector256.Create(FirstExponent);

    private static Vector256<int> Middle(Vector256<int> segmentAndStep) =>
        Vector256.ConvertToInt32(((segmentAndStep << 19) + Vector256.Create((FirstExponent << 19) + HalfStep)).AsSingle());
}
