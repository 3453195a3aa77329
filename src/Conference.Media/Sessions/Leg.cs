using System.Security.Cryptography;
using Conference.Media.Codecs;
using Conference.Media.Dsp;
using Conference.Media.Mixing;
using Conference.Media.Rtp;
using Conference.Media.Sdp;
using Conference.Media.Security;

namespace Conference.Media.Sessions;

/// <summary>One leg as the mixer sees it: packets in, 20 ms of voice out of them, 20 ms of payload back. Owned by the mixer thread.</summary>
internal sealed class Leg
{
    private const int MaxReads = 64; // a flood is drained, not believed
    private const int SquelchTicks = 5; // telephone events repeat within 50 ms
    private const int FrameMilliseconds = 20;
    private const int TicksPerSecond = 50;
    private const int RtcpEvery = 5; // ticks
    private const int LookAgainEvery = 8; // ticks
    private const long EarlyPacket = 5_000_000; // ns that a packet may come before its time
    private const int UnlockedBudget = 50; // packets in 5 s towards an address that has not spoken, unless signalling comes from there
    private const int BudgetTicks = 5 * TicksPerSecond;

    private readonly PacketPort _rtp;
    private readonly PacketPort _rtcp;
    private readonly Peer _signalling;
    private readonly RtpSender _sender;
    private readonly DigitSender _keys;
    private readonly RtcpReporter _reporter;
    private readonly JitterBuffer _jitter = new();
    private readonly Latch _latch = new();
    private readonly DigitReader _digits = new();
    private readonly QualityMeter _quality = new();
    private VoiceFormat? _judged;
    private CodecImpairment _impairment;
    private readonly IMixerListener _owner;
    private readonly short[] _pulled = new short[MixRates.LongestFrame];
    private MixSlot _home;
    private VoiceResampler? _toOurRate;
    private Agreement? _agreed;
    private LegVoice? _voice;
    private LegShield? _shield;
    private Peer _described;
    private Peer _describedRtcp;
    private long _lastHeardTick;
    private long _squelchedUntil;
    private long _servedTick = -1;
    private long _receivedTick = -1;
    private long _sentTick = -1;
    private int _budget = UnlockedBudget;
    private G722Level _g722Level;
    private bool _canRest;
    private float _wakesAt;
    private bool _isSilent;
    private bool _isClosed;
    private bool _wasPrivate;
    private long _sharesFrom; // tick from which the shared stream sounds like ours

    public Leg(PacketPort rtp, PacketPort rtcp, Peer signalling, MixSlot home, IMixerListener owner)
    {
        (_rtp, _rtcp, _signalling, _home, _owner) = (rtp, rtcp, signalling, home, owner);
        Span<byte> seed = stackalloc byte[10];
        RandomNumberGenerator.Fill(seed); // unpredictable, so that nobody can guess his way into a stream (RFC 3550 §5.1)
        var ssrc = BitConverter.ToUInt32(seed);
        _sender = new RtpSender(ssrc, BitConverter.ToUInt16(seed[4..]), BitConverter.ToUInt32(seed[6..]), Transmit);
        _keys = new DigitSender(_sender);
        _reporter = new RtcpReporter(ssrc, _jitter.Sequence);
    }

    /// <summary>The slot that serves it; changed by the slot that lets go of it, as its last act.</summary>
    public MixSlot Home
    {
        get => Volatile.Read(ref _home);
        set => Volatile.Write(ref _home, value);
    }

    /// <summary>What it speaks and understands; <see langword="null"/> before signalling has agreed.</summary>
    public LegVoice? Speech => _voice;

    /// <summary>Its voice of this tick, at the rate it hears; meaningful when <see cref="HasVoice"/>.</summary>
    public Span<short> Voice => _pulled.AsSpan(0, _voice?.Frame ?? Bus.Frame);

    /// <summary>Whether anything was received, or invented to cover a loss, for this tick.</summary>
    public bool HasVoice { get; private set; }

    /// <summary>Whether its voice is not decoded, because nobody hears it: <see cref="Voice"/> is silence, and only <see cref="KnownLevel"/> tells.</summary>
    public bool IsLazy => _jitter.IsLazy;

    /// <summary>Level in dBov that is known without decoding; NaN when it is not.</summary>
    public float KnownLevel => _jitter.Level;

    /// <summary>Whether a key is being pressed: loud, but no speech.</summary>
    public bool IsPressing { get; private set; }

