namespace Conference.Media.Rtp;

/// <summary>Timestamps of one stream: extended beyond their wraps, in nanoseconds, and watched for jumps.</summary>
internal sealed class StreamClock
{
    private const long Millisecond = 1_000_000;
    private const int JumpMilliseconds = 250;

    private int _ticksPerMillisecond = 8;
    private long _lastTimestamp;
    private long _lastArrival;
    private int _lastTicks;

    /// <summary>Whether a packet has been followed since the last reset.</summary>
    public bool HasStream { get; private set; }

    /// <summary>RTP clock in Hz, a multiple of 1000.</summary>
    public int Hertz => _ticksPerMillisecond * 1000;

    public void Reset(int hertz)
    {
        _ticksPerMillisecond = hertz / 1000;
        HasStream = false;
    }

    public long ToNanoseconds(long ticks) => ticks * Millisecond / _ticksPerMillisecond;

    public long ToTicks(long nanoseconds) => nanoseconds * _ticksPerMillisecond / Millisecond;

    /// <summary>A timestamp that never wraps.</summary>
    public long Extend(uint timestamp) =>
        HasStream ? _lastTimestamp + (int)(timestamp - (uint)_lastTimestamp) : (1L << 32) + timestamp;

    /// <summary>Clients that start their timestamps anew on hold or codec change; silence suppression agrees with the arrival time instead.</summary>
    public bool Jumped(long timestamp, long arrival)
    {
        if (!HasStream) return false;
        var step = timestamp - _lastTimestamp;
        var limit = JumpMilliseconds * _ticksPerMillisecond;
        return Math.Abs(step - _lastTicks) > limit && Math.Abs(step - ToTicks(arrival - _lastArrival)) > limit;
    }

    /// <summary>Takes the latest packet of the stream.</summary>
    public void Follow(long timestamp, int ticks, long arrival) =>
        (HasStream, _lastTimestamp, _lastTicks, _lastArrival) = (true, timestamp, ticks, arrival);
}
