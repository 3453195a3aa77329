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

    [DllImport(Library.Spandsp)]
    private static extern nint g722_encode_init(nint state, int rate, int options);

    [DllImport(Library.Spandsp)]
    private static extern int g722_encode(nint state, byte[] codes, short[] pcm, int length);

    [DllImport(Library.Spandsp)]
    private static extern nint g722_decode_init(nint state, int rate, int options);

    [DllImport(Library.Spandsp)]
    private static extern int g722_decode(nint state, short[] pcm, byte[] codes, int length);
}
