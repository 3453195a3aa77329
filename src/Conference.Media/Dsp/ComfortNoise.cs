namespace Conference.Media.Dsp;

/// <summary>The noise behind a voice that pauses: made here from a level, and if given a shape (RFC 3389).</summary>
public sealed class ComfortNoise
{
    /// <summary>Coefficients of the shape that are used; a payload may carry more.</summary>
    private const int MostCoefficients = 12;

    private const int QuietestLevel = 127;

    private readonly float[] _reflections = new float[MostCoefficients];
    private readonly float[] _lattice = new float[MostCoefficients + 1];
    private int _order;
    private uint _random = 0x9E3779B9;
    private float _amplitude;
    private float _target;

    /// <summary>Level of the noise, in dBov.</summary>
    public float Level { get; private set; } = -QuietestLevel;

    /// <summary>The level that a payload asks for, or <see langword="null"/> when it is empty.</summary>
    public static float? LevelOf(ReadOnlySpan<byte> payload) => payload.IsEmpty ? null : -(payload[0] & 0x7F);

    /// <summary>Writes a payload of one byte: a level without a shape (§3.1).</summary>
    /// <returns>Its length.</returns>
    public static int Write(float dbov, Span<byte> payload)
    {
        if (payload.IsEmpty) return 0;
        payload[0] = (byte)Math.Clamp((int)MathF.Round(-dbov), 0, QuietestLevel);
        return 1;
    }

    /// <summary>Takes what a payload says: level and reflection coefficients (§3.2).</summary>
    /// <returns><see langword="false"/> when it says nothing.</returns>
    public bool Update(ReadOnlySpan<byte> payload)
    {
        if (LevelOf(payload) is not { } level) return false;
        _order = Math.Min(payload.Length - 1, MostCoefficients);
        for (var i = 0; i < _order; i++)
            _reflections[i] = Math.Clamp((payload[i + 1] - 127) * 258 / 32768f, -0.99f, 0.99f);
        Set(level);
        return true;
    }

    /// <summary>Noise of this level, of the shape it has.</summary>
    /// <param name="dbov">0 is a full-scale square wave.</param>
    public void Set(float dbov)
    {
        Level = dbov;
        var power = MathF.Pow(10, dbov / 10) * (1 << 30);
        for (var i = 0; i < _order; i++)
            power *= 1 - _reflections[i] * _reflections[i]; // what the shape adds is taken away before
        _target = dbov <= -QuietestLevel ? 0 : MathF.Sqrt(3 * power); // even distribution
    }

    /// <summary>White again, silent, and from the beginning.</summary>
    public void Reset()
    {
        (_order, _amplitude, _target, Level) = (0, 0, 0, -QuietestLevel);
        Array.Clear(_lattice);
    }

    /// <summary>Makes the next samples; a new level is reached within the first piece.</summary>
    public void Fill(Span<short> pcm)
    {
        var step = (_target - _amplitude) / Math.Max(1, pcm.Length);
        for (var i = 0; i < pcm.Length; i++)
        {
            _amplitude += step;
            pcm[i] = (short)Math.Clamp(MathF.Round(Shape(White() * _amplitude)), short.MinValue, short.MaxValue);
        }

        _amplitude = _target;
    }

    /// <summary>-1 to 1, evenly (xorshift).</summary>
    private float White()
    {
        _random ^= _random << 13;
        _random ^= _random >> 17;
        _random ^= _random << 5;
        return (int)_random * (1f / int.MaxValue);
    }

    /// <summary>The all-pole lattice.</summary>
    private float Shape(float through)
    {
        for (var i = _order - 1; i >= 0; i--)
        {
            through -= _reflections[i] * _lattice[i];
            _lattice[i + 1] = _lattice[i] + _reflections[i] * through;
        }

        _lattice[0] = through;
        return through;
    }
}
