using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Conference.Media.Security;

/// <summary>The state of SHA-1 between blocks (FIPS 180-4 §6.1).</summary>
internal struct Sha1State
{
    public uint A;
    public uint B;
    public uint C;
    public uint D;
    public uint E;

    public static Sha1State Initial => new() { A = 0x67452301, B = 0xEFCDAB89, C = 0x98BADCFE, D = 0x10325476, E = 0xC3D2E1F0 };
}

/// <summary>SHA-1 block by block, so that a keyed state can be kept and copied. OpenSSL does the rounds where it is there: five times as fast.</summary>
internal static unsafe class Sha1
{
    public const int Block = 64;
    public const int Digest = 20;

    private static readonly delegate* unmanaged[SuppressGCTransition]<Context*, byte*, nint, int> s_update =
        (delegate* unmanaged[SuppressGCTransition]<Context*, byte*, nint, int>)OpenSsl.Find("SHA1_Update");

    /// <summary>Whether OpenSSL does the work.</summary>
    public static bool IsNative => s_update != null;

    /// <summary>Takes whole blocks.</summary>
    public static void Absorb(ref Sha1State state, ReadOnlySpan<byte> blocks, bool native)
    {
        if (native) AbsorbNatively(ref state, blocks);
        else AbsorbHere(ref state, blocks);
    }

    public static void Write(in Sha1State state, Span<byte> digest)
    {
        BinaryPrimitives.WriteUInt32BigEndian(digest, state.A);
        BinaryPrimitives.WriteUInt32BigEndian(digest[4..], state.B);
        BinaryPrimitives.WriteUInt32BigEndian(digest[8..], state.C);
        BinaryPrimitives.WriteUInt32BigEndian(digest[12..], state.D);
        BinaryPrimitives.WriteUInt32BigEndian(digest[16..], state.E);
    }

    /// <remarks>The call is so short (a microsecond for the longest packet) that the collector may wait for it.</remarks>
    private static void AbsorbNatively(ref Sha1State state, ReadOnlySpan<byte> blocks)
    {
        Context context = default;
        context.State = state;
        fixed (byte* data = blocks)
            s_update(&context, data, blocks.Length);
        state = context.State;
    }

    [SkipLocalsInit]
    private static void AbsorbHere(ref Sha1State state, ReadOnlySpan<byte> blocks)
    {
        Span<uint> words = stackalloc uint[80];
        for (; blocks.Length >= Block; blocks = blocks[Block..])
        {
            for (var i = 0; i < 16; i++)
                words[i] = BinaryPrimitives.ReadUInt32BigEndian(blocks[(4 * i)..]);
            for (var i = 16; i < 80; i++)
                words[i] = BitOperations.RotateLeft(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
            Compress(ref state, words);
        }
    }

    private static void Compress(ref Sha1State state, ReadOnlySpan<uint> words)
    {
        var (a, b, c, d, e) = (state.A, state.B, state.C, state.D, state.E);
        for (var i = 0; i < words.Length; i++)
        {
            var (f, k) = (i / 20) switch
            {
                0 => ((b & c) | (~b & d), 0x5A827999u),
                1 => (b ^ c ^ d, 0x6ED9EBA1u),
                2 => ((b & c) | (b & d) | (c & d), 0x8F1BBCDCu),
                _ => (b ^ c ^ d, 0xCA62C1D6u),
            };
            var next = BitOperations.RotateLeft(a, 5) + f + e + k + words[i];
            (e, d, c, b, a) = (d, c, BitOperations.RotateLeft(b, 30), a, next);
        }

        state = new Sha1State { A = state.A + a, B = state.B + b, C = state.C + c, D = state.D + d, E = state.E + e };
    }

    /// <summary>SHA_CTX of OpenSSL, the same since its beginning: state, length in bits, a partial block, bytes in it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Context
    {
        public Sha1State State;
        public ulong Bits;
        public fixed uint Partial[16];
        public uint Held;
    }
}
