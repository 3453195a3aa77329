using Conference.Media.Codecs;

namespace Conference.Media.Rtp;

/// <summary>One packet on the shelf.</summary>
/// <param name="Sequence">Extended sequence number.</param>
/// <param name="Timestamp">RTP timestamp, extended.</param>
/// <param name="Ticks">How long it sounds, in ticks of the RTP clock.</param>
/// <param name="Length">Bytes of its payload.</param>
/// <param name="Decoder">Who can read it.</param>
/// <param name="Level">Its level in dBov as far as that is known without decoding; NaN when it is not.</param>
/// <param name="IsWaiting">Whether it has yet to be played.</param>
internal readonly record struct ShelvedPacket(
    long Sequence, long Timestamp, int Ticks, int Length, IVoiceDecoder Decoder, float Level, bool IsWaiting);

/// <summary>The packets of a stream by sequence number: those that wait, and for a while those that were played.</summary>
internal sealed class PacketShelf
{
    public const int Places = 32;

    private readonly ShelvedPacket[] _packets = new ShelvedPacket[Places];
    private byte[] _payloads = [];

    /// <summary>The longest payload taken, in bytes.</summary>
    public int LongestPayload { get; private set; }

    public ref ShelvedPacket this[int place] => ref _packets[place];

    /// <summary>Makes room for payloads of another length; what was on the shelf is gone.</summary>
    public void Resize(int longestPayload)
    {
        if (longestPayload <= LongestPayload) return;
        LongestPayload = longestPayload;
        _payloads = new byte[Places * longestPayload];
        Clear();
    }

    public void Clear() => Array.Clear(_packets);

    /// <summary>Where a packet with this number is or would be.</summary>
    public static int PlaceOf(long sequence) => (int)(sequence % Places);

    /// <summary>Whether the packet came already, played or not.</summary>
    public bool Holds(long sequence) => _packets[PlaceOf(sequence)].Sequence == sequence;

    public ReadOnlySpan<byte> PayloadAt(int place) => _payloads.AsSpan(place * LongestPayload, _packets[place].Length);

    public void Put(in ShelvedPacket packet, ReadOnlySpan<byte> payload)
    {
        var place = PlaceOf(packet.Sequence);
        payload.CopyTo(_payloads.AsSpan(place * LongestPayload));
        _packets[place] = packet;
    }

    /// <summary>Keeps the payload, though its time is over.</summary>
    public void Played(int place) => _packets[place] = _packets[place] with { IsWaiting = false };

    /// <summary>The waiting packet whose audio comes first among those not over before <paramref name="timestamp"/>; -1 for none. Drops what is over.</summary>
    public int Earliest(long timestamp)
    {
        var found = -1;
        for (var i = 0; i < Places; i++)
        {
            ref var packet = ref _packets[i];
            if (!packet.IsWaiting) continue;
            if (packet.Timestamp + packet.Ticks <= timestamp)
                packet = packet with { IsWaiting = false };
            else if (found < 0 || packet.Timestamp < _packets[found].Timestamp)
                found = i;
        }

        return found;
    }
}
