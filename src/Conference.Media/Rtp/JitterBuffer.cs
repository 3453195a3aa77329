namespace Conference.Media.Rtp;

/// <summary>Turns one payload into samples at 8 000 Hz.</summary>
/// <param name="codec">As given to <see cref="JitterBuffer.Insert"/>.</param>
/// <param name="payload">The payload of one packet.</param>
/// <param name="pcm">Room enough.</param>
/// <returns>How many samples were written.</returns>
public delegate int PayloadDecoder(byte codec, ReadOnlySpan<byte> payload, Span<short> pcm);

/// <summary>What a frame was made of.</summary>
public enum FrameOrigin
{
    /// <summary>Nothing was received for it.</summary>
    Silence,

    /// <summary>Invented, to cover a loss.</summary>
    Invented,

    /// <summary>At least partly received.</summary>
    Received,
}

/// <summary>Takes packets as they come and gives 20 ms of audio at every tick (RFC 3550 clients, NetEQ-like).</summary>
/// <remarks>
/// <para>A packet is played at the first tick at which 97 of 100 packets of its age would have come. When the network grows worse, or the
/// sender's clock is slower than ours, a frame is invented in between; when it grows better, or the clock is faster, one pitch period is
/// laid over the next. Nothing is ever flushed while packets flow.</para>
/// <para>No clock and no socket: times are arguments, in nanoseconds. Written by one thread, the mixer.</para>
/// </remarks>
public sealed class JitterBuffer(PayloadDecoder decode)
{
    /// <summary>The longest payload taken: 60 ms of G.711, and a bit of patience.</summary>
    public const int MaxPayload = 960;

    private const int SlotCount = 32;
    private const int Frame = 160;
    private const int LongestPeriod = 80; // 10 ms
    private const long SampleTime = 125_000;
    private const long Millisecond = 1_000_000;
    private const long Slack = 25 * Millisecond; // one tick of phase and a little hysteresis
    private const long SkipBeyond = 120 * Millisecond; // laying periods over each other would take seconds
    private const long BetweenShrinks = 100 * Millisecond;
    private const int JumpSamples = 2000; // 250 ms
    private const int QuietPeak = 300; // about -40 dBov: anything goes unnoticed

    private readonly DelayEstimate _delay = new();
    private readonly Concealer _concealer = new();
    private readonly Slot[] _slots = new Slot[SlotCount];
    private readonly byte[] _payloads = new byte[SlotCount * MaxPayload];
    private readonly short[] _fifo = new short[2 * MaxPayload];
    private int _buffered;
    private bool _hasStream;
    private bool _isPlaying;
    private long _next; // timestamp of the next sample to go into the fifo, extended
    private long _lastTimestamp;
    private long _lastArrival;
    private int _lastSamples;
    private long _lastShrink;
    private int _expected; // slot that follows the one played last

    /// <summary>Sequence numbers, loss and jitter of the stream.</summary>
    public SequenceTracker Sequence { get; } = new();

    /// <summary>Packets that came after their time.</summary>
    public long Late { get; private set; }

    /// <summary>Copies of packets that had come before.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Samples invented.</summary>
    public long Invented { get; private set; }

    /// <summary>How long packets are held beyond the fastest one at present.</summary>
    public TimeSpan Held => TimeSpan.FromTicks(_delay.Target / 100);

    /// <summary>Timestamp of the next sample to be taken out.</summary>
    internal uint Playing => (uint)_next;

    /// <summary>Forgets the stream; counters stay.</summary>
    public void Reset()
    {
        Array.Clear(_slots);
        (_buffered, _hasStream, _isPlaying) = (0, false, false);
        _delay.Reset();
        _concealer.Reset();
    }

