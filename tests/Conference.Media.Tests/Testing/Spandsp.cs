using System.Runtime.InteropServices;

namespace Conference.Media.Tests.Testing;

/// <summary>Another implementation of the codecs, to be compared with bit by bit. Streams are begun with a null state and never freed: a test is short.</summary>
internal static class Spandsp
{
    public static byte[] EncodeG722(ReadOnlySpan<short> pcm)
    {
        var codes = new byte[pcm.Length / 2];
        g722_encode(g722_encode_init(0, 64000, 0), codes, pcm.ToArray(), pcm.Length);
        return codes;
    }

    public static short[] DecodeG722(byte[] codes)
    {
        var pcm = new short[2 * codes.Length];
        g722_decode(g722_decode_init(0, 64000, 0), pcm, codes, codes.Length);
        return pcm;
    }

    public static byte[] EncodeG726(int bits, bool isAal2, ReadOnlySpan<short> pcm)
    {
        var codes = new byte[pcm.Length];
        var length = g726_encode(g726_init(0, 8000 * bits, 0, isAal2 ? 1 : 2), codes, pcm.ToArray(), pcm.Length);
        return codes[..length];
    }

    public static short[] DecodeG726(int bits, bool isAal2, byte[] codes)
    {
        var pcm = new short[codes.Length * 8];
        var length = g726_decode(g726_init(0, 8000 * bits, 0, isAal2 ? 1 : 2), pcm, codes, codes.Length);
        return pcm[..length];
    }

    public static byte[] EncodeGsm(ReadOnlySpan<short> pcm)
    {
        var codes = new byte[pcm.Length / 160 * 33];
        gsm0610_encode(gsm0610_init(0, 2), codes, pcm.ToArray(), pcm.Length);
        return codes;
    }

    public static short[] DecodeGsm(byte[] codes)
    {
        var pcm = new short[codes.Length / 33 * 160];
        gsm0610_decode(gsm0610_init(0, 2), pcm, codes, codes.Length);
        return pcm;
    }

    [DllImport(Library.Spandsp)]
    private static extern nint g726_init(nint state, int rate, int coding, int packing);

    [DllImport(Library.Spandsp)]
    private static extern int g726_encode(nint state, byte[] codes, short[] pcm, int length);

    [DllImport(Library.Spandsp)]
    private static extern int g726_decode(nint state, short[] pcm, byte[] codes, int length);

    [DllImport(Library.Spandsp)]
    private static extern nint gsm0610_init(nint state, int packing);

    [DllImport(Library.Spandsp)]
    private static extern int gsm0610_encode(nint state, byte[] codes, short[] pcm, int length);

    [DllImport(Library.Spandsp)]
    private static extern int gsm0610_decode(nint state, short[] pcm, byte[] codes, int length);

    [DllImport(Library.Spandsp)]
    private static extern nint g722_encode_init(nint state, int rate, int options);

    [DllImport(Library.Spandsp)]
    private static extern int g722_encode(nint state, byte[] codes, short[] pcm, int length);

    [DllImport(Library.Spandsp)]
    private static extern nint g722_decode_init(nint state, int rate, int options);

    [DllImport(Library.Spandsp)]
    private static extern int g722_decode(nint state, short[] pcm, byte[] codes, int length);
}
