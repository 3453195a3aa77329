using System.Buffers.Binary;
using System.Numerics;

namespace Conference.Sip.Digests;

/// <summary>SHA-512/256 (FIPS 180-4 §5.3.6.2, §6.4, §6.7), which the class library does not have: SHA-512 from other beginnings, cut to 256 bits.</summary>
public static class Sha512Of256
{
    private static readonly ulong[] Constants = Roots(80, isCube: true);
    private static readonly ulong[] Beginnings = Start(); // made with the constants

    public static byte[] HashData(ReadOnlySpan<byte> data) => Hash(data, Beginnings)[..32];

    /// <summary>The beginnings are the SHA-512 of the name, itself begun from SHA-512's own beginnings with every octet turned by A5 (§5.3.6).</summary>
    private static ulong[] Start()
    {
        var turned = Array.ConvertAll(Roots(8, isCube: false), word => word ^ 0xA5A5A5A5A5A5A5A5);
        var hash = Hash("SHA-512/256"u8, turned);
        return [.. Enumerable.Range(0, 8).Select(i => BinaryPrimitives.ReadUInt64BigEndian(hash.AsSpan(8 * i)))];
    }

    private static byte[] Hash(ReadOnlySpan<byte> data, ulong[] beginnings)
    {
        var padded = new byte[(data.Length + 17 + 127) / 128 * 128];
        data.CopyTo(padded);
        padded[data.Length] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(padded.AsSpan(padded.Length - 8), (ulong)data.Length * 8);
        ulong[] state = [.. beginnings];
        for (var block = 0; block < padded.Length; block += 128) Compress(state, padded.AsSpan(block, 128));
        var hash = new byte[64];
        for (var i = 0; i < 8; i++) BinaryPrimitives.WriteUInt64BigEndian(hash.AsSpan(8 * i), state[i]);
        return hash;
    }

    private static void Compress(ulong[] state, ReadOnlySpan<byte> block)
    {
        Span<ulong> w = stackalloc ulong[80];
        for (var i = 0; i < 16; i++) w[i] = BinaryPrimitives.ReadUInt64BigEndian(block[(8 * i)..]);
        for (var i = 16; i < 80; i++)
        {
            var s0 = BitOperations.RotateRight(w[i - 15], 1) ^ BitOperations.RotateRight(w[i - 15], 8) ^ w[i - 15] >> 7;
            var s1 = BitOperations.RotateRight(w[i - 2], 19) ^ BitOperations.RotateRight(w[i - 2], 61) ^ w[i - 2] >> 6;
            w[i] = w[i - 16] + s0 + w[i - 7] + s1;
        }

        var (a, b, c, d, e, f, g, h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]);
        for (var i = 0; i < 80; i++)
        {
            var s1 = BitOperations.RotateRight(e, 14) ^ BitOperations.RotateRight(e, 18) ^ BitOperations.RotateRight(e, 41);
            var t1 = h + s1 + (e & f ^ ~e & g) + Constants[i] + w[i];
            var s0 = BitOperations.RotateRight(a, 28) ^ BitOperations.RotateRight(a, 34) ^ BitOperations.RotateRight(a, 39);
            var t2 = s0 + (a & b ^ a & c ^ b & c);
            (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);
        }

        (state[0], state[1], state[2], state[3]) = (state[0] + a, state[1] + b, state[2] + c, state[3] + d);
        (state[4], state[5], state[6], state[7]) = (state[4] + e, state[5] + f, state[6] + g, state[7] + h);
    }

    /// <summary>The first 64 fractional bits of the square or cube roots of the first primes (§4.2.3, §5.3.5), computed rather than copied.</summary>
    private static ulong[] Roots(int count, bool isCube)
    {
        var roots = new List<ulong>();
        for (var n = 2; roots.Count < count; n++)
        {
            if (Enumerable.Range(2, n - 2).Any(d => n % d == 0)) continue;
            roots.Add(isCube ? Fraction(n, 3) : Fraction(n, 2));
        }

        return [.. roots];
    }

    /// <summary>The largest x with x^power &lt;= n * 2^(64 * power), found bit by bit; its lower 64 bits are the fraction.</summary>
    private static ulong Fraction(int n, int power)
    {
        var target = (BigInteger)n << (64 * power);
        var root = BigInteger.Zero;
        for (var bit = 69; bit >= 0; bit--)
        {
            var next = root | BigInteger.One << bit;
            if (BigInteger.Pow(next, power) <= target) root = next;
        }

        return (ulong)(root & ulong.MaxValue);
    }
}
