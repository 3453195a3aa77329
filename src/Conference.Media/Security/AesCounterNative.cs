using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Aes = System.Runtime.Intrinsics.X86.Aes;

namespace Conference.Media.Security;

/// <summary>Counter mode by the AES instructions of x86: four blocks on their way at once.</summary>
internal sealed class AesCounterNative : AesCounter
{
    private readonly Vector128<byte>[] _rounds;

    public AesCounterNative(ReadOnlySpan<byte> key) => _rounds = Expand(key);

    public static bool IsSupported => Aes.IsSupported && BitConverter.IsLittleEndian;

    public override void Apply(ReadOnlySpan<byte> start, Span<byte> data)
    {
        var counter = Vector128.Create(start);
        var next = BinaryPrimitives.ReadUInt16BigEndian(start[14..]);
        ref var at = ref MemoryMarshal.GetReference(data);
        var i = 0;
        for (; i <= data.Length - 4 * Block; i += 4 * Block, next += 4)
        {
            var (a, b, c, d) = Encrypt(Count(counter, next), Count(counter, (ushort)(next + 1)), Count(counter, (ushort)(next + 2)), Count(counter, (ushort)(next + 3)));
            Add(ref at, i, a);
            Add(ref at, i + Block, b);
            Add(ref at, i + 2 * Block, c);
            Add(ref at, i + 3 * Block, d);
        }

        for (; i <= data.Length - Block; i += Block)
            Add(ref at, i, Encrypt(Count(counter, next++)));
        if (i == data.Length) return;
        var last = Encrypt(Count(counter, next));
        for (var k = 0; i < data.Length; i++, k++)
            data[i] ^= last[k];
    }

    public override void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_rounds.AsSpan()));

    private static void Add(ref byte data, int at, Vector128<byte> stream) => (Vector128.LoadUnsafe(ref data, (nuint)at) ^ stream).StoreUnsafe(ref data, (nuint)at);

    private static Vector128<byte> Count(Vector128<byte> counter, ushort value) =>
        counter.AsUInt16().WithElement(7, BinaryPrimitives.ReverseEndianness(value)).AsByte();

    private Vector128<byte> Encrypt(Vector128<byte> block)
    {
        var rounds = _rounds;
        block ^= rounds[0];
        for (var i = 1; i < rounds.Length - 1; i++)
            block = Aes.Encrypt(block, rounds[i]);
        return Aes.EncryptLast(block, rounds[^1]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (Vector128<byte> A, Vector128<byte> B, Vector128<byte> C, Vector128<byte> D) Encrypt(Vector128<byte> a, Vector128<byte> b, Vector128<byte> c, Vector128<byte> d)
    {
        var rounds = _rounds;
        var key = rounds[0];
        (a, b, c, d) = (a ^ key, b ^ key, c ^ key, d ^ key);
        for (var i = 1; i < rounds.Length - 1; i++)
        {
            key = rounds[i];
            a = Aes.Encrypt(a, key);
            b = Aes.Encrypt(b, key);
            c = Aes.Encrypt(c, key);
            d = Aes.Encrypt(d, key);
        }

        key = rounds[^1];
        return (Aes.EncryptLast(a, key), Aes.EncryptLast(b, key), Aes.EncryptLast(c, key), Aes.EncryptLast(d, key));
    }

    /// <summary>The round keys (FIPS 197 §5.2), word by word.</summary>
    private static Vector128<byte>[] Expand(ReadOnlySpan<byte> key)
    {
        var (own, rounds) = (key.Length / 4, new Vector128<byte>[key.Length / 4 + 7]);
        var words = MemoryMarshal.Cast<Vector128<byte>, uint>(rounds.AsSpan());
        MemoryMarshal.Cast<byte, uint>(key).CopyTo(words);
        var constant = 1u;
        for (var i = own; i < words.Length; i++)
        {
            var word = words[i - 1];
            if (i % own == 0)
            {
                word = BitOperations.RotateRight(Substitute(word), 8) ^ constant;
                constant = (constant << 1) ^ (constant >= 0x80 ? 0x11Bu : 0);
            }
            else if (own > 6 && i % own == 4)
            {
                word = Substitute(word);
            }

            words[i] = words[i - own] ^ word;
        }

        return rounds;
    }

    private static uint Substitute(uint word) => Aes.KeygenAssist(Vector128.Create(word).AsByte(), 0).AsUInt32().ToScalar();
}
