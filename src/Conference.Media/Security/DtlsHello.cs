using System.Buffers.Binary;

namespace Conference.Media.Security;

/// <summary>The beginning of a ClientHello, read in place (RFC 6347 §4.2, RFC 5246 §7.4.1.2).</summary>
internal static class DtlsHello
{
    private const byte HandshakeRecord = 22;
    private const byte ClientHello = 1;
    private const int Session = 13 + 12 + 2 + 32; // record, message, version, random

    /// <summary>The cookie that the client brings back; empty when it has none yet, or when this is no beginning of a hello.</summary>
    public static ReadOnlySpan<byte> CookieOf(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length <= Session || datagram[0] != HandshakeRecord || datagram[13] != ClientHello) return [];
        if (BinaryPrimitives.ReadUInt32BigEndian(datagram[19..]) >> 8 != 0) return []; // a later fragment
        var at = Session + 1 + datagram[Session];
        if (datagram.Length <= at || datagram.Length < at + 1 + datagram[at]) return [];
        return datagram.Slice(at + 1, datagram[at]);
    }
}