    /// <summary>Takes one packet.</summary>
    /// <param name="packet">Of an audio payload type.</param>
    /// <param name="codec">For the decoder, when its time has come.</param>
    /// <param name="samples">How many samples it holds.</param>
    /// <param name="arrival">When it came, in nanoseconds.</param>
    public void Insert(in RtpPacket packet, byte codec, int samples, long arrival)
    {
        if (samples <= 0 || packet.Payload.Length > MaxPayload) return;
        var judged = Sequence.On(packet.Ssrc, packet.Sequence, out var sequence);
        if (judged == Arrival.OnProbation) return;
        if (judged == Arrival.Restart) Reset();

        var timestamp = Extend(packet.Timestamp);
        if (Jumped(timestamp, sequence, arrival)) Reset();
        if (IsCopy(sequence)) return;
        _delay.Feed(arrival, timestamp * SampleTime);
        Sequence.Transit(arrival / SampleTime, timestamp);
        Follow(timestamp, samples, sequence, arrival);
        if (_isPlaying && timestamp + samples <= _next)
            Late++;
        else
            Store(packet, codec, sequence, timestamp, samples);
    }

    /// <summary>Counts a packet of the stream that holds no audio, such as a telephone event.</summary>
    public void Skip(in RtpPacket packet)
    {
        if (Sequence.On(packet.Ssrc, packet.Sequence, out _) == Arrival.Restart) Reset();
    }

    /// <summary>Gives the next 20 ms.</summary>
    /// <param name="now">The tick, in nanoseconds.</param>
    /// <param name="frame">160 samples.</param>
    public FrameOrigin Pull(long now, Span<short> frame)
    {
        if (!_isPlaying && !Begin(now))
        {
            frame.Clear();
            return FrameOrigin.Silence;
        }

        var origin = _buffered > 0 && _concealer.Lost == 0 ? FrameOrigin.Received : FrameOrigin.Silence;
        while (_buffered < Frame)
        {
            var made = Fill(now);
            if (made > origin) origin = made;
        }

        _fifo.AsSpan(0, Frame).CopyTo(frame);
        _buffered -= Frame;
        _fifo.AsSpan(Frame, _buffered).CopyTo(_fifo);
        return origin;
    }

    private long Extend(uint timestamp) =>
        _hasStream ? _lastTimestamp + (int)(timestamp - (uint)_lastTimestamp) : (1L << 32) + timestamp;

    /// <summary>Clients that start their timestamps anew on hold or codec change; silence suppression agrees with the arrival time instead.</summary>
    private bool Jumped(long timestamp, long sequence, long arrival)
    {
        if (!_hasStream || sequence != Sequence.Highest) return false;
        var step = timestamp - _lastTimestamp;
        return Math.Abs(step - _lastSamples) > JumpSamples && Math.Abs(step - (arrival - _lastArrival) / SampleTime) > JumpSamples;
    }

    private bool IsCopy(long sequence)
    {
        if (!_hasStream || _slots[sequence % SlotCount].Sequence != sequence) return false;
        Duplicates++;
        Sequence.WasDuplicate();
        return true;
    }

    private void Follow(long timestamp, int samples, long sequence, long arrival)
    {
        if (_hasStream && sequence != Sequence.Highest) return;
        (_hasStream, _lastTimestamp, _lastSamples, _lastArrival) = (true, timestamp, samples, arrival);
    }

    private void Store(in RtpPacket packet, byte codec, long sequence, long timestamp, int samples)
    {
        var index = (int)(sequence % SlotCount);
        packet.Payload.CopyTo(_payloads.AsSpan(index * MaxPayload));
        _slots[index] = new Slot(sequence, timestamp, samples, codec, (short)packet.Payload.Length, true);
    }

    /// <summary>Starts playing once the oldest packet has waited long enough.</summary>
    private bool Begin(long now)
    {
        var first = Earliest(long.MinValue);
        if (first < 0 || Waited(_slots[first].Timestamp, now) < _delay.Target) return false;
        _next = _slots[first].Timestamp;
        _isPlaying = true;
        _lastShrink = now;
        return true;
    }

    private long Waited(long timestamp, long now) => now - timestamp * SampleTime - _delay.Base;

