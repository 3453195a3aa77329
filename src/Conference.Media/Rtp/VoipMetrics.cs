using System.Buffers.Binary;

namespace Conference.Media.Rtp;

/// <summary>How a call sounds at the other end, or at ours, as one block tells it (RFC 3611 §4.7).</summary>
/// <param name="Ssrc">The stream that is judged.</param>
/// <param name="Lost">Packets lost, in 1/256 of those expected.</param>
/// <param name="Discarded">Packets that came too late or too early, in 1/256 of those expected.</param>
/// <param name="Pattern">Whether losses came together.</param>
/// <param name="RoundTrip">Milliseconds to the peer and back; 0 while unknown.</param>
/// <param name="EndSystem">Milliseconds that the judge's own machine adds.</param>
/// <param name="Rating">R of the E-model, 0 to 100; <see cref="Unavailable"/> when nothing was judged.</param>
/// <param name="Listening">Mean opinion score of listening in tenths, 10 to 50; <see cref="Unavailable"/> when nothing was judged.</param>
/// <param name="Conversing">The same with the delay in it.</param>
/// <param name="Buffer">Milliseconds packets wait for late ones.</param>
/// <param name="MostBuffer">The most they could.</param>
public readonly record struct VoipMetrics(
    uint Ssrc, byte Lost, byte Discarded, LossPattern Pattern, ushort RoundTrip, ushort EndSystem, byte Rating, byte Listening, byte Conversing, ushort Buffer, ushort MostBuffer)
{
    /// <summary>Says that a value is not known.</summary>
    public const byte Unavailable = 127;

    /// <summary>Bytes of the block without its header.</summary>
    public const int Length = 32;

    private const byte Concealed = 0b1111_0000; // losses are covered by more than silence, and the buffer adapts

    /// <summary>The opinion of a conversation, 1 to 5, or <see langword="null"/> when nothing was judged or the value cannot be.</summary>
    public double? Opinion => Conversing is >= 10 and <= 50 ? Conversing / 10.0 : null;

    /// <summary>Percent of our packets that were missing when they were needed.</summary>
    public double MissingPercent => Math.Min(100, (Lost + Discarded) * 100 / 256.0);

    /// <summary>Reads the block; anything may be in it.</summary>
    /// <param name="block">Exactly <see cref="Length"/> bytes.</param>
    public static VoipMetrics Read(ReadOnlySpan<byte> block) => new(
        BinaryPrimitives.ReadUInt32BigEndian(block),
        block[4],
        block[5],
        new LossPattern(block[6], block[7], BinaryPrimitives.ReadUInt16BigEndian(block[8..]), BinaryPrimitives.ReadUInt16BigEndian(block[10..])),
        BinaryPrimitives.ReadUInt16BigEndian(block[12..]),
        BinaryPrimitives.ReadUInt16BigEndian(block[14..]),
        block[20],
        block[22],
        block[23],
        BinaryPrimitives.ReadUInt16BigEndian(block[26..]),
        BinaryPrimitives.ReadUInt16BigEndian(block[28..]));

    /// <summary>Writes the block. Levels and echo are not measured, and said to be unknown.</summary>
    /// <param name="block">At least <see cref="Length"/> bytes.</param>
    public void Write(Span<byte> block)
    {
        BinaryPrimitives.WriteUInt32BigEndian(block, Ssrc);
        (block[4], block[5], block[6], block[7]) = (Lost, Discarded, Pattern.BurstDensity, Pattern.GapDensity);
        BinaryPrimitives.WriteUInt16BigEndian(block[8..], Pattern.BurstMilliseconds);
        BinaryPrimitives.WriteUInt16BigEndian(block[10..], Pattern.GapMilliseconds);
        BinaryPrimitives.WriteUInt16BigEndian(block[12..], RoundTrip);
        BinaryPrimitives.WriteUInt16BigEndian(block[14..], EndSystem);
        (block[16], block[17], block[18], block[19]) = (Unavailable, Unavailable, Unavailable, LossGauge.LeastGap);
        (block[20], block[21], block[22], block[23]) = (Rating, Unavailable, Listening, Conversing);
        (block[24], block[25]) = (Concealed, 0);
        BinaryPrimitives.WriteUInt16BigEndian(block[26..], Buffer);
        BinaryPrimitives.WriteUInt16BigEndian(block[28..], MostBuffer);
        BinaryPrimitives.WriteUInt16BigEndian(block[30..], MostBuffer);
    }
}

/// <summary>Whether losses came alone or together (RFC 3611 §4.7.2).</summary>
/// <param name="BurstDensity">Missing packets in bursts, in 1/256.</param>
/// <param name="GapDensity">Missing packets between bursts, in 1/256.</param>
/// <param name="BurstMilliseconds">How long a burst takes on average.</param>
/// <param name="GapMilliseconds">How long the rest between bursts.</param>
public readonly record struct LossPattern(byte BurstDensity, byte GapDensity, ushort BurstMilliseconds, ushort GapMilliseconds);