    /// <summary>Whether the others may hear it: not while the peer holds the call or presses a key.</summary>
    public bool MaySpeak { get; private set; }

    public Player Player { get; } = new();

    /// <summary>Music of a leg that sits in no room.</summary>
    public Looped Hold { get; } = new();

    public Limiter Limiter { get; } = new();

    public long ForeignPackets { get; private set; }

    /// <summary>Packets that nobody with the key can have sent.</summary>
    public long Unbelieved { get; private set; }

    public LegStats Stats => new(
        _jitter.Sequence.Received, _sender.Packets, _jitter.Sequence.Lost, _jitter.Late, ForeignPackets, JitterMilliseconds)
    {
        Score = _quality.Current,
        MeanScore = _quality.Mean,
        WorstScore = _quality.Worst,
        LossPercent = _quality.LossPercent,
        PeerLossPercent = _reporter.News.FractionLost * 100 / 256.0,
        RoundTripMs = _reporter.RoundTrip,
        BufferMs = _jitter.Held.TotalMilliseconds,
        Unbelieved = Unbelieved,
        Duplicates = _jitter.Duplicates,
        Concealed = _jitter.Concealed,
    };

    private double JitterMilliseconds => _jitter.Sequence.Jitter * 1000 / (_jitter.Format?.Clock ?? 8000);

    private bool MaySend => _agreed is not null && _agreed.Direction.Sends();

    private Peer Target => _latch.Locked.IsNone ? _described : _latch.Locked;

    /// <summary>Asks the worker that has the leg to do something with it, before its next tick; from any thread.</summary>
    public void Ask(Action command)
    {
        var asked = Home.Worker;
        asked.Ask(() => Do(asked, command));
    }

    /// <summary>Does it, or sends it on when the leg has moved meanwhile; a worker never waits for another.</summary>
    private void Do(MixWorker asked, Action command)
    {
        var owner = Home.Worker;
        if (owner == asked) command();
        else if (!owner.TryAsk(() => Do(owner, command))) asked.TryAsk(() => Do(asked, command));
    }

    /// <summary>Nobody will hear it unless it speaks: it is not decoded until a packet is at least so loud, where that can be told.</summary>
    /// <param name="wakesAt">dBov.</param>
    public void Rest(float wakesAt)
    {
        _wakesAt = wakesAt;
        if (_canRest && !float.IsNaN(_jitter.Level)) _jitter.IsLazy = true;
    }

    /// <summary>It may be heard at any moment.</summary>
    public void Wake() => _jitter.IsLazy = false;

    /// <summary>Goes to another slot; for the worker that has it. Nothing is touched after it was handed over.</summary>
    public void MoveTo(MixSlot slot)
    {
        var before = Home;
        if (ReferenceEquals(before, slot) || !before.Remove(this)) return;
        Home = slot;
        if (slot.Worker == before.Worker)
        {
            slot.Add(this);
        }
        else if (!slot.Worker.TryAsk(() => slot.Add(this))) // thousands wait there: it stays for now
        {
            Home = before;
            before.Add(this);
            before.Worker.TryAsk(() => MoveTo(slot));
        }
    }

    /// <summary>Takes what signalling agreed on, the voice made ready for it, and what protects it.</summary>
    public void Use(Agreement agreed, LegVoice voice, LegShield? shield)
    {
        var (tick, now) = (Home.Worker.Now.Tick, Home.Worker.Now.Now);
        var described = agreed.Remote is { } remote ? Peer.From(remote.Address, remote.Port) : Peer.None;
        if (_agreed is null || (!described.IsNone && described != _described)) Expect(described, now);
        if (!described.IsNone)
        {
            _described = described;
            _describedRtcp = agreed.RemoteRtcp is { } rtcp ? Peer.From(rtcp.Address, rtcp.Port) : Peer.None;
        }

        (_agreed, _voice, _shield) = (agreed, voice, shield);
        _canRest = agreed.LevelExtension is not null || agreed.Receive.Any(r => r.Format == VoiceFormats.G722);
        _jitter.Expect(voice.LongestPayload);
        _sender.Use(voice.Format, voice.PayloadType, voice.PacketTime);
        _lastHeardTick = tick;
    }

