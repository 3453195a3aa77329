using System.Numerics;
using System.Runtime.CompilerServices;

namespace Conference.Media.Codecs;

/// <summary>One direction of G.726: ADPCM in 2 to 5 bits a sample (ITU-T G.726 §2 and §4). Names follow the recommendation.</summary>
/// <remarks>A value: copying it is copying the state. Encoder and decoder are the same machine; the encoder quantises first.</remarks>
internal struct G726
{
    private static readonly G726Rate[] s_rates = [G726Rate.Two, G726Rate.Three, G726Rate.Four, G726Rate.Five];

    private readonly int _bits;
    private Past _differences; // DQ1 to DQ6, as 4-bit exponent and 6-bit mantissa
    private Past _zeros; // B1 to B6
    private int _signal1 = 32; // SR1, SR2 in the same small floating point
    private int _signal2 = 32;
    private int _pole1;
    private int _pole2;
    private bool _wasNegative1; // PK1, PK2
    private bool _wasNegative2;
    private int _slowScale = 34816; // YL
    private int _fastScale = 544; // YU
    private int _shortMean; // DMS
    private int _longMean; // DML
    private int _speed; // AP
    private bool _isTone; // TD

    /// <param name="bits">2 to 5 a sample: 16, 24, 32 or 40 kbit/s.</param>
    public G726(int bits)
    {
        _bits = bits;
        ((Span<int>)_differences).Fill(32);
    }

    /// <summary>One sample into one code word.</summary>
    public int Encode(short sample)
    {
        var rate = s_rates[_bits - 2];
        var (zero, estimate) = Predict();
        var scale = Scale();
        var code = Quantise(rate, (sample >> 2) - estimate, scale);
        Learn(rate, code, zero, estimate, scale);
        return code;
    }

    /// <summary>One code word into one sample.</summary>
    public short Decode(int code)
    {
        var (zero, estimate) = Predict();
        var signal = Learn(s_rates[_bits - 2], code, zero, estimate, Scale());
        return (short)Math.Clamp(signal << 2, short.MinValue, short.MaxValue);
    }

    /// <summary>Half of what the zeros expect, and of what both expect (§4.2.6: SEZ and SE).</summary>
    private readonly (int Zero, int Estimate) Predict()
    {
        var zeros = 0;
        for (var i = 0; i < 6; i++)
            zeros += Multiply(_zeros[i] >> 2, _differences[i]);
        var all = zeros + Multiply(_pole2 >> 2, _signal2) + Multiply(_pole1 >> 2, _signal1);
        return ((short)zeros >> 1, (short)all >> 1);
    }

    /// <summary>The step size between the fast and the slow one (MIX).</summary>
    private readonly int Scale()
    {
        if (_speed >= 256) return _fastScale;
        var slow = _slowScale >> 6;
        var difference = (_fastScale - slow) * (_speed >> 2);
        return slow + ((difference < 0 ? difference + 63 : difference) >> 6);
    }

    /// <summary>LOG, SUBTB and QUAN: the magnitude as a logarithm, less the step size, in the cells of the table.</summary>
    private static int Quantise(G726Rate rate, int difference, int scale)
    {
        var magnitude = Math.Abs(difference);
        var exponent = BitLength(magnitude >> 1);
        var logarithm = (exponent << 7) + (((magnitude << 7) >> exponent) & 127);
        var level = logarithm - (scale >> 2);
        var cells = rate.Decisions;
        var cell = 0;
        while (cell < cells.Length && level >= cells[cell])
            cell++;
        if (difference < 0) return 2 * cells.Length + 1 - cell;
        return cell == 0 && rate.HasNoPlusZero ? 2 * cells.Length + 1 : cell;
    }

    /// <summary>Rebuilds the signal from a code word and adapts everything to it.</summary>
    private int Learn(G726Rate rate, int code, int zero, int estimate, int scale)
    {
        var isNegative = code >> (_bits - 1) != 0;
        var magnitude = Reconstruct(rate.Levels[code], scale);
        var difference = isNegative ? -magnitude : magnitude;
        var signal = (short)(estimate + difference);
        Adapt(rate, code, difference, magnitude, isNegative, signal, signal - estimate + zero, scale);
        return signal;
    }

    private static int Reconstruct(int level, int scale)
    {
        var logarithm = level + (scale >> 2);
        return logarithm < 0 ? 0 : ((128 + (logarithm & 127)) << 7) >> (14 - ((logarithm >> 7) & 15));
    }

