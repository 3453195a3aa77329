namespace Conference.Media.Rtp;

/// <summary>The quality of one leg as we receive it: judged every second over about the last ten, the mean and the worst kept for the report.</summary>
public sealed class QualityMeter
{
    private const double Weight = 0.1; // of the latest second
    private const int TickMilliseconds = 10; // half of a tick: how long a packet waits for it on average
    private const int FarEnd = 40; // buffer and sound card over there, by experience

    private long _expected;
    private long _missing;
    private long _bursts;
    private double _loss;
    private double _meanBurst = 1;
    private double _sum;
    private int _seconds;

    /// <summary>Score of about the last ten seconds, 1 to 4.5; 0 before the first.</summary>
    public double Current { get; private set; }

    /// <summary>R of the E-model behind <see cref="Current"/>, 0 to 100; 0 before the first.</summary>
    public double Rating { get; private set; }

    /// <summary>Score of listening alone, without what delay does to a conversation; 0 before the first.</summary>
    public double Listening { get; private set; }

    /// <summary>Mean of all seconds; 0 before the first.</summary>
    public double Mean => _seconds == 0 ? 0 : _sum / _seconds;

    /// <summary>The worst that lasted about ten seconds; 0 before the first.</summary>
    public double Worst { get; private set; }

    /// <summary>Percent of the packets lately that were lost or came too late.</summary>
    public double LossPercent => _loss;

    /// <summary>Takes the counters of the leg, once a second.</summary>
    /// <param name="codec">What it speaks.</param>
    /// <param name="stream">Its counters since it opened.</param>
    /// <param name="roundTrip">Milliseconds there and back; 0 while unknown.</param>
    /// <param name="buffer">Milliseconds packets wait for the late ones.</param>
    /// <param name="packet">Milliseconds of audio in a packet.</param>
    public void Second(in CodecImpairment codec, in StreamCounters stream, double roundTrip, double buffer, double packet)
    {
        var (expected, missing, bursts) = (stream.Expected - _expected, stream.Missing - _missing, stream.Bursts - _bursts);
        (_expected, _missing, _bursts) = (stream.Expected, stream.Missing, stream.Bursts);
        if (expected <= 0) return; // nobody spoke: nothing to judge
        var loss = Math.Clamp(100.0 * missing / expected, 0, 100);
        _loss = _seconds == 0 ? loss : _loss + Weight * (loss - _loss);
        if (bursts > 0) _meanBurst += Weight * ((double)missing / bursts - _meanBurst);

        var chance = 1 / (1 - Math.Min(0.99, _loss / 100));
        var burst = _meanBurst / chance;
        Rating = Math.Clamp(EModel.Rating(codec, _loss, burst, roundTrip / 2 + packet + codec.LookAhead + buffer + TickMilliseconds + FarEnd), 0, 100);
        Current = EModel.Opinion(Rating);
        Listening = EModel.Score(codec, _loss, burst, 0);
        Worst = _seconds == 0 ? Current : Math.Min(Worst, Current);
        _sum += Current;
        _seconds++;
    }
}

/// <param name="Expected">Packets that should have come, by their numbers.</param>
/// <param name="Missing">Packets that were not there when they were needed: lost or late.</param>
/// <param name="Bursts">How often one or several in a row were missing.</param>
public readonly record struct StreamCounters(long Expected, long Missing, long Bursts);
