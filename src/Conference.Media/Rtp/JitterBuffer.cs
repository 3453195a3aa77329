using Conference.Media.Codecs;
using Conference.Media.Dsp;

namespace Conference.Media.Rtp;

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
/// <para>A lazy buffer keeps time and level but decodes nothing: nobody listens. When somebody does, the last packets played are decoded
/// for the decoder to find its way, and the first frame heard is as good as any.</para>
/// <para>No clock and no socket: times are arguments, in nanoseconds. Written by one thread, the mixer.</para>
/// </remarks>
public sealed class JitterBuffer
{
    /// <summary>The longest payload a buffer takes unless told otherwise: 60 ms of G.711 or G.722.</summary>
    public const int UsualPayload = 480;

    private const int LongestPacket = 120; // ms
    private const int Preroll = 10; // packets
    private const long Millisecond = 1_000_000;
    private const long Slack = 25 * Millisecond; // one tick of phase and a little hysteresis
    private const long SkipBeyond = 120 * Millisecond; // laying periods over each other would take seconds
    private const long BetweenShrinks = 100 * Millisecond;

    private readonly DelayEstimate _delay = new();
    private readonly StreamClock _clock = new();
    private readonly PacketShelf _shelf = new();
    private Concealer _concealer = new(8000);
    private IVoiceDecoder? _decoder; // of what is being played
    private short[] _fifo = [];
    private int _buffered; // samples
    private bool _isPlaying;
    private bool _isLazy;
    private long _next; // timestamp of the next sample to go into the fifo
    private long _lastShrink;
    private int _expected; // place that follows the one played last
    private long _played = -1; // its number
    private long _skipped; // packets without audio that came since, or before it

    public JitterBuffer() => Expect(UsualPayload);

    /// <summary>Sequence numbers, loss and jitter of the stream.</summary>
    public SequenceTracker Sequence { get; } = new();

    /// <summary>Packets that came after their time.</summary>
    public long Late { get; private set; }

    /// <summary>Copies of packets that had come before.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Whether what is missing is missing alone or in bursts.</summary>
    public LossGauge Losses { get; } = new();

    /// <summary>Samples invented.</summary>
    public long Invented { get; private set; }

    /// <summary>The same in time.</summary>
    public TimeSpan Concealed => TimeSpan.FromSeconds((double)Invented / (Format?.Rate ?? 8000));

    /// <summary>How long packets are held beyond the fastest one at present.</summary>
    public TimeSpan Held => TimeSpan.FromTicks(_delay.Target / 100);

    /// <summary>How long the packet taken last sounds, in nanoseconds; 0 before any.</summary>
    public long PacketLength { get; private set; }

    /// <summary>The format of what is being played; <see langword="null"/> before anything was.</summary>
    public VoiceFormat? Format => _decoder?.Format;

    /// <summary>Level in dBov of the packet played last, as far as it is known without decoding; NaN when it is not.</summary>
    public float Level { get; private set; } = float.NaN;

    /// <summary>Whether nobody needs the samples: frames are then silence, and nothing is decoded.</summary>
    public bool IsLazy
    {
        get => _isLazy;
        set
        {
            var wakes = _isLazy && !value;
            _isLazy = value;
            if (wakes) WarmUp();
        }
    }

    /// <summary>Timestamp of the next sample to be taken out.</summary>
    internal uint Playing => (uint)_next;

    private int Frame => _decoder!.Format.Frame;

    /// <summary>Makes room for payloads of this length; not on the audio path.</summary>
    public void Expect(int longestPayload) => _shelf.Resize(longestPayload);

    /// <summary>Forgets the stream; counters stay.</summary>
    public void Reset() => Reset(_clock.Hertz);

