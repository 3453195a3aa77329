namespace Conference.Media.Dsp;

/// <summary>Says keys as tones in the voice (ITU-T Q.23), for a receiver without RFC 4733: 100 ms each at -13 dBov a tone, 60 ms apart.</summary>
/// <param name="rate">Samples per second.</param>
public sealed class DtmfGenerator(int rate)
{
    private const int Waiting = 32; // digits
    private const float Amplitude = 10362; // -13 dBov, as other phones do it
    private const float Edge = 0.002f; // s

    private readonly int _tone = rate / 10;
    private readonly int _pause = rate * 6 / 100;
    private readonly char[] _keys = new char[Waiting];
    private int _first;
    private int _waiting;
    private int _at;
    private double _row;
    private double _column;

    /// <summary>Samples per second.</summary>
    public int Rate => rate;

    /// <summary>Whether something is left to say.</summary>
    public bool IsSounding => _waiting > 0;

    /// <summary>Says a key after those that wait.</summary>
    /// <returns><see langword="false"/> when it is no key, or when too many wait.</returns>
    public bool Enqueue(char key)
    {
        if (_waiting == Waiting || !DtmfTones.TryFind(key, out _, out _)) return false;
        _keys[(_first + _waiting++) % Waiting] = key;
        return true;
    }

    /// <summary>Puts the next samples in place of the voice; leaves it alone when nothing sounds.</summary>
    /// <returns>Whether it did anything.</returns>
    public bool Fill(Span<short> pcm)
    {
        if (!IsSounding) return false;
        pcm.Clear();
        for (var i = 0; i < pcm.Length && IsSounding; i++)
        {
            if (_at == 0) Begin();
            if (_at < _tone) pcm[i] = Sample();
            if (++_at == _tone + _pause) Next();
        }

        return true;
    }

    private void Begin()
    {
        DtmfTones.TryFind(_keys[_first], out var row, out var column);
        _row = 2 * Math.PI * DtmfTones.Frequencies[row] / rate;
        _column = 2 * Math.PI * DtmfTones.Frequencies[4 + column] / rate;
    }

    private short Sample()
    {
        var edge = Math.Min(1, Math.Min(_at, _tone - _at) / (Edge * rate));
        return (short)Math.Round(Amplitude * edge * (Math.Sin(_row * _at) + Math.Sin(_column * _at)));
    }

    private void Next()
    {
        _at = 0;
        _first = (_first + 1) % Waiting;
        _waiting--;
    }
}