    private void Adapt(G726Rate rate, int code, int difference, int magnitude, bool isNegative, int signal, int partial, int scale)
    {
        var isTransition = _isTone && magnitude > Threshold();
        _fastScale = Math.Clamp(scale + ((rate.Scales[code] - scale) >> 5), 544, 5120);
        _slowScale += _fastScale + (-_slowScale >> 6);
        if (isTransition) Forget();
        else AdaptPredictor(partial, magnitude, isNegative);
        Remember(magnitude, isNegative, signal, partial < 0);
        _isTone = !isTransition && _pole2 < -11776;
        AdaptSpeed(rate.Rates[code], isTransition, scale);
    }

    /// <summary>TRANS: three quarters of the slow step size; above it a modem has changed its tone.</summary>
    private readonly int Threshold()
    {
        var exponent = _slowScale >> 15;
        var threshold = exponent > 9 ? 31 << 10 : (32 + ((_slowScale >> 10) & 31)) << exponent;
        return (threshold + (threshold >> 1)) >> 1;
    }

    private void Forget()
    {
        (_pole1, _pole2) = (0, 0);
        _zeros = default;
    }

    private void AdaptPredictor(int partial, int magnitude, bool isNegative)
    {
        AdaptPoles(partial);
        if (magnitude == 0)
        {
            for (var i = 0; i < 6; i++)
                _zeros[i] -= _zeros[i] >> Leak;
            return;
        }

        for (var i = 0; i < 6; i++)
            _zeros[i] += (isNegative == _differences[i] < 0 ? 128 : -128) - (_zeros[i] >> Leak);
    }

    private readonly int Leak => _bits == 5 ? 9 : 8;

    private void AdaptPoles(int partial)
    {
        var disagrees1 = partial < 0 != _wasNegative1;
        var disagrees2 = partial < 0 != _wasNegative2;
        var pole2 = _pole2 - (_pole2 >> 7);
        if (partial != 0)
        {
            var pull = disagrees1 ? _pole1 : -_pole1;
            pole2 += pull < -8191 ? -256 : pull > 8191 ? 255 : pull >> 5;
            pole2 = Math.Clamp(pole2 + (disagrees2 ? -128 : 128), -12288, 12288);
        }

        _pole2 = pole2;
        var pole1 = _pole1 - (_pole1 >> 8) + (partial == 0 ? 0 : disagrees1 ? -192 : 192);
        _pole1 = Math.Clamp(pole1, pole2 - 15360, 15360 - pole2);
    }

    private void Remember(int magnitude, bool isNegative, int signal, bool isPartialNegative)
    {
        for (var i = 5; i > 0; i--)
            _differences[i] = _differences[i - 1];
        _differences[0] = Float(magnitude, isNegative);
        _signal2 = _signal1;
        _signal1 = signal == short.MinValue ? Float(0, true) : Float(Math.Abs(signal), signal < 0);
        (_wasNegative2, _wasNegative1) = (_wasNegative1, isPartialNegative);
    }

    /// <summary>FILTA to LIMA: how fast the step size may follow; voices fast, modems slowly.</summary>
    private void AdaptSpeed(int rate, bool isTransition, int scale)
    {
        _shortMean += (rate - _shortMean) >> 5;
        _longMean += ((rate << 2) - _longMean) >> 7;
        if (isTransition) _speed = 256;
        else if (scale < 1536 || _isTone || Math.Abs((_shortMean << 2) - _longMean) >= _longMean >> 3) _speed += (512 - _speed) >> 4;
        else _speed += -_speed >> 4;
    }

    /// <summary>FLOATA, FLOATB: 4 bits of exponent, 6 of mantissa; 1024 less when negative.</summary>
    private static int Float(int magnitude, bool isNegative)
    {
        var exponent = BitLength(magnitude);
        var value = magnitude == 0 ? 32 : (exponent << 6) + ((magnitude << 6) >> exponent);
        return isNegative ? value - 1024 : value;
    }

    /// <summary>FMULT: a coefficient times a small float.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Multiply(int coefficient, int value)
    {
        var magnitude = coefficient > 0 ? coefficient : -coefficient & 0x1FFF;
        var exponent = BitLength(magnitude) - 6;
        var mantissa = magnitude == 0 ? 32 : exponent >= 0 ? magnitude >> exponent : magnitude << -exponent;
        var shift = exponent + ((value >> 6) & 15) - 13;
        var product = (mantissa * (value & 63) + 48) >> 4;
        product = shift >= 0 ? (product << shift) & 0x7FFF : product >> -shift;
        return (coefficient ^ value) < 0 ? -product : product;
    }

    private static int BitLength(int value) => 32 - BitOperations.LeadingZeroCount((uint)value);

    [InlineArray(6)]
    private struct Past
    {
        private int _latest;
    }
}
