namespace Conference.Media.Rtp;

/// <summary>How late packets come, and so how long to hold them: a forgetting histogram over the fastest packet of the last 2 s.</summary>
/// <remarks>The moving minimum follows the sender's clock, so that drift shows as a slowly moving <see cref="Base"/>, never as jitter.</remarks>
public sealed class DelayEstimate
{
    /// <summary>Milliseconds beyond which a packet counts as lost.</summary>
    public const int Longest = 200;

    private const long Millisecond = 1_000_000;
    private const long BinWidth = 2 * Millisecond;
    private const int Bins = 100; // 200 ms: later than that is lost
    private const float Forget = 0.017f;
    private const float Quantile = 0.97f;
    private const float MostWeight = 1e20f; // far from where a float ends
    private const long BucketWidth = 250 * Millisecond;
    private const int Buckets = 8;

    private readonly float[] _histogram = new float[Bins];
    private readonly long[] _minima = new long[Buckets];
    private float _weight = 1; // of all packets: rather than making the old ones lighter, each one weighs more than the one before
    private long _bucket;
    private int _seen;

    /// <summary>Arrival minus media time of the fastest recent packet, in nanoseconds.</summary>
    public long Base { get; private set; }

    /// <summary>How long after the fastest packet playout should happen, in nanoseconds: 97 of 100 packets are there by then.</summary>
    public long Target { get; private set; } = BinWidth;

    public void Reset()
    {
        Array.Clear(_histogram);
        _seen = 0;
        Target = BinWidth;
    }

    /// <summary>Takes one packet.</summary>
    /// <param name="arrival">When it came, in nanoseconds.</param>
    /// <param name="mediaTime">Its timestamp on the sender's clock, in nanoseconds.</param>
    public void Feed(long arrival, long mediaTime)
    {
        var delay = arrival - mediaTime;
        MoveBase(arrival, delay);
        _seen++;
        Count((int)Math.Clamp((delay - Base) / BinWidth, 0, Bins - 1));
        Target = FindTarget();
    }

    private void Count(int bin)
    {
        if (_seen == 1)
        {
            (_weight, _histogram[bin]) = (1, 1);
            return;
        }

        var share = Math.Max(Forget, 2f / (_seen + 1));
        _weight /= 1 - share;
        _histogram[bin] += share * _weight;
        if (_weight > MostWeight) Lighten();
    }

    private void Lighten()
    {
        for (var i = 0; i < Bins; i++)
            _histogram[i] /= _weight;
        _weight = 1;
    }

    private void MoveBase(long arrival, long delay)
    {
        var bucket = arrival / BucketWidth;
        if (_seen == 0) Array.Fill(_minima, long.MaxValue);
        var passed = _seen == 0 ? 0 : Math.Clamp(bucket - _bucket, 0, Buckets);
        for (var i = 0; i < passed; i++)
            _minima[(int)((bucket - i) % Buckets)] = long.MaxValue;
        _bucket = _seen == 0 ? bucket : Math.Max(bucket, _bucket);

        ref var minimum = ref _minima[(int)(_bucket % Buckets)];
        minimum = Math.Min(minimum, delay);
        var fastest = long.MaxValue;
        foreach (var one in _minima)
            fastest = Math.Min(fastest, one);
        Base = fastest;
    }

    private long FindTarget()
    {
        var (sum, most) = (0f, Quantile * _weight);
        for (var i = 0; i < Bins; i++)
        {
            sum += _histogram[i];
            if (sum >= most) return (i + 1) * BinWidth;
        }

        return Bins * BinWidth;
    }
}
