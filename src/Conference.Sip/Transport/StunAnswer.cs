using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Conference.Sip.Transport;

/// <summary>The one thing STUN is for on a SIP port: telling a phone the address its packets seem to come from, and keeping its NAT open (RFC 5626 §8, RFC 8489).</summary>
internal static class StunAnswer
{
    private const int HeaderBytes = 20;
    private const uint Cookie = 0x2112A442;
    private const ushort BindingRequest = 0x0001;
    private const ushort BindingSuccess = 0x0101;
    private const ushort XorMappedAddress = 0x0020;

    /// <summary>Answers a binding request.</summary>
    /// <param name="datagram">What came.</param>
    /// <param name="source">Where it came from.</param>
    /// <returns>The answer, or <see langword="null"/> when it is no binding request. Attributes are passed over; there is nothing to authenticate.</returns>
    public static byte[]? To(ReadOnlySpan<byte> datagram, IPEndPoint source)
    {
        if (datagram.Length < HeaderBytes || BinaryPrimitives.ReadUInt16BigEndian(datagram) != BindingRequest) return null;
        var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        if (length % 4 != 0 || length != datagram.Length - HeaderBytes || BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) != Cookie) return null;

        var isV6 = source.AddressFamily == AddressFamily.InterNetworkV6;
        var answer = new byte[HeaderBytes + 8 + (isV6 ? 16 : 4)];
        BinaryPrimitives.WriteUInt16BigEndian(answer, BindingSuccess);
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(2), (ushort)(answer.Length - HeaderBytes));
        datagram[4..HeaderBytes].CopyTo(answer.AsSpan(4)); // cookie and transaction
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(20), XorMappedAddress);
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(22), (ushort)(answer.Length - HeaderBytes - 4));
        answer[25] = (byte)(isV6 ? 2 : 1);
        BinaryPrimitives.WriteUInt16BigEndian(answer.AsSpan(26), (ushort)(source.Port ^ (Cookie >> 16)));
        source.Address.TryWriteBytes(answer.AsSpan(28), out var written);
        for (var i = 0; i < written; i++) answer[28 + i] ^= answer[4 + i]; // IPv6 goes on into the transaction id
        return answer;
    }
}
