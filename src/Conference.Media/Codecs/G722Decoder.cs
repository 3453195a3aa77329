namespace Conference.Media.Codecs;

/// <summary>G.722 at 64 kbit/s: 7 kHz audio, two samples at 16 kHz for every byte (ITU-T G.722 §4 and §6).</summary>
/// <remarks>
/// Each byte holds 6 bits of the lower half of the band and 2 of the upper, both ADPCM with their own predictor;
/// a quadrature mirror filter joins the halves. One decoder per stream: what came before matters. Names follow the recommendation.
/// </remarks>
public sealed class G722Decoder
{
    /// <summary>Samples per second.</summary>
    public const int Rate = 16000;

    private static readonly short[] s_highQuantiser = [-7408, -1616, 7408, 1616];

    private static readonly short[] s_lowQuantiser4 =
        [0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0];

    private static readonly short[] s_lowQuantiser6 =
    [
        -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
        -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728,
        24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
        4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
    ];

    private static readonly short[] s_lowScale = [-60, -30, 58, 172, 334, 538, 1198, 3042];
    private static readonly byte[] s_lowScaleIndex = [0, 7, 6, 5, 4, 3, 2, 1, 7, 6, 5, 4, 3, 2, 1, 0];
    private static readonly short[] s_highScale = [798, -214, 798, -214];
    private static readonly short[] s_mirror = [3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11];

    private readonly Band _low = new(32, 18432, 8);
    private readonly Band _high = new(8, 22528, 10);
    private readonly int[] _history = new int[24];

    /// <summary>Decodes a stream, or its next piece.</summary>
    /// <param name="codes">Any number of bytes.</param>
    /// <param name="pcm">Two samples for each of them.</param>
    public void Decode(ReadOnlySpan<byte> codes, Span<short> pcm)
    {
        for (var i = 0; i < codes.Length; i++)
            (pcm[2 * i], pcm[2 * i + 1]) = Join(DecodeLow(codes[i] & 0x3F), DecodeHigh(codes[i] >> 6));
    }

    private int DecodeLow(int code)
    {
        var sample = Math.Clamp(_low.Estimate + ((_low.Step * s_lowQuantiser6[code]) >> 15), -16384, 16383);
        var coarse = code >> 2; // the predictor follows the four bits that every mode of G.722 has
        var difference = (_low.Step * s_lowQuantiser4[coarse]) >> 15;
        _low.Scale(s_lowScale[s_lowScaleIndex[coarse]]);
        _low.Adapt(difference);
        return sample;
    }

    private int DecodeHigh(int code)
    {
        var difference = (_high.Step * s_highQuantiser[code]) >> 15;
        var sample = Math.Clamp(_high.Estimate + difference, -16384, 16383);
        _high.Scale(s_highScale[code]);
        _high.Adapt(difference);
        return sample;
    }

    /// <summary>The receive quadrature mirror filter (§4.4).</summary>
    private (short First, short Second) Join(int low, int high)
    {
        Array.Copy(_history, 2, _history, 0, 22);
        _history[22] = low + high;
        _history[23] = low - high;
        int first = 0, second = 0;
        for (var i = 0; i < 12; i++)
        {
            second += _history[2 * i] * s_mirror[i];
            first += _history[2 * i + 1] * s_mirror[11 - i];
        }

        return (Saturate(first >> 11), Saturate(second >> 11));
    }

    private static short Saturate(int value) => (short)Math.Clamp(value, short.MinValue, short.MaxValue);

    /// <summary>Scale factor and predictor of one half of the band (§3.5, §3.6).</summary>
    private sealed class Band(int firstStep, int largestScale, int scaleShift)
    {
        private static readonly short[] s_antilog =
        [
            2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
            2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
        ];

        private readonly int[] _differences = new int[7];
        private readonly int[] _zeros = new int[7];
        private int _scale;
        private int _pole1;
        private int _pole2;
        private int _partial1;
        private int _partial2;
        private int _signal1;
        private int _signal2;
        private int _zeroEstimate;

        /// <summary>Quantiser step (DETL, DETH).</summary>
        public int Step { get; private set; } = firstStep;

        /// <summary>What the predictor expects next (SL, SH).</summary>
        public int Estimate { get; private set; }

        /// <summary>Moves the logarithmic scale factor (LOGSCL, SCALEL and their like).</summary>
        public void Scale(int by)
        {
            _scale = Math.Clamp(((_scale * 127) >> 7) + by, 0, largestScale);
            var mantissa = s_antilog[(_scale >> 6) & 31];
            var shift = scaleShift - (_scale >> 11);
            Step = (shift < 0 ? mantissa << -shift : mantissa >> shift) << 2;
        }

        /// <summary>Learns from the difference that was transmitted (RECONS to PREDIC).</summary>
        public void Adapt(int difference)
        {
            var partial = Saturate(difference + _zeroEstimate);
            var signal = Saturate(Estimate + difference);
            AdaptPoles(partial);
            AdaptZeros(difference);
            (_partial2, _partial1) = (_partial1, partial);
            (_signal2, _signal1) = (_signal1, signal);
            Predict();
        }

        private void AdaptPoles(int partial)
        {
            var sign1 = (partial < 0) == (_partial1 < 0);
            var sign2 = (partial < 0) == (_partial2 < 0);
            var first = Saturate(_pole1 << 2);
            var pull = Math.Min(sign1 ? -first : first, short.MaxValue);
            var pole2 = Math.Clamp((pull >> 7) + (sign2 ? 128 : -128) + ((_pole2 * 32512) >> 15), -12288, 12288);
            var limit = Saturate(15360 - pole2);
            var pole1 = Saturate((sign1 ? 192 : -192) + ((_pole1 * 32640) >> 15));
            (_pole1, _pole2) = (Math.Clamp(pole1, -limit, limit), pole2);
        }

        private void AdaptZeros(int difference)
        {
            var step = difference == 0 ? 0 : 128;
            for (var i = 6; i > 0; i--)
            {
                var agrees = (difference < 0) == (_differences[i] < 0);
                _zeros[i] = Saturate((agrees ? step : -step) + ((_zeros[i] * 32640) >> 15));
            }

            Array.Copy(_differences, 1, _differences, 2, 5);
            _differences[1] = difference;
        }

        private void Predict()
        {
            var poles = Saturate(((_pole1 * Saturate(2 * _signal1)) >> 15) + ((_pole2 * Saturate(2 * _signal2)) >> 15));
            var zeros = 0;
            for (var i = 1; i <= 6; i++)
                zeros += (_zeros[i] * Saturate(2 * _differences[i])) >> 15;
            _zeroEstimate = Saturate(zeros);
            Estimate = Saturate(poles + _zeroEstimate);
        }

        private static int Saturate(int value) => Math.Clamp(value, short.MinValue, short.MaxValue);
    }
}
