namespace Conference.Media.Rtp;

/// <summary>Covers lost audio by repeating the last pitch period (in the manner of ITU-T G.711 Appendix I, without its look-ahead).</summary>
/// <remarks>
/// One period for the first 10 ms, two, then three: repeating a single one for longer sounds like a buzzer. It fades by a fifth every
/// 10 ms after the first and is silent from 60 ms on. When real audio returns, both are laid over each other. Audio without losses
/// passes untouched.
/// </remarks>
public sealed class Concealer
{
    private const int Ten = 80; // samples in 10 ms at 8 000 Hz
    private const int ShortestPitch = 40;
    private const int LongestPitch = 120;
    private const int MatchLength = 160;
    private const int FadeEnd = 6 * Ten;
    private const int HistoryLength = 4 * LongestPitch;

    private readonly short[] _history = new short[HistoryLength];
    private readonly short[] _loop = new short[3 * LongestPitch];
    private int _pitch;
    private int _periods;
    private int _at;
    private int _lost;

    /// <summary>Samples invented since the last real one.</summary>
    public int Lost => _lost;

    /// <summary>Whether the invention has faded to silence.</summary>
    public bool IsSilent => _lost >= FadeEnd;

    public void Reset()
    {
        Array.Clear(_history);
        _lost = FadeEnd;
    }

    /// <summary>Real audio: remembered, and its beginning smoothed when it follows an invention.</summary>
    public void Pass(Span<short> real)
    {
        if (_lost > 0) Merge(real);
        _lost = 0;
        Remember(real);
    }

    /// <summary>Invents the next samples.</summary>
    public void Invent(Span<short> frame)
    {
        if (_lost == 0) Prepare();
        for (var i = 0; i < frame.Length; i++)
            frame[i] = Next();
    }

    private void Merge(Span<short> real)
    {
        var overlap = Math.Min(real.Length, Math.Min(Ten, _pitch / 4 + _lost / Ten * 32));
        for (var i = 0; i < overlap; i++)
        {
            var invented = Next();
            real[i] = (short)(invented + (real[i] - invented) * (i + 1) / (overlap + 1));
        }
    }

    private short Next()
    {
        if (_lost >= FadeEnd) return 0;
        var sample = _loop[_at] * Gain(_lost);
        _lost++;
        if (++_at == _periods * _pitch) Wrap();
        return (short)sample;
    }

    private static float Gain(int lost) => lost < Ten ? 1 : 1 - (lost - Ten) / (float)(FadeEnd - Ten);

    private void Wrap()
    {
        _at = 0;
        var periods = Math.Min(3, 1 + _lost / Ten);
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
        var start = HistoryLength - length;
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
        var latest = _history.AsSpan(HistoryLength - MatchLength);
        var (best, bestScore) = (LongestPitch, 0.0);
        for (var lag = ShortestPitch; lag <= LongestPitch; lag++)
        {
            var earlier = _history.AsSpan(HistoryLength - MatchLength - lag, MatchLength);
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
        var newest = real.Length > HistoryLength ? real[^HistoryLength..] : real;
        _history.AsSpan(newest.Length).CopyTo(_history);
        newest.CopyTo(_history.AsSpan(HistoryLength - newest.Length));
    }
}