    /// <summary>Puts something into the fifo, at least one sample.</summary>
    private FrameOrigin Fill(long now)
    {
        var waited = Waited(_next, now);
        if (waited < _delay.Target) return Invent(Frame - _buffered, consumes: 0); // one tick later; less would not move the ticks

        var excess = waited - _delay.Target - Slack;
        if (excess > 0 && (_concealer.IsSilent || excess > SkipBeyond)) _next += excess / SampleTime;

        var slot = IsNext(_expected) ? _expected : Earliest(_next);
        if (slot < 0) return Invent(Frame - _buffered, consumes: Frame - _buffered);
        var gap = (int)Math.Min(Frame - _buffered, _slots[slot].Timestamp - _next);
        return gap > 0 ? Invent(gap, gap) : Play(ref _slots[slot], slot, excess, now);
    }

    private bool IsNext(int slot) => _slots[slot].IsFull && _slots[slot].Timestamp == _next;

    /// <summary>The slot whose audio comes first among those not over before <paramref name="timestamp"/>; -1 for none. Drops what is over.</summary>
    private int Earliest(long timestamp)
    {
        var found = -1;
        for (var i = 0; i < SlotCount; i++)
        {
            ref var slot = ref _slots[i];
            if (!slot.IsFull) continue;
            if (slot.Timestamp + slot.Samples <= timestamp)
                slot = slot with { IsFull = false };
            else if (found < 0 || slot.Timestamp < _slots[found].Timestamp)
                found = i;
        }

        return found;
    }

    private FrameOrigin Invent(int samples, int consumes)
    {
        var lost = _concealer.Lost;
        _concealer.Invent(_fifo.AsSpan(_buffered, samples));
        _buffered += samples;
        _next += consumes;
        if (_concealer.Lost == lost) return FrameOrigin.Silence; // faded out before
        Invented += _concealer.Lost - lost;
        return FrameOrigin.Invented;
    }

    private FrameOrigin Play(ref Slot slot, int index, long excess, long now)
    {
        var target = _fifo.AsSpan(_buffered);
        var count = decode(slot.Codec, _payloads.AsSpan(index * MaxPayload, slot.Length), target);
        var played = (int)(_next - slot.Timestamp); // overlapping packets: the beginning was heard already
        if (played > 0) target[played..count].CopyTo(target);
        count -= played;
        _next += count;
        slot = slot with { IsFull = false };
        _expected = (index + 1) % SlotCount;

        var audio = target[..count];
        _concealer.Pass(audio);
        if (excess > 0 && now - _lastShrink >= BetweenShrinks) count = Shrink(audio, now);
        _buffered += count;
        return FrameOrigin.Received;
    }

    /// <summary>Lays one period over the next, where they are alike or nobody would hear it.</summary>
    /// <returns>Samples left.</returns>
    private int Shrink(Span<short> audio, long now)
    {
        const int shortest = 20;
        var longest = Math.Min(LongestPeriod, audio.Length / 2);
        var (best, likeness) = (0, 0.9);
        for (var lag = shortest; lag <= longest; lag++)
        {
            var like = Concealer.Likeness(audio[..lag], audio.Slice(lag, lag));
            if (like > likeness) (best, likeness) = (lag, like);
        }

        if (best == 0 && Peak(audio) < QuietPeak) best = longest;
        if (best < shortest) return audio.Length;
        for (var i = 0; i < best; i++)
            audio[i] = (short)(audio[i] + (audio[i + best] - audio[i]) * i / best);
        audio[(2 * best)..].CopyTo(audio[best..]);
        _lastShrink = now;
        return audio.Length - best;
    }

    private static int Peak(ReadOnlySpan<short> audio)
    {
        var peak = 0;
        foreach (var sample in audio)
            peak = Math.Max(peak, Math.Abs((int)sample));
        return peak;
    }

    private readonly record struct Slot(long Sequence, long Timestamp, int Samples, byte Codec, short Length, bool IsFull);
}