    /// <summary>Plays sounds to this leg alone, after those asked for before.</summary>
    public void Play(Playback playback)
    {
        if (_isClosed) Home.Worker.Events.Add(new MixerEvent(MixerEventKind.Played, _owner, playback));
        else Player.Add(playback);
    }

    /// <summary>Sends a key to the peer, when it takes events.</summary>
    public void SendKey(char key)
    {
        if (_agreed?.SendEventPayload is not null) _keys.Add(key);
    }

    /// <summary>Reads the sockets and prepares the voice of this tick.</summary>
    /// <param name="tick">Number of the tick.</param>
    /// <param name="now">Monotonic clock in nanoseconds.</param>
    /// <param name="clockOffset">What to add to the wall clock to get <paramref name="now"/>'s clock.</param>
    public void Receive(long tick, long now, long clockOffset)
    {
        if (tick == _receivedTick) return; // it has come from a slot that was served before
        _receivedTick = tick;
        Drain(_rtp, tick, now, clockOffset);
        if (tick % RtcpEvery == 0) Drain(_rtcp, tick, now, clockOffset);
        if (tick % TicksPerSecond == 0) Guard(now);
        HasVoice = _voice is not null && Pull(now) != FrameOrigin.Silence;
        IsPressing = tick < _squelchedUntil;
        MaySpeak = _agreed is { Direction: SdpDirection.SendRecv } && !IsPressing;
    }

    /// <summary>Whether it may be sent what others are sent: not before its decoder could not tell the difference.</summary>
    public bool MayShare(long tick) => tick >= _sharesFrom;

    /// <summary>Whether what it was sent last was encoded for it alone.</summary>
    public bool WasPrivate => _wasPrivate;

    /// <summary>Sends what all listeners of its class get.</summary>
    public void SendShared(long tick, ReadOnlySpan<byte> payload)
    {
        if (_servedTick == tick) return;
        _wasPrivate = false;
        Send(tick, payload);
    }

    /// <summary>Adds what this leg alone hears, and sends the whole.</summary>
    /// <param name="tick">Number of the tick.</param>
    /// <param name="base">What it hears otherwise, at its rate.</param>
    /// <param name="voices">How many voices are in that.</param>
    /// <param name="music">Music to add while no prompt plays.</param>
    /// <param name="shared">The limiter of the shared mix and the encoder of its class, where this leg goes on; nothing outside a room.</param>
    /// <param name="isAlike">Whether it hears the same as everybody, and is on its way back to the shared stream.</param>
    public void SendPrivate(long tick, ReadOnlySpan<int> @base, int voices, Looped music, in SharedStand shared, bool isAlike)
    {
        if (_servedTick == tick || _voice is null) return;
        var scratch = Home.Worker.Scratch;
        var heard = scratch.Heard.AsSpan(0, _voice.Frame);
        var pcm = scratch.Pcm.AsSpan(0, _voice.Frame);
        @base.CopyTo(heard);
        if (Player.IsPlaying) voices++;
        if (music.Mix(heard, !Player.IsPlaying)) voices++;
        PlayPrompts(heard);
        if (!_wasPrivate) GoOnFrom(shared);
        if (!isAlike) _sharesFrom = tick + 1 + _voice.Format.SettleMilliseconds / FrameMilliseconds;
        Limiter.Apply(heard, voices, pcm);
        var length = _voice.Encoder.Encode(pcm, scratch.Payload);
        Send(tick, scratch.Payload.AsSpan(0, length));
    }

    /// <summary>Serves a leg that no room has served in this tick.</summary>
    public void SendAlone(long tick, ReadOnlySpan<int> silence)
    {
        if (_servedTick != tick && _voice is not null) SendPrivate(tick, silence[.._voice.Frame], 0, Hold, default, isAlike: false);
    }

    /// <summary>Does what is due between packets: RTCP, and noticing that the peer is gone.</summary>
    public void Tend(long tick, ulong ntp, in Patience patience)
    {
        if (_agreed is null) return;
        if (tick % BudgetTicks == 0) _budget = UnlockedBudget;
        if (tick % TicksPerSecond == 0) Judge();
        if (_reporter.IsDue(tick)) Report(tick, ntp, goodbye: false);
        var allowed = _agreed.Direction == SdpDirection.SendRecv ? patience.Active : patience.Held;
        if (_isSilent || tick - _lastHeardTick <= allowed) return;
        _isSilent = true;
        Home.Worker.Events.Add(new MixerEvent(MixerEventKind.Silent, _owner));
    }

