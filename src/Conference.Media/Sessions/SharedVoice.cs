using Conference.Media.Codecs;
using Conference.Media.Mixing;

namespace Conference.Media.Sessions;

/// <summary>What all listeners of one class in a room get: the mix, encoded at most once a tick.</summary>
internal sealed class SharedVoice(ListenerClass @class, IVoiceEncoder encoder)
{
    private readonly byte[] _payload = new byte[2048];
    private int _length;
    private long _tick = -1;
    private int _expectedLoss; // of the tick before
    private int _worstLoss;

    public ListenerClass Class => @class;

    /// <summary>Where its stream stands: a listener who begins to speak goes on from here.</summary>
    public IVoiceEncoder Encoder => encoder;

    /// <summary>The payload of this tick; empty when nothing need be sent.</summary>
    public ReadOnlySpan<byte> Payload => _payload.AsSpan(0, _length);

    /// <summary>Whether the mix of this tick is digital silence.</summary>
    public bool IsQuiet { get; private set; }

    /// <summary>A listener who misses packets: copies are made for the worst of them.</summary>
    public void ExpectLoss(int percent) => _worstLoss = Math.Max(_worstLoss, percent);

    /// <summary>Encodes the mix, unless that was done in this tick.</summary>
    /// <param name="tick">Number of the tick.</param>
    /// <param name="mix">What all listeners hear.</param>
    /// <param name="before">The encoder that the first listener had for himself until now, if he had: a stream that nobody heard goes on where his stands.</param>
    /// <param name="complexity">Effort that there is time for.</param>
    public void Encode(long tick, SharedMix mix, IVoiceEncoder? before, int complexity)
    {
        if (_tick == tick) return;
        if (_tick != tick - 1 && before is not null) encoder.Follow(before);
        _tick = tick;
        (_expectedLoss, _worstLoss) = (_worstLoss, 0);
        encoder.Tune(complexity, @class.IsLossy ? Math.Max(1, _expectedLoss) : 0);
        var pcm = mix.Take(tick);
        IsQuiet = !pcm.ContainsAnyExcept((short)0);
        _length = encoder.Encode(pcm, _payload);
    }
}

/// <summary>The mix at one rate as everybody hears it who does not speak, made at most once a tick.</summary>
internal sealed class SharedMix(Buses buses, int rate)
{
    private readonly short[] _pcm = new short[MixRates.FrameOf(rate)];
    private long _tick = -1;

    public Limiter Limiter { get; } = new();

    public ReadOnlySpan<short> Take(long tick)
    {
        if (_tick != tick) Limiter.Apply(buses.At(rate), buses.Voices, _pcm);
        _tick = tick;
        return _pcm;
    }
}

/// <summary>Where the stream stands that a leg leaves.</summary>
internal readonly record struct SharedStand(Limiter? Limiter, IVoiceEncoder? Encoder);