    /// <summary>Takes one packet.</summary>
    /// <param name="packet">Of an audio payload type.</param>
    /// <param name="decoder">For its payload type.</param>
    /// <param name="level">Level in dBov that is known already; NaN when it is not.</param>
    /// <param name="arrival">When it came, in nanoseconds.</param>
    public void Insert(in RtpPacket packet, IVoiceDecoder decoder, float level, long arrival)
    {
        var format = decoder.Format;
        var samples = packet.Payload.Length > _shelf.LongestPayload ? 0 : decoder.Measure(packet.Payload);
        if (samples <= 0 || samples > format.Rate * LongestPacket / 1000) return;
        var judged = Sequence.On(packet.Ssrc, packet.Sequence, out var sequence);
        if (judged == Arrival.OnProbation) return;
        if (judged == Arrival.Restart || format.Clock != _clock.Hertz) Reset(format.Clock);

        var timestamp = _clock.Extend(packet.Timestamp);
        var isLatest = !_clock.HasStream || sequence == Sequence.Highest;
        if (isLatest && _clock.Jumped(timestamp, arrival)) Reset();
        if (IsCopy(sequence)) return;
        _delay.Feed(arrival, _clock.ToNanoseconds(timestamp));
        Sequence.Transit(_clock.ToTicks(arrival), timestamp);
        var ticks = (int)((long)samples * format.Clock / format.Rate);
        if (isLatest) _clock.Follow(timestamp, ticks, arrival);
        PacketLength = _clock.ToNanoseconds(ticks);
        if (_isPlaying && timestamp + ticks <= _next)
            Late++;
        else
            _shelf.Put(new ShelvedPacket(sequence, timestamp, ticks, packet.Payload.Length, decoder, level, true), packet.Payload);
    }

    /// <summary>Counts a packet of the stream that holds no audio, such as a telephone event.</summary>
    public void Skip(in RtpPacket packet)
    {
        var judged = Sequence.On(packet.Ssrc, packet.Sequence, out var sequence);
        if (judged == Arrival.Restart) Reset();
        else if (judged == Arrival.InStream && sequence > _played) _skipped++;
    }

    /// <summary>Gives the next 20 ms.</summary>
    /// <param name="now">The tick, in nanoseconds.</param>
    /// <param name="frame">Room for 20 ms at any rate; filled as far as 20 ms of <see cref="Format"/> go; what lies behind is not touched, because a thousand legs share the processor's cache.</param>
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

    private void Reset(int clock)
    {
        _shelf.Clear();
        _clock.Reset(clock);
        (_buffered, _isPlaying, _played, _skipped, Level) = (0, false, -1, 0, float.NaN);
        _delay.Reset();
        _concealer.Reset();
        _decoder?.Reset();
    }

    private bool IsCopy(long sequence)
    {
        if (!_clock.HasStream || !_shelf.Holds(sequence)) return false;
        Duplicates++;
        Sequence.WasDuplicate();
        return true;
    }

    /// <summary>Starts playing once the oldest packet has waited long enough.</summary>
    private bool Begin(long now)
    {
        var first = _shelf.Earliest(long.MinValue);
        if (first < 0 || Waited(_shelf[first].Timestamp, now) < _delay.Target) return false;
        Use(_shelf[first].Decoder);
        _next = _shelf[first].Timestamp;
        _isPlaying = true;
        _lastShrink = now;
        return true;
    }

    /// <summary>The sender speaks another codec now, as he may without asking (RFC 3264 §6.1).</summary>
    private void Use(IVoiceDecoder decoder)
    {
        if (ReferenceEquals(decoder, _decoder)) return;
        var rate = decoder.Format.Rate;
        if (_decoder is null || _decoder.Format.Rate != rate)
        {
            _concealer = new Concealer(rate);
            _fifo = new short[rate * (LongestPacket + 20) / 1000];
            _buffered = 0;
        }

        _decoder = decoder;
    }

    private long Waited(long timestamp, long now) => now - _clock.ToNanoseconds(timestamp) - _delay.Base;

    private int ToSamples(long ticks) => (int)(ticks * _decoder!.Format.Rate / _decoder.Format.Clock);

    private long ToTicks(int samples) => (long)samples * _decoder!.Format.Clock / _decoder.Format.Rate;

    /// <summary>Puts something into the fifo, at least one sample.</summary>
    private FrameOrigin Fill(long now)
    {
        var waited = Waited(_next, now);
        var missing = Frame - _buffered;
        if (waited < _delay.Target) return Invent(missing, consumes: 0, default); // one tick later; less would not move the ticks

        var excess = waited - _delay.Target - Slack;
        if (excess > 0 && (_isLazy || _concealer.IsSilent || excess > SkipBeyond)) _next += _clock.ToTicks(excess);

        var place = IsNext(_expected) ? _expected : _shelf.Earliest(_next);
        if (place < 0) return Invent(missing, ToTicks(missing), default);
        var gap = (int)Math.Min(missing, ToSamples(_shelf[place].Timestamp - _next));
        if (gap <= 0) return Play(place, excess, now);
        var follows = PacketShelf.PlaceOf(_shelf[place].Sequence - 1) == _expected ? _shelf.PayloadAt(place) : default;
        return Invent(gap, ToTicks(gap), follows);
    }