    private void Judge()
    {
        if (_jitter.Format is not { } format) return;
        if (!ReferenceEquals(format, _judged)) (_judged, _impairment) = (format, CodecImpairment.Of(format));
        var sequence = _jitter.Sequence;
        var counters = new StreamCounters(sequence.ExpectedInAll, sequence.Lost + _jitter.Late, sequence.Gaps + _jitter.Late);
        var packet = _jitter.PacketLength / 1e6;
        _quality.Second(_impairment, counters, _reporter.RoundTrip, _jitter.Held.TotalMilliseconds, packet);
    }

    /// <summary>Leaves its slot for good, says goodbye and gives up what plays.</summary>
    public void Close()
    {
        if (_isClosed) return;
        Home.Remove(this);
        if (_agreed is not null) Report(Home.Worker.Now.Tick, Home.Worker.Now.Ntp, goodbye: true);
        while (Player.TryAbandon(out var playback))
            Home.Worker.Events.Add(new MixerEvent(MixerEventKind.Played, _owner, playback));
        (_isClosed, HasVoice, MaySpeak) = (true, false, false); // a plan may still seat it; its sockets are gone
        Home.Worker.Events.Add(new MixerEvent(MixerEventKind.Closed, _owner));
    }

    private void Expect(Peer described, long now)
    {
        _latch.Expect(described, _signalling, now);
        _rtp.Connect(Peer.None);
    }

    /// <summary>The kernel guards a settled stream, and sends faster on it; it lets others speak again when the peer falls silent.</summary>
    private void Guard(long now) => _rtp.Connect(_shield is null && _latch.IsSettled(now) ? _latch.Locked : Peer.None);

    /// <summary>Takes 20 ms out of the jitter buffer, at the rate this leg hears.</summary>
    private FrameOrigin Pull(long now)
    {
        var origin = _jitter.Pull(now, _pulled);
        if (origin != FrameOrigin.Silence && _jitter.Format!.Rate != _voice!.Format.Rate) Resample(_jitter.Format);
        return origin;
    }

    /// <summary>A peer may send another codec than it is sent; its voice is brought to the rate it hears, so that it can be taken out of the mix.</summary>
    private void Resample(VoiceFormat spoken)
    {
        if (_toOurRate is null || _toOurRate.From != spoken.Rate || _toOurRate.To != _voice!.Format.Rate)
            _toOurRate = new VoiceResampler(spoken.Rate, _voice!.Format.Rate);
        _toOurRate.Convert(_pulled.AsSpan(0, spoken.Frame), _pulled.AsSpan(0, _voice!.Frame));
    }

    private void GoOnFrom(in SharedStand shared)
    {
        _wasPrivate = true;
        if (shared.Limiter is { } limiter) Limiter.Follow(limiter);
        if (shared.Encoder is { } encoder && _sentTick >= 0) _voice!.Encoder.Follow(encoder);
    }

    private void Drain(PacketPort port, long tick, long now, long clockOffset)
    {
        for (var i = 0; i < MaxReads; i++)
        {
            var length = port.Receive(Home.Worker.Scratch.Datagram, out var from, out var stamp);
            if (length < 0) return;
            if (_agreed is null) continue; // nobody may talk to us yet
            var arrival = stamp == 0 ? now : Math.Clamp(stamp + clockOffset, now - 1_000_000_000, now);
            Take(Home.Worker.Scratch.Datagram, length, from, port == _rtcp, tick, arrival);
            if (stamp != 0 && now - arrival < _jitter.PacketLength - EarlyPacket && tick % LookAgainEvery != 0) return; // the next cannot be here yet
        }
    }

    private void Take(Span<byte> datagram, int length, Peer from, bool isRtcpPort, long tick, long arrival)
    {
        var isRtcp = isRtcpPort || (_agreed!.RtcpMux && length > 1 && datagram[1] is >= 192 and <= 223);
        if (_shield is not null && !Unlock(datagram, ref length, isRtcp))
            Unbelieved++;
        else if (isRtcp)
            TakeRtcp(datagram[..length], from, tick);
        else if (RtpPacket.Parse(datagram[..length], out var packet) == RtpError.None && IsKnown(packet.PayloadType))
            TakeRtp(packet, from, tick, arrival);
    }

