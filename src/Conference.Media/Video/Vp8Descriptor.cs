using System.Buffers.Binary;

namespace Conference.Media.Video;

/// <summary>What stands before the picture in a VP8 packet (RFC 7741 §4.2).</summary>
/// <param name="IsFrameStart">Whether the first partition of a frame begins here.</param>
/// <param name="PictureAt">Where the number of the picture stands; 0 for nowhere.</param>
/// <param name="IsLong">Whether that has 15 bits rather than 7.</param>
/// <param name="LayerAt">Where the number of the lowest layer stands (TL0PICIDX); 0 for nowhere.</param>
/// <param name="Length">Bytes before the picture.</param>
internal readonly record struct Vp8Descriptor(bool IsFrameStart, int PictureAt, bool IsLong, int LayerAt, int Length)
{
    /// <summary>Reads it; <see langword="false"/> for a payload that is too short.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out Vp8Descriptor read)
    {
        read = default;
        if (payload.IsEmpty) return false;
        var isStart = (payload[0] & 0x10) != 0 && (payload[0] & 0x07) == 0;
        var (at, picture, layer, isLong) = (1, 0, 0, false);
        if ((payload[0] & 0x80) != 0)
        {
            if (payload.Length < 2) return false;
            var has = payload[1];
            at = 2;
            if ((has & 0x80) != 0)
            {
                if (payload.Length <= at) return false;
                (picture, isLong) = (at, (payload[at] & 0x80) != 0);
                at += isLong ? 2 : 1;
            }

            if ((has & 0x40) != 0) layer = at++;
            if ((has & 0x30) != 0) at++;
        }

        if (payload.Length <= at) return false;
        read = new Vp8Descriptor(isStart, picture, isLong, layer, at);
        return true;
    }

    public int PictureOf(ReadOnlySpan<byte> payload) =>
        IsLong ? BinaryPrimitives.ReadUInt16BigEndian(payload[PictureAt..]) & 0x7FFF : payload[PictureAt] & 0x7F;

    public void Renumber(Span<byte> payload, int picture)
    {
        if (IsLong) BinaryPrimitives.WriteUInt16BigEndian(payload[PictureAt..], (ushort)(0x8000 | (picture & 0x7FFF)));
        else payload[PictureAt] = (byte)(picture & 0x7F);
    }
}
