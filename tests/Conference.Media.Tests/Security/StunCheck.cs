using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Conference.Media.Security;

namespace Conference.Media.Tests.Security;

/// <summary>A connectivity check as a browser writes it.</summary>
internal sealed class StunCheck
{
    private readonly List<byte> _bytes = [0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    /// <summary>A complete one.</summary>
    public static byte[] Of(IceCredentials ours, IceCredentials theirs, bool uses = false) =>
        Begin(ours, theirs, uses).Seal(ours.Password);

    public static StunCheck Begin(IceCredentials ours, IceCredentials theirs, bool uses = false)
    {
        var check = new StunCheck().Add(0x0006, Encoding.ASCII.GetBytes($"{ours.Fragment}:{theirs.Fragment}")).Add(0x0024, [110, 0, 1, 255]).Add(0x802A, new byte[8]);
        return uses ? check.Add(0x0025, []) : check;
    }

    public StunCheck OfType(ushort type)
    {
        (_bytes[0], _bytes[1]) = ((byte)(type >> 8), (byte)type);
        return this;
    }

    public StunCheck Add(ushort attribute, byte[] value)
    {
        _bytes.AddRange([(byte)(attribute >> 8), (byte)attribute, (byte)(value.Length >> 8), (byte)value.Length, .. value]);
        while (_bytes.Count % 4 != 0)
            _bytes.Add(0);
        return this;
    }

    public byte[] Seal(string password)
    {
        Add(0x0008, HMACSHA1.HashData(Encoding.ASCII.GetBytes(password), WithLength(24)));
        return Finish();
    }

    /// <summary>With a fingerprint, but nothing that proves anything.</summary>
    public byte[] Finish()
    {
        var sum = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(sum, Crc32.Of(WithLength(8)) ^ 0x5354554E);
        Add(0x8028, sum);
        return WithLength(0);
    }

    private byte[] WithLength(int more)
    {
        var bytes = _bytes.ToArray();
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)(bytes.Length - 20 + more));
        return bytes;
    }
}
