using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Conference.Media.Security;

/// <summary>Counter mode over .NET's block cipher: one call for all blocks of a packet.</summary>
internal sealed class AesCounterPortable : AesCounter
{
    private const int BlocksAtOnce = 96; // the longest packet of an Ethernet

    private readonly byte[] _counters = new byte[BlocksAtOnce * Block];
    private readonly byte[] _stream = new byte[BlocksAtOnce * Block];
    private readonly ICryptoTransform _cipher;

    public AesCounterPortable(ReadOnlySpan<byte> key)
    {
        using var aes = Aes.Create();
        (aes.Mode, aes.Padding, aes.Key) = (CipherMode.ECB, PaddingMode.None, key.ToArray());
        _cipher = aes.CreateEncryptor();
    }

    public override void Apply(ReadOnlySpan<byte> start, Span<byte> data)
    {
        var next = BinaryPrimitives.ReadUInt16BigEndian(start[14..]);
        while (data.Length > 0)
        {
            var blocks = Math.Min(BlocksAtOnce, (data.Length + Block - 1) / Block);
            for (var i = 0; i < blocks; i++)
            {
                start[..14].CopyTo(_counters.AsSpan(i * Block));
                BinaryPrimitives.WriteUInt16BigEndian(_counters.AsSpan(i * Block + 14), next++);
            }

            _cipher.TransformBlock(_counters, 0, blocks * Block, _stream, 0);
            var part = data[..Math.Min(data.Length, blocks * Block)];
            Add(_stream, part);
            data = data[part.Length..];
        }
    }

    public override void Dispose() => _cipher.Dispose();

    private static void Add(ReadOnlySpan<byte> stream, Span<byte> data)
    {
        var from = MemoryMarshal.Cast<byte, ulong>(stream);
        var to = MemoryMarshal.Cast<byte, ulong>(data);
        for (var i = 0; i < to.Length; i++)
            to[i] ^= from[i];
        for (var i = 8 * to.Length; i < data.Length; i++)
            data[i] ^= stream[i];
    }
}
