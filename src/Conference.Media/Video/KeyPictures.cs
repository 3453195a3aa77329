using Conference.Media.Codecs;

namespace Conference.Media.Video;

/// <summary>Packets with which a decoder can begin, because a picture starts there that builds on no other.</summary>
internal static class KeyPictures
{
    private const int StapA = 24;
    private const int FuA = 28;

    /// <summary>Whether a picture that builds on no other begins in this payload. Never throws: what is too short begins nothing.</summary>
    public static bool BeginsIn(VideoCodec codec, ReadOnlySpan<byte> payload) => codec switch
    {
        VideoCodec.Vp8 => Vp8Descriptor.TryRead(payload, out var vp8) && vp8.IsFrameStart && (payload[vp8.Length] & 1) == 0,
        VideoCodec.H264 => InH264(payload),
        VideoCodec.H263Plus => InH263Plus(payload),
        VideoCodec.H263 => InH263(payload),
        VideoCodec.H261 => payload.Length > 4 && (payload[0] & 0x02) != 0 && (payload[1] & 0xF0) == 0, // the I flag, and group 0: a picture header (RFC 4587 §4.1)
        _ => false,
    };

    /// <summary>A parameter set or an IDR slice, alone, among others, or the first piece of one (RFC 6184 §5.2).</summary>
    private static bool InH264(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 2) return false;
        var type = payload[0] & 0x1F;
        if (type == FuA) return (payload[1] & 0x80) != 0 && IsKeyUnit(payload[1] & 0x1F);
        if (type != StapA) return IsKeyUnit(type);
        for (var rest = payload[1..]; rest.Length > 2;)
        {
            if (IsKeyUnit(rest[2] & 0x1F)) return true;
            var length = 2 + (rest[0] << 8 | rest[1]);
            if (length >= rest.Length) return false;
            rest = rest[length..];
        }

        return false;
    }

    private static bool IsKeyUnit(int type) => type is 5 or 7;

    /// <summary>The P bit stands for the two zero bytes of the start code (RFC 4629 §5.1); then the coding type of H.263 §5.1.3 or §5.1.4.</summary>
    private static bool InH263Plus(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < 2 || (payload[0] & 0x04) == 0) return false;
        var extra = (payload[0] & 0x02) != 0 ? 1 : 0; // VRC
        var picture = (payload[0] & 0x01) << 5 | payload[1] >> 3; // PLEN
        return IsIntra(payload[Math.Min(2 + extra + picture, payload.Length)..], hasZeros: false);
    }

    /// <summary>Mode A with its I bit clear, and a picture start code behind the header (RFC 2190 §5.1).</summary>
    private static bool InH263(ReadOnlySpan<byte> payload) =>
        payload.Length > 8 && (payload[0] & 0x80) == 0 && (payload[1] & 0x10) == 0 && IsIntra(payload[4..], hasZeros: true);

    private static bool IsIntra(ReadOnlySpan<byte> picture, bool hasZeros)
    {
        if (hasZeros)
        {
            if (picture.Length < 2 || picture[0] != 0 || picture[1] != 0) return false;
            picture = picture[2..];
        }

        if (picture.Length < 6 || (picture[0] & 0xFC) != 0x80) return false;
        var format = Bits(picture, 19, 3);
        if (format != 7) return Bits(picture, 22, 1) == 0;
        return Bits(picture, 22, 3) == 1 ? Bits(picture, 43, 3) == 0 : Bits(picture, 25, 3) == 0; // PLUSPTYPE with or without its optional part
    }

    private static int Bits(ReadOnlySpan<byte> from, int at, int count)
    {
        var value = 0;
        for (var i = at; i < at + count; i++)
            value = value << 1 | (from[i / 8] >> (7 - i % 8) & 1);
        return value;
    }
}
