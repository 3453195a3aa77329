using static Conference.Media.Codecs.Gsm;

namespace Conference.Media.Codecs;

/// <summary>Regular pulse excitation: what the predictors leave of 40 samples as 13 pulses of 3 bits (GSM 06.10 §5.2.13 to §5.2.17).</summary>
internal static class GsmPulses
{
    private static readonly short[] s_weights = [-134, -374, 0, 2054, 5741, 8192, 5741, 2054, 0, -374, -134];

    private static readonly short[] s_inverseMantissa = [29128, 26215, 23832, 21846, 20165, 18725, 17476, 16384];

    private static readonly short[] s_mantissa = [18431, 20479, 22527, 24575, 26623, 28671, 30719, 32767];

    /// <summary>Quantises a residual.</summary>
    public static void Encode(ReadOnlySpan<short> residual, ref GsmFrame.PartOfFrame part)
    {
        Span<short> weighted = stackalloc short[Part];
        Weigh(residual, weighted);
        part.Grid = LoudestGrid(weighted);
        var peak = 0;
        for (var i = 0; i < Pulses; i++)
            peak = Math.Max(peak, Math.Min(Math.Abs((int)weighted[part.Grid + 3 * i]), short.MaxValue));
        part.Peak = PeakCode(peak);
        var (exponent, mantissa) = Split(part.Peak);
        for (var i = 0; i < Pulses; i++)
            part.Pulses[i] = (Mult((short)(weighted[part.Grid + 3 * i] << (6 - exponent)), s_inverseMantissa[mantissa]) >> 12) + 4;
    }

    /// <summary>The residual as the decoder hears it: pulses with zeros between them.</summary>
    public static void Decode(in GsmFrame.PartOfFrame part, Span<short> residual)
    {
        residual.Clear();
        var (exponent, mantissa) = Split(part.Peak);
        var shift = 6 - exponent;
        var half = shift == 0 ? 0 : 1 << (shift - 1);
        for (var i = 0; i < Pulses; i++)
        {
            var pulse = MultR(s_mantissa[mantissa], (2 * part.Pulses[i] - 7) << 12);
            residual[part.Grid + 3 * i] = (short)(Add(pulse, half) >> shift);
        }
    }

    private static void Weigh(ReadOnlySpan<short> residual, Span<short> weighted)
    {
        Span<int> padded = stackalloc int[Part + 10];
        padded.Clear();
        for (var k = 0; k < Part; k++)
            padded[k + 5] = residual[k];
        for (var k = 0; k < Part; k++)
        {
            var sum = 4096;
            for (var i = 0; i < 11; i++)
                sum += padded[k + i] * s_weights[i];
            weighted[k] = (short)Saturate(sum >> 13);
        }
    }

    private static int LoudestGrid(ReadOnlySpan<short> weighted)
    {
        var (best, most) = (0, 0L);
        for (var grid = 0; grid < 4; grid++)
        {
            var energy = 0L;
            for (var i = 0; i < Pulses; i++)
                energy += (weighted[grid + 3 * i] >> 2) * (weighted[grid + 3 * i] >> 2);
            if (energy > most) (best, most) = (grid, energy);
        }

        return best;
    }

    /// <summary>A logarithm of 3 bits with 3 bits of mantissa.</summary>
    private static int PeakCode(int peak)
    {
        var exponent = 0;
        for (var rest = peak >> 9; rest > 0 && exponent < 6; rest >>= 1)
            exponent++;
        return (peak >> (exponent + 5)) + (exponent << 3);
    }

    private static (int Exponent, int Mantissa) Split(int peakCode)
    {
        var exponent = peakCode > 15 ? (peakCode >> 3) - 1 : 0;
        var mantissa = peakCode - (exponent << 3);
        if (mantissa == 0) return (-4, 7);
        for (; mantissa <= 7; exponent--)
            mantissa = mantissa << 1 | 1;
        return (exponent, mantissa - 8);
    }
}
