namespace Conference.Media.Dsp;

/// <summary>The volume knob of one leg, for what it says or what it hears: a change takes one frame.</summary>
public struct Volume
{
    private int _decibels;
    private int _heard;

    /// <summary>Steps of 3 from -30 to +18; the nearest is taken.</summary>
    public int Decibels
    {
        readonly get => _decibels;
        set => _decibels = Math.Clamp(value, Gain.Least, Gain.Most);
    }

    /// <summary>Whether it changes nothing: then samples pass bit by bit.</summary>
    public readonly bool IsNeutral => _decibels == 0 && _heard == 0;

    /// <summary>Applies it to one frame, in place.</summary>
    public void Apply(Span<short> pcm)
    {
        if (_heard == _decibels)
        {
            Gain.Apply(pcm, Gain.Of(_decibels));
            return;
        }

        Gain.Glide(pcm, Gain.Of(_heard) / (float)Gain.Unity, Gain.Of(_decibels) / (float)Gain.Unity);
        _heard = _decibels;
    }

    /// <summary>Applies it to one frame of a sum, in place.</summary>
    public void Apply(Span<int> sum)
    {
        if (_heard == _decibels)
        {
            Gain.Apply(sum, Gain.Of(_decibels));
            return;
        }

        var (from, to) = (Gain.Of(_heard) / (float)Gain.Unity, Gain.Of(_decibels) / (float)Gain.Unity);
        for (var i = 0; i < sum.Length; i++)
            sum[i] = (int)MathF.Round(sum[i] * (from + (to - from) * (i + 1) / sum.Length));
        _heard = _decibels;
    }
}
