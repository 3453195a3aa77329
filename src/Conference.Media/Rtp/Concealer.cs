namespace Conference.Media.Rtp;

/// <summary>Covers lost audio by repeating the last pitch period (in the manner of ITU-T G.711 Appendix I, without its look-ahead).</summary>
/// <remarks>
/// One period for the first 10 ms, two, then three: repeating a single one for longer sounds like a buzzer. It fades by a fifth every
/// 10 ms after the first and is silent from 60 ms on. When real audio returns, both are laid over each other. Audio without losses
/// passes untouched.
/// </remarks>
public sealed class Concealer(int rate)
{
    private readonly int _ten = rate / 100; // samples in 10 ms
    private readonly int _shortestPitch = rate / 200;
    private readonly int _longestPitch = LongestPitchAt(rate);
    private readonly int _match = rate / 50;
    private readonly int _step = rate / 8000;
    private readonly int _fadeEnd = 6 * rate / 100;
    private readonly int _mostBorrowed = rate / 10; // 100 ms
    private readonly short[] _history = new short[4 * LongestPitchAt(rate)];
    private readonly short[] _loop = new short[3 * LongestPitchAt(rate)];
    private int _borrowed;
    private int _pitch;
    private int _periods;
    private int _at;
    private int _lost;

    /// <summary>Samples invented since the last real one.</summary>
    public int Lost => _lost;

    /// <summary>Whether the invention has faded to silence.</summary>
    public bool IsSilent => _lost >= _fadeEnd;

    public void Reset()
    {
        Array.Clear(_history);
        (_lost, _borrowed) = (_fadeEnd, 0);
    }

    /// <summary>Real audio: remembered, and its beginning smoothed when it follows an invention.</summary>
    public void Pass(Span<short> real)
    {
        if (_lost > 0) Merge(real);
        (_lost, _borrowed) = (0, 0);
        Remember(real);
    }

    /// <summary>Invents the next samples.</summary>
    public void Invent(Span<short> frame)
    {
        if (_lost == 0) Prepare();
        for (var i = 0; i < frame.Length; i++)
            frame[i] = Next();
    }

    /// <summary>What a codec has invented by its own means: remembered; after 100 ms of it nothing more is believed.</summary>
    public void Borrow(ReadOnlySpan<short> invented)
    {
        Remember(invented);
        _borrowed += invented.Length;
        if (_borrowed >= _mostBorrowed) _lost = _fadeEnd;
    }

    private static int LongestPitchAt(int rate) => rate * 3 / 200;

    private void Merge(Span<short> real)
    {
        var overlap = Math.Min(real.Length, Math.Min(_ten, _pitch / 4 + _lost / _ten * (4 * rate / 1000)));
        for (var i = 0; i < overlap; i++)
        {
            var invented = Next();
            real[i] = (short)(invented + (real[i] - invented) * (i + 1) / (overlap + 1));
        }
    }

    private short Next()
    {
        if (_lost >= _fadeEnd) return 0;
        var sample = _loop[_at] * Gain(_lost);
        _lost++;
        if (++_at == _periods * _pitch) Wrap();
        return (short)sample;
    }

    private float Gain(int lost) => lost < _ten ? 1 : 1 - (lost - _ten) / (float)(_fadeEnd - _ten);

    private void Wrap()
    {
        _at = 0;
        var periods = Math.Min(3, 1 + _lost / _ten);
        if (periods != _periods) Build(periods);
    }

    private void Prepare()
    {
        _pitch = FindPitch();
        Build(1);
        _at = 0;
    }

    /// <summary>The last periods as a loop; the end is blended into the period before the first, so that it closes without a step.</summary>
    private void Build(int periods)
    {
        _periods = periods;
        var length = periods * _pitch;
        var start = _history.Length - length;
        _history.AsSpan(start, length).CopyTo(_loop);
        var blend = _pitch / 4;
        for (var i = 0; i < blend; i++)
        {
            var at = length - blend + i;
            var before = _history[start + at - length];
            _loop[at] = (short)(_loop[at] + (before - _loop[at]) * (i + 1) / (blend + 1));
        }
    }

    private int FindPitch()
    {
        var latest = _history.AsSpan(_history.Length - _match);
        var (best, bestScore) = (_longestPitch, 0.0);
        for (var lag = _shortestPitch; lag <= _longestPitch; lag += _step)
        {
            var earlier = _history.AsSpan(_history.Length - _match - lag, _match);
            var score = Likeness(latest, earlier);
            if (score > bestScore) (best, bestScore) = (lag, score);
        }

        return best;
    }

    /// <summary>Normalised correlation of two pieces, -1 to 1; 0 when either is silent.</summary>
    internal static double Likeness(ReadOnlySpan<short> one, ReadOnlySpan<short> other)
    {
        double product = 0, energy = 0, otherEnergy = 0;
        for (var i = 0; i < one.Length; i++)
        {
            product += one[i] * other[i];
            energy += one[i] * one[i];
            otherEnergy += other[i] * other[i];
        }

        return energy == 0 || otherEnergy == 0 ? 0 : product / Math.Sqrt(energy * otherEnergy);
    }

    private void Remember(ReadOnlySpan<short> real)
    {
        var newest = real.Length > _history.Length ? real[^_history.Length..] : real;
        _history.AsSpan(newest.Length).CopyTo(_history);
        newest.CopyTo(_history.AsSpan(_history.Length - newest.Length));
    }
}