    private bool IsNext(int place) => _shelf[place].IsWaiting && _shelf[place].Timestamp == _next;

    /// <param name="samples">How many to make up.</param>
    /// <param name="consumes">How much of the stream's time they stand for.</param>
    /// <param name="follows">The payload after the one that is missing, if it is here: it may hold a copy.</param>
    private FrameOrigin Invent(int samples, long consumes, ReadOnlySpan<byte> follows)
    {
        var target = _fifo.AsSpan(_buffered, samples);
        _buffered += samples;
        _next += consumes;
        if (_isLazy)
        {
            target.Clear();
            return FrameOrigin.Silence;
        }

        if (consumes > 0 && samples == Frame && !_concealer.IsSilent && _decoder!.Conceal(follows, target))
        {
            Invented += samples;
            _concealer.Borrow(target);
            return FrameOrigin.Invented;
        }

        var lost = _concealer.Lost;
        _concealer.Invent(target);
        if (_concealer.Lost == lost) return FrameOrigin.Silence; // faded out before
        Invented += _concealer.Lost - lost;
        return FrameOrigin.Invented;
    }

    private FrameOrigin Play(int place, long excess, long now)
    {
        var packet = _shelf[place];
        if (packet.Sequence > _played) Losses.Played(MissedBefore(packet.Sequence));
        _played = Math.Max(_played, packet.Sequence);
        Use(packet.Decoder);
        var target = _fifo.AsSpan(_buffered);
        var count = Decode(place, target);
        var played = ToSamples(_next - packet.Timestamp); // overlapping packets: the beginning was heard already
        if (played > 0) target[played..count].CopyTo(target);
        count -= Math.Max(0, played);
        _next = packet.Timestamp + packet.Ticks;
        Level = packet.Level;
        _shelf.Played(place);
        _expected = (place + 1) % PacketShelf.Places;
        if (!_isLazy) count = Smooth(target[..count], excess, now);
        _buffered += count;
        return FrameOrigin.Received;
    }

    /// <summary>Packets that should have been played since the last one; those without audio were here all the same.</summary>
    private long MissedBefore(long sequence)
    {
        var gap = _played < 0 ? 0 : sequence - _played - 1;
        var without = Math.Min(gap, _skipped);
        _skipped -= without;
        return gap - without;
    }

    /// <summary>The samples of a packet; silence as long as it when nobody listens or nobody can read it.</summary>
    private int Decode(int place, Span<short> target)
    {
        var count = ToSamples(_shelf[place].Ticks);
        if (_isLazy || _decoder!.Decode(_shelf.PayloadAt(place), target) != count) target[..count].Clear();
        return count;
    }

    private int Smooth(Span<short> audio, long excess, long now)
    {
        _concealer.Pass(audio);
        if (excess <= 0 || now - _lastShrink < BetweenShrinks) return audio.Length;
        var left = Squeeze.Shorten(audio, _decoder!.Format.Rate);
        if (left < audio.Length) _lastShrink = now;
        return left;
    }

    /// <summary>The last packets that were passed over tell the decoder where it is; what is left of them in the fifo was silence.</summary>
    private void WarmUp()
    {
        if (!_isPlaying || _decoder is null) return;
        var newest = _shelf[(_expected + PacketShelf.Places - 1) % PacketShelf.Places].Sequence;
        var pcm = _fifo.AsSpan(_buffered);
        _decoder.Reset();
        for (var sequence = newest - Preroll + 1; sequence <= newest; sequence++)
        {
            var place = PacketShelf.PlaceOf(sequence);
            if (!_shelf.Holds(sequence) || !ReferenceEquals(_shelf[place].Decoder, _decoder)) continue;
            var count = _decoder.Decode(_shelf.PayloadAt(place), pcm);
            if (count > 0) _concealer.Pass(pcm[..count]);
        }
    }
}
