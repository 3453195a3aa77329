using System.Runtime.CompilerServices;

namespace Conference.Media.Codecs;

/// <summary>The 76 parameters of 20 ms, as their bits say them (GSM 06.10 §1.7).</summary>
internal struct GsmFrame
{
    private const int Signature = 0xD; // four bits that only say "full rate" (RFC 3551 §4.5.8)

    /// <summary>The eight log area ratios (LARc).</summary>
    public Ratios AreaRatios;

    public FourParts Parts;

    private static ReadOnlySpan<byte> RatioBits => [6, 6, 5, 5, 4, 4, 3, 3];

    /// <summary>Unpacks a frame of 33 bytes.</summary>
    /// <returns><see langword="false"/> when it does not begin with the signature.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ref GsmFrame frame)
    {
        var bits = new BitReader(bytes);
        if (bits.Read(4) != Signature) return false;
        for (var i = 0; i < 8; i++)
            frame.AreaRatios[i] = bits.Read(RatioBits[i]);
        for (var part = 0; part < 4; part++)
            ReadPart(ref bits, ref frame.Parts[part]);
        return true;
    }

    /// <summary>Packs it into 33 bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        var bits = new BitWriter(bytes);
        bits.Write(Signature, 4);
        for (var i = 0; i < 8; i++)
            bits.Write(AreaRatios[i], RatioBits[i]);
        for (var part = 0; part < 4; part++)
            WritePart(ref bits, ref Parts[part]);
    }

    private static void ReadPart(ref BitReader bits, ref PartOfFrame part)
    {
        part.Lag = bits.Read(7);
        part.Gain = bits.Read(2);
        part.Grid = bits.Read(2);
        part.Peak = bits.Read(6);
        for (var i = 0; i < Gsm.Pulses; i++)
            part.Pulses[i] = bits.Read(3);
    }

    private static void WritePart(ref BitWriter bits, ref PartOfFrame part)
    {
        bits.Write(part.Lag, 7);
        bits.Write(part.Gain, 2);
        bits.Write(part.Grid, 2);
        bits.Write(part.Peak, 6);
        for (var i = 0; i < Gsm.Pulses; i++)
            bits.Write(part.Pulses[i], 3);
    }

    [InlineArray(8)]
    public struct Ratios
    {
        private int _first;
    }

    [InlineArray(4)]
    public struct FourParts
    {
        private PartOfFrame _first;
    }

    [InlineArray(Gsm.Pulses)]
    public struct PulseCodes
    {
        private int _first;
    }

    /// <summary>One subframe of 5 ms.</summary>
    public struct PartOfFrame
    {
        /// <summary>Lag (Nc) and gain (bc) of the long-term predictor.</summary>
        public int Lag, Gain;

        /// <summary>Which every third sample is kept (Mc), their largest magnitude (xmaxc) and themselves (xMc).</summary>
        public int Grid, Peak;

        public PulseCodes Pulses;
    }

    private ref struct BitReader(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private uint _held;
        private int _count;
        private int _at;

        public int Read(int bits)
        {
            while (_count < bits)
            {
                _held = _held << 8 | _bytes[_at++];
                _count += 8;
            }

            _count -= bits;
            return (int)(_held >> _count) & ((1 << bits) - 1);
        }
    }

    private ref struct BitWriter(Span<byte> bytes)
    {
        private readonly Span<byte> _bytes = bytes;
        private uint _held;
        private int _count;
        private int _at;

        public void Write(int value, int bits)
        {
            _held = _held << bits | (uint)value;
            for (_count += bits; _count >= 8; _count -= 8)
                _bytes[_at++] = (byte)(_held >> (_count - 8));
        }
    }
}
