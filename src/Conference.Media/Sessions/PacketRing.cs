using System.Runtime.InteropServices;
using Conference.Media.Rtp;

namespace Conference.Media.Sessions;

/// <summary>Datagrams on their way from the thread that receives them to the worker that has the leg: one writer, one reader, no lock, nothing allocated.</summary>
/// <remarks>Records lie one behind the other in a ring of bytes; one that does not fit before its end begins anew at its start.</remarks>
internal sealed class PacketRing
{
    private const int Capacity = 16 * 1024; // more than a second of any voice
    private const int Skipped = -1;
    private static readonly int s_head = Marshal.SizeOf<Head>();

    private readonly byte[] _bytes = new byte[Capacity];
    private long _written;
    private long _read;

    /// <summary>Puts a datagram in, unless there is no room: then it is lost, as the network may.</summary>
    public bool TryAdd(ReadOnlySpan<byte> datagram, Peer from, long stamp)
    {
        var needed = Padded(s_head + datagram.Length);
        var at = (int)(_written % Capacity);
        var skip = at + needed > Capacity ? Capacity - at : 0;
        if (_written + skip + needed - Volatile.Read(ref _read) > Capacity) return false;

        if (skip >= s_head) MemoryMarshal.Write(_bytes.AsSpan(at), new Head(Skipped, 0, 0, default));
        at = (int)((_written + skip) % Capacity);
        MemoryMarshal.Write(_bytes.AsSpan(at), new Head(datagram.Length, from.Port, stamp, from.Address));
        datagram.CopyTo(_bytes.AsSpan(at + s_head));
        Volatile.Write(ref _written, _written + skip + needed);
        return true;
    }

    /// <summary>Takes the oldest datagram.</summary>
    /// <returns>Its length, cut to the buffer's; -1 when there is none.</returns>
    public int Take(Span<byte> buffer, out Peer from, out long stamp)
    {
        (from, stamp) = (Peer.None, 0);
        if (Volatile.Read(ref _written) == _read) return -1;
        var at = (int)(_read % Capacity);
        var rest = Capacity - at;
        if (rest < s_head || MemoryMarshal.Read<Head>(_bytes.AsSpan(at)).Length == Skipped)
        {
            Volatile.Write(ref _read, _read + rest);
            at = 0;
        }

        var head = MemoryMarshal.Read<Head>(_bytes.AsSpan(at));
        var length = Math.Min(head.Length, buffer.Length);
        _bytes.AsSpan(at + s_head, length).CopyTo(buffer);
        (from, stamp) = (new Peer(head.Address, head.Port), head.Stamp);
        Volatile.Write(ref _read, _read + Padded(s_head + head.Length));
        return length;
    }

    private static int Padded(int bytes) => (bytes + 15) & ~15;

    private readonly record struct Head(int Length, ushort Port, long Stamp, UInt128 Address);
}
