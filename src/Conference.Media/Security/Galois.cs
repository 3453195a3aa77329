using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Conference.Media.Security;

/// <summary>GHASH, the authenticator of GCM (NIST SP 800-38D §6.4), by the carry-less multiplication of x86.</summary>
/// <remarks>Four blocks share one reduction: (((s+a)H+b)H+c)H+d)H is (s+a)H⁴ + bH³ + cH² + dH.</remarks>
internal readonly struct Galois
{
    private const int Block = 16;

    private static readonly Vector128<byte> s_backwards = Vector128.Create((byte)15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);

    private readonly Vector128<ulong> _h1;
    private readonly Vector128<ulong> _h2;
    private readonly Vector128<ulong> _h3;
    private readonly Vector128<ulong> _h4;

    /// <param name="key">The hash key: a block of zeros, encrypted.</param>
    public Galois(ReadOnlySpan<byte> key)
    {
        _h1 = Load(ref MemoryMarshal.GetReference(key));
        _h2 = Multiply(_h1, _h1);
        _h3 = Multiply(_h2, _h1);
        _h4 = Multiply(_h3, _h1);
    }

    public static bool IsSupported => Pclmulqdq.IsSupported && Ssse3.IsSupported && AesCounterNative.IsSupported;

    /// <summary>The hash of what is only authenticated, of what is encrypted, and of both lengths.</summary>
    public void Compute(ReadOnlySpan<byte> clear, ReadOnlySpan<byte> encrypted, Span<byte> hash)
    {
        var sum = Absorb(Absorb(Vector128<ulong>.Zero, clear), encrypted);
        Span<byte> lengths = stackalloc byte[Block];
        BinaryPrimitives.WriteUInt64BigEndian(lengths, 8ul * (uint)clear.Length);
        BinaryPrimitives.WriteUInt64BigEndian(lengths[8..], 8ul * (uint)encrypted.Length);
        sum = Multiply(sum ^ Load(ref MemoryMarshal.GetReference(lengths)), _h1);
        Vector128.Shuffle(sum.AsByte(), s_backwards).CopyTo(hash);
    }

    private Vector128<ulong> Absorb(Vector128<ulong> sum, ReadOnlySpan<byte> data)
    {
        ref var at = ref MemoryMarshal.GetReference(data);
        var i = 0;
        for (; i <= data.Length - 4 * Block; i += 4 * Block)
        {
            var product = new Product(sum ^ Load(ref Unsafe.Add(ref at, i)), _h4);
            product.Add(new Product(Load(ref Unsafe.Add(ref at, i + Block)), _h3));
            product.Add(new Product(Load(ref Unsafe.Add(ref at, i + 2 * Block)), _h2));
            product.Add(new Product(Load(ref Unsafe.Add(ref at, i + 3 * Block)), _h1));
            sum = product.Reduce();
        }

        for (; i <= data.Length - Block; i += Block)
            sum = Multiply(sum ^ Load(ref Unsafe.Add(ref at, i)), _h1);
        if (i == data.Length) return sum;
        Span<byte> last = stackalloc byte[Block];
        last.Clear();
        data[i..].CopyTo(last);
        return Multiply(sum ^ Load(ref MemoryMarshal.GetReference(last)), _h1);
    }

    private static Vector128<ulong> Multiply(Vector128<ulong> a, Vector128<ulong> b) => new Product(a, b).Reduce();

    private static Vector128<ulong> Load(ref byte block) => Vector128.Shuffle(Vector128.LoadUnsafe(ref block), s_backwards).AsUInt64();

    /// <summary>256 bits of a product before reduction.</summary>
    private ref struct Product
    {
        private Vector128<ulong> _low;
        private Vector128<ulong> _middle;
        private Vector128<ulong> _high;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Product(Vector128<ulong> a, Vector128<ulong> b)
        {
            _low = Pclmulqdq.CarrylessMultiply(a, b, 0x00);
            _middle = Pclmulqdq.CarrylessMultiply(a, b, 0x01) ^ Pclmulqdq.CarrylessMultiply(a, b, 0x10);
            _high = Pclmulqdq.CarrylessMultiply(a, b, 0x11);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(in Product other) => (_low, _middle, _high) = (_low ^ other._low, _middle ^ other._middle, _high ^ other._high);

        /// <summary>Modulo x¹²⁸ + x⁷ + x² + x + 1, in GCM's reflected order of bits: first one bit to the left, then folded twice.</summary>
        public readonly Vector128<ulong> Reduce()
        {
            var low = _low ^ Sse2.ShiftLeftLogical128BitLane(_middle, 8);
            var high = _high ^ Sse2.ShiftRightLogical128BitLane(_middle, 8);

            var (carryLow, carryHigh) = (low >> 63, high >> 63);
            high = (high << 1) | Sse2.ShiftLeftLogical128BitLane(carryHigh, 8) | Sse2.ShiftRightLogical128BitLane(carryLow, 8);
            low = (low << 1) | Sse2.ShiftLeftLogical128BitLane(carryLow, 8);

            // the low half is multiplied by the inverse of x¹²⁸ and added to the high half
            var spill = (low << 63) ^ (low << 62) ^ (low << 57);
            var folded = low ^ Sse2.ShiftLeftLogical128BitLane(spill, 8);
            var shifted = (folded >> 1) ^ (folded >> 2) ^ (folded >> 7) ^ Sse2.ShiftRightLogical128BitLane(spill, 8);
            return high ^ folded ^ shifted;
        }
    }
}
