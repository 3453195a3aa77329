using System.Runtime.Intrinsics;

namespace Conference.Media.Dsp;

/// <summary>Hears keys pressed in the voice itself (ITU-T Q.23, Q.24): for phones that do not send RFC 4733.</summary>
/// <remarks>
/// Blocks of 12.75 ms, eight Goertzel filters in the lanes of one vector. A block has a key when its two tones hold 76 % of all
/// energy, each stands 8 dB above its neighbours, they differ by -8 (column weaker) to +4 dB, and both are above -32 dBov.
/// Two such blocks in a row make a digit, two without it end one.
/// </remarks>
public sealed class DtmfDetector
{
    /// <summary>No key.</summary>
    public const char None = '\0';

    private const float Purity = 0.76f;
    private const float AboveOthers = 6.31f; // 8 dB
    private const float MostColumnAbove = 2.512f; // 4 dB
    private const float MostRowAbove = 6.31f; // 8 dB
    private const int Confirm = 2;
    private const int Release = 2;

    private readonly int _block;
    private readonly float _least; // power of one tone at -32 dBov
    private readonly Vector256<float> _coefficients;
    private Vector256<float> _one;
    private Vector256<float> _two;
    private float _energy;
    private int _count;
    private char _candidate;
    private int _hits;
    private int _misses;

    /// <param name="rate">Samples per second: 8000, 16000 or 48000.</param>
    public DtmfDetector(int rate = 8000)
    {
        _block = 102 * (rate / 8000);
        _least = (1 << 30) * 0.00063096f;
        var coefficients = new float[8];
        for (var i = 0; i < 8; i++)
            coefficients[i] = (float)(2 * Math.Cos(2 * Math.PI * DtmfTones.Frequencies[i] / rate));
        _coefficients = Vector256.Create(coefficients);
    }

    /// <summary>The key that is held down, or <see cref="None"/>.</summary>
    public char Key { get; private set; }

    /// <summary>Whether there may be a key in what was just heard: reason not to let it through, until the next block knows better.</summary>
    public bool IsSuspect => Key != None || _hits > 0;

    /// <summary>Takes the next samples.</summary>
    /// <returns>A key whose pressing was made sure of in them, or <see cref="None"/>; once a key press.</returns>
    public char Feed(ReadOnlySpan<short> pcm)
    {
        var pressed = None;
        while (!pcm.IsEmpty)
        {
            var piece = pcm[..Math.Min(pcm.Length, _block - _count)];
            Filter(piece);
            pcm = pcm[piece.Length..];
            if (_count < _block) continue;
            var was = Key;
            Judge(KeyOfBlock());
            if (Key != was && Key != None) pressed = Key;
            (_one, _two, _energy, _count) = (default, default, 0, 0);
        }

        return pressed;
    }

    public void Reset()
    {
        (_one, _two, _energy, _count) = (default, default, 0, 0);
        (_candidate, _hits, _misses, Key) = (None, 0, 0, None);
    }

    private void Filter(ReadOnlySpan<short> pcm)
    {
        var (one, two, energy) = (_one, _two, _energy);
        foreach (var sample in pcm)
        {
            var next = Vector256.Create((float)sample) + _coefficients * one - two;
            (two, one) = (one, next);
            energy += (float)sample * sample;
        }

        (_one, _two, _energy) = (one, two, energy);
        _count += pcm.Length;
    }

    private void Judge(char key)
    {
        _hits = key == None ? 0 : key == _candidate ? _hits + 1 : 1;
        _candidate = key;
        _misses = key == Key ? 0 : _misses + 1;
        if (_hits >= Confirm && key != Key) (Key, _misses) = (key, 0);
        else if (Key != None && _misses >= Release) Key = None;
    }

    private char KeyOfBlock()
    {
        var powers = (_one * _one + _two * _two - _coefficients * _one * _two) * (2f / _block / _block); // mean square of each tone
        var (row, rowRest) = Strongest(powers, 0);
        var (column, columnRest) = Strongest(powers, 4);
        var (low, high) = (powers[row], powers[column]);
        var isKey = low > _least && high > _least
            && (low + high) * _block >= Purity * _energy
            && low >= AboveOthers * rowRest && high >= AboveOthers * columnRest
            && high <= MostColumnAbove * low && low <= MostRowAbove * high;
        return isKey ? DtmfTones.KeyAt(row, column - 4) : None;
    }

    /// <summary>The strongest of four, and the power of the next.</summary>
    private static (int Index, float Next) Strongest(Vector256<float> powers, int from)
    {
        var (best, next) = (from, 0f);
        for (var i = from + 1; i < from + 4; i++)
        {
            if (powers[i] > powers[best]) (best, next) = (i, powers[best]);
            else next = Math.Max(next, powers[i]);
        }

        return (best, next);
    }
}
