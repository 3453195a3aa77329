namespace Conference.Media.Dsp;

/// <summary>Covers lost audio by repeating the last pitch periods (in the manner of ITU-T G.711 Appendix I, without its look-ahead).</summary>
/// <remarks>
/// One period for the first 10 ms, two, then three: repeating a single one for longer sounds like a buzzer. It fades by a fifth every
/// 10 ms after the first and is silent from 60 ms on. When real audio returns, both are laid over each other. Audio without losses
/// passes untouched. The pitch is looked for at 8 kHz and refined at the rate of the stream.
/// </remarks>
public sealed class Concealer
{
    private const int SearchRate = 8000;
    private const int ShortestPitch = 40; // 200 Hz at the search rate: shorter ones are found as a multiple
    private const int LongestPitch = 120;
    private const int MatchLength = 160;
    private const int MostPeriods = 3;
    private const int Spare = 16; // times 10 ms until what is remembered is moved

    private readonly int _ratio;
    private readonly int _ten; // samples in 10 ms
    private readonly short[] _heard; // the newest lie before _end: written on and on, and moved to the front now and then
    private readonly int _remembered;
    private readonly short[] _loop;
    private readonly float[] _search = new float[MatchLength + LongestPitch];
    private int _pitch;
    private int _periods;
    private int _at;
    private int _borrowed;
    private int _end;

    /// <param name="rate">Samples per second: 8000, 16000 or 48000.</param>
    public Concealer(int rate)
    {
        _ratio = rate / SearchRate;
        _ten = rate / 100;
        _remembered = (MatchLength + 2 * LongestPitch) * _ratio;
        _heard = new short[_remembered + Spare * _ten];
        _loop = new short[MostPeriods * (LongestPitch + 1) * _ratio];
        Reset();
    }

    /// <summary>Samples invented since the last real one.</summary>
    public int Lost { get; private set; }

    /// <summary>Whether the invention has faded to silence: time for comfort noise, and for a decoder to forget.</summary>
    public bool IsSilent => Lost >= FadeEnd;

    private int FadeEnd => 6 * _ten;

    /// <summary>The latest 50 ms heard.</summary>
    private ReadOnlySpan<short> History => _heard.AsSpan(_end - _remembered, _remembered);

    /// <summary>Another stream begins.</summary>
    public void Reset()
    {
        Array.Clear(_heard);
        (Lost, _borrowed, _end) = (FadeEnd, 0, _remembered);
        _pitch = LongestPitch * _ratio;
    }

    /// <summary>Real audio: remembered, and its beginning smoothed when it follows an invention.</summary>
    public void Pass(Span<short> real)
    {
        if (Lost > 0) Merge(real);
        (Lost, _borrowed) = (0, 0);
        Remember(real);
    }

    /// <summary>What a codec has invented by its own means: remembered; after 100 ms of it nothing more is believed.</summary>
    public void Borrow(ReadOnlySpan<short> invented)
    {
        Remember(invented);
        _borrowed += invented.Length;
        if (_borrowed >= 10 * _ten) Lost = FadeEnd;
    }

    /// <summary>Invents the next samples, of any length.</summary>
    public void Invent(Span<short> frame)
    {
        if (Lost == 0) Prepare();
        for (var i = 0; i < frame.Length; i++)
            frame[i] = Next();
    }

    private void Merge(Span<short> real)
    {
        var overlap = Math.Min(real.Length, Math.Min(_ten, _pitch / 4 + Lost / _ten * 4 * _ten / 10));
        for (var i = 0; i < overlap; i++)
        {
            var invented = Next();
            real[i] = (short)(invented + (real[i] - invented) * (i + 1) / (overlap + 1));
        }
    }

    private short Next()
    {
        if (Lost >= FadeEnd) return 0;
        var sample = _loop[_at] * Gain(Lost);
        Lost++;
        if (++_at == _periods * _pitch) Wrap();
        return (short)sample;
    }

    private float Gain(int lost) => lost < _ten ? 1 : 1 - (lost - _ten) / (float)(FadeEnd - _ten);

    private void Wrap()
    {
        _at = 0;
        var periods = Math.Min(MostPeriods, 1 + Lost / _ten);
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
        var history = History;
        var start = history.Length - length;
        history[start..].CopyTo(_loop);
        var blend = _pitch / 4;
        for (var i = 0; i < blend; i++)
        {
            var at = length - blend + i;
            var before = history[start + at - length];
            _loop[at] = (short)(_loop[at] + (before - _loop[at]) * (i + 1) / (blend + 1));
        }
    }

    private int FindPitch()
    {
        Thin();
        ReadOnlySpan<float> latest = _search.AsSpan(LongestPitch);
        var (best, bestScore) = (LongestPitch, 0f);
        for (var lag = ShortestPitch; lag <= LongestPitch; lag++)
        {
            var score = Likeness(latest, _search.AsSpan(LongestPitch - lag, MatchLength));
            if (score > bestScore) (best, bestScore) = (lag, score);
        }

        return _ratio == 1 ? best : Refine(best * _ratio);
    }

    /// <summary>The newest part of the history at 8 kHz: means are enough of a low-pass for a pitch.</summary>
    private void Thin()
    {
        var newest = History[^(_search.Length * _ratio)..];
        for (var i = 0; i < _search.Length; i++)
        {
            var sum = 0;
            foreach (var sample in newest.Slice(i * _ratio, _ratio))
                sum += sample;
            _search[i] = (float)sum / _ratio;
        }
    }

    private int Refine(int coarse)
    {
        var history = History;
        var length = MatchLength / 2 * _ratio;
        var (best, bestScore) = (coarse, float.MinValue);
        for (var lag = coarse - _ratio + 1; lag < coarse + _ratio; lag++)
        {
            var (product, energy) = (0f, 1f);
            for (var i = history.Length - length; i < history.Length; i++)
                (product, energy) = (product + history[i] * (float)history[i - lag], energy + history[i - lag] * (float)history[i - lag]);
            var score = product / MathF.Sqrt(energy);
            if (score > bestScore) (best, bestScore) = (lag, score);
        }

        return best;
    }

    /// <summary>Normalised correlation, -1 to 1; 0 when either is silent.</summary>
    private static float Likeness(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        float product = 0, energy = 0, otherEnergy = 0;
        for (var i = 0; i < one.Length; i++)
        {
            product += one[i] * other[i];
            energy += one[i] * one[i];
            otherEnergy += other[i] * other[i];
        }

        return energy == 0 || otherEnergy == 0 ? 0 : product / MathF.Sqrt(energy * otherEnergy);
    }

    private void Remember(ReadOnlySpan<short> real)
    {
        var newest = real.Length > _remembered ? real[^_remembered..] : real;
        if (_end + newest.Length > _heard.Length) MoveToFront();
        newest.CopyTo(_heard.AsSpan(_end));
        _end += newest.Length;
    }

    private void MoveToFront()
    {
        History.CopyTo(_heard);
        _end = _remembered;
    }
}