    private bool Unlock(Span<byte> datagram, ref int length, bool isRtcp)
    {
        var packet = datagram[..length];
        var error = isRtcp ? _shield!.Receiver.UnprotectControl(packet, ref length) : _shield!.Receiver.Unprotect(packet, ref length);
        return error == SrtpError.None;
    }

    private bool IsKnown(byte payloadType) => _voice!.IsEvent(payloadType) || _voice!.DecoderOf(payloadType) is not null;

    private void TakeRtp(in RtpPacket packet, Peer from, long tick, long arrival)
    {
        var verdict = _shield is null ? _latch.On(from, packet.Ssrc, packet.Sequence, arrival) : _latch.Believe(from, packet.Ssrc, packet.Sequence, arrival);
        if (verdict == LatchVerdict.Foreign) ForeignPackets++;
        if (verdict != LatchVerdict.Accept) return;

        _lastHeardTick = tick;
        if (_voice!.IsEvent(packet.PayloadType))
            TakeEvent(packet, tick);
        else if (_agreed!.Direction.Receives())
            Hear(packet, arrival);
    }

    private void Hear(in RtpPacket packet, long arrival)
    {
        if (_voice!.DecoderOf(packet.PayloadType) is not { } decoder) return;
        var level = _canRest ? LevelOf(packet, decoder) : float.NaN;
        if (_jitter.IsLazy && !(level < _wakesAt)) _jitter.IsLazy = false; // before it is played: not a syllable is lost
        _jitter.Insert(packet, decoder, level, arrival);
    }

    /// <summary>How loud a payload is, as far as that can be told without decoding it.</summary>
    private float LevelOf(in RtpPacket packet, IVoiceDecoder decoder) =>
        decoder is G722Decoder ? _g722Level.Measure(packet.Payload) : packet.AudioLevel(_agreed!.LevelExtension ?? 0);

    private void TakeEvent(in RtpPacket packet, long tick)
    {
        _jitter.Skip(packet);
        if (!_digits.Read(packet, out var key)) return;
        _squelchedUntil = tick + SquelchTicks;
        if (key != '\0') Home.Worker.Events.Add(new MixerEvent(MixerEventKind.Digit, _owner, Key: key));
    }

    private void TakeRtcp(ReadOnlySpan<byte> datagram, Peer from, long tick)
    {
        var isTheirs = from.Address == Target.Address || from.Address == _signalling.Address;
        if (!isTheirs)
            ForeignPackets++;
        else if (_reporter.Take(datagram, tick, Home.Worker.Now.Ntp))
            _lastHeardTick = tick;
    }

    private void PlayPrompts(Span<int> heard)
    {
        Player.Mix(heard, out var ended, out var completed);
        if (ended is not null) Home.Worker.Events.Add(new MixerEvent(MixerEventKind.Played, _owner, ended, Flag: completed));
    }

    private void Send(long tick, ReadOnlySpan<byte> payload)
    {
        _servedTick = tick;
        if (_isClosed || !MaySend || Target.IsNone || !HasBudget()) return;
        var missed = tick - _sentTick - 1;
        if (_sentTick >= 0 && missed > 0) _sender.Pause((int)(missed * _sender.Frame)); // held, or the machine skipped ticks
        _sentTick = tick;
        if (_keys.IsSending && _agreed!.SendEventPayload is { } events) _keys.Tick(events);
        else if (payload.IsEmpty) _sender.Pause(_sender.Frame); // nobody speaks, and the codec says so by silence
        else _sender.Send(payload);
    }

    /// <summary>An SDP may name a victim: until it has spoken it gets little, unless it is where the signalling comes from.</summary>
    private bool HasBudget() => !_latch.Locked.IsNone || _described.Address == _signalling.Address || _budget-- > 0;

    private void Transmit(Span<byte> datagram, int length)
    {
        if (_shield is null || _shield.Sender.Protect(datagram, ref length) == SrtpError.None) _rtp.Send(datagram[..length], Target);
    }

    private void Report(long tick, ulong ntp, bool goodbye)
    {
        var datagram = _reporter.Write(tick, ntp, _sender, goodbye, out var length);
        if (_shield is not null && _shield.Sender.ProtectControl(datagram, ref length) != SrtpError.None) return;
        var mux = _agreed!.RtcpMux;
        var target = mux ? Target : _describedRtcp;
        if (!target.IsNone && HasBudget()) (mux ? _rtp : _rtcp).Send(datagram[..length], target);
    }
}
