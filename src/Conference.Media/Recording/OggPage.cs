using System.Buffers.Binary;

namespace Conference.Media.Recording;

/// <summary>What a page of Ogg says of itself (RFC 3533 §6).</summary>
[Flags]
internal enum OggFlags : byte
{
    None = 0,

    /// <summary>Beginning of the stream.</summary>
    First = 2,

    /// <summary>End of the stream.</summary>
    Last = 4,
}

/// <summary>One page being filled with whole packets (RFC 3533 §6); a page holds 255 pieces of up to 255 bytes.</summary>
internal sealed class OggPage(uint serial)
{
    private const int FixedHeader = 27;
    private const int MostPieces = 255;
    private const int PieceBytes = 255;

    private static readonly uint[] s_crc = [.. Enumerable.Range(0, 256).Select(i => CrcOf((uint)i << 24))];

    private readonly byte[] _pieces = new byte[MostPieces];
    private readonly byte[] _body = new byte[MostPieces * PieceBytes];
    private readonly byte[] _page = new byte[FixedHeader + MostPieces + MostPieces * PieceBytes];
    private int _count;
    private int _length;
    private uint _sequence;

    public bool IsEmpty => _count == 0;

    /// <summary>Puts a packet in.</summary>
    /// <returns><see langword="false"/> when it does not fit any more.</returns>
    public bool TryAdd(ReadOnlySpan<byte> packet)
    {
        var pieces = packet.Length / PieceBytes + 1; // the last is shorter than 255, if need be empty
        if (_count + pieces > MostPieces) return false;
        for (var i = 0; i < pieces; i++)
            _pieces[_count++] = (byte)(i < pieces - 1 ? PieceBytes : packet.Length % PieceBytes);
        packet.CopyTo(_body.AsSpan(_length));
        _length += packet.Length;
        return true;
    }

    /// <summary>Closes the page and begins the next.</summary>
    /// <param name="granule">Samples up to the end of its last packet.</param>
    /// <returns>The bytes of the page; valid until the next is closed.</returns>
    public ReadOnlySpan<byte> Close(long granule, OggFlags flags = OggFlags.None)
    {
        var page = _page.AsSpan(0, FixedHeader + _count + _length);
        "OggS"u8.CopyTo(page);
        page[4] = 0; // version
        page[5] = (byte)flags;
        BinaryPrimitives.WriteInt64LittleEndian(page[6..], granule);
        BinaryPrimitives.WriteUInt32LittleEndian(page[14..], serial);
        BinaryPrimitives.WriteUInt32LittleEndian(page[18..], _sequence++);
        BinaryPrimitives.WriteUInt32LittleEndian(page[22..], 0);
        page[26] = (byte)_count;
        _pieces.AsSpan(0, _count).CopyTo(page[FixedHeader..]);
        _body.AsSpan(0, _length).CopyTo(page[(FixedHeader + _count)..]);
        BinaryPrimitives.WriteUInt32LittleEndian(page[22..], Crc(page));
        (_count, _length) = (0, 0);
        return page;
    }

    /// <summary>CRC-32 with polynomial 0x04C11DB7, neither reflected nor inverted.</summary>
    internal static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0u;
        foreach (var value in bytes)
            crc = (crc << 8) ^ s_crc[(crc >> 24) ^ value];
        return crc;
    }

    private static uint CrcOf(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
            value = (value & 0x80000000) != 0 ? (value << 1) ^ 0x04C11DB7 : value << 1;
        return value;
    }
}
