using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Conference.Media.Rtp;

/// <summary>An address and a port as a value: comparing and storing one allocates nothing.</summary>
/// <param name="Address">IPv6, or IPv4 mapped into IPv6 (RFC 4291 §2.5.5.2), most significant byte first.</param>
/// <param name="Port">UDP port.</param>
public readonly record struct Peer(UInt128 Address, ushort Port)
{
    private const ulong MappedPrefix = 0xFFFF_0000_0000;

    /// <summary>Nobody yet.</summary>
    public static Peer None => default;

    public bool IsNone => Port == 0;

    /// <summary>Whether the address is an IPv4 one.</summary>
    public bool IsV4 => (ulong)(Address >> 64) == 0 && ((ulong)Address & 0xFFFF_FFFF_0000_0000) == MappedPrefix;

    public static Peer FromV4(uint address, ushort port) => new(MappedPrefix | address, port);

    public static Peer From(IPAddress address, int port)
    {
        Span<byte> bytes = stackalloc byte[16];
        var mapped = address.AddressFamily == AddressFamily.InterNetwork ? address.MapToIPv6() : address;
        mapped.TryWriteBytes(bytes, out _);
        return new Peer(BinaryPrimitives.ReadUInt128BigEndian(bytes), (ushort)port);
    }

    public Peer WithPort(int port) => this with { Port = (ushort)port };

    public IPEndPoint ToEndPoint()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        return new IPEndPoint(IsV4 ? new IPAddress(bytes[12..]) : new IPAddress(bytes), Port);
    }
}
