using System.Security.Cryptography;
using Conference.Media.Codecs;
using Conference.Media.Rtp;
using Conference.Media.Sdp;

namespace Conference.Media.Sessions;

/// <summary>One leg as the mixer sees it: whose it is, what it agreed on, how it is doing; what it says comes by its receiver, what it hears leaves by its sender. Owned by the worker that has it.</summary>
internal sealed class Leg
{
    private const int TicksPerSecond = 50;
    private const int FrameMilliseconds = 20;
    private const int BudgetTicks = 5 * TicksPerSecond;
    private const int KeysWithin = 15 * TicksPerSecond; // a handshake takes a second on a bad day

    private readonly IMixerListener _owner;
    private readonly LegPath _path;
    private readonly JitterBuffer _jitter = new();
    private readonly RtcpReporter _reporter;
    private readonly LegReceiver _receiver;
    private readonly LegSender _sender;
    private readonly QualityMeter _quality = new();
    private VoiceFormat? _judged;
    private CodecImpairment _impairment;
    private MixSlot _home;
    private Agreement? _agreed;
    private long _agreedTick;
    private bool _isSilent;
    private bool _isClosed;

    public Leg(PacketPort rtp, PacketPort rtcp, Peer signalling, MixSlot home, IMixerListener owner)
    {
        (_home, _owner) = (home, owner);
        Span<byte> seed = stackalloc byte[10];
        RandomNumberGenerator.Fill(seed); // unpredictable, so that nobody can guess his way into a stream (RFC 3550 §5.1)
        var ssrc = BitConverter.ToUInt32(seed);
        _path = new LegPath(rtp, rtcp, signalling);
        _reporter = new RtcpReporter(ssrc, _jitter.Sequence);
        _receiver = new LegReceiver(_path, _reporter, _jitter, owner);
        _sender = new LegSender(_path, ssrc, BitConverter.ToUInt16(seed[4..]), BitConverter.ToUInt32(seed[6..]), owner);
    }

    /// <summary>The slot that serves it; changed by the slot that lets go of it, as its last act.</summary>
    public MixSlot Home
    {
        get => Volatile.Read(ref _home);
        set => Volatile.Write(ref _home, value);
    }

    /// <summary>What it speaks and understands; <see langword="null"/> before signalling has agreed.</summary>
    public LegVoice? Speech { get; private set; }

    /// <summary>Its voice of this tick, at the rate it hears; meaningful when <see cref="HasVoice"/>.</summary>
    public Span<short> Voice => _receiver.Voice;

    /// <summary>Whether anything was received, or invented to cover a loss, for this tick.</summary>
    public bool HasVoice => _receiver.HasVoice;

    /// <summary>Whether its voice is not decoded, because nobody hears it: <see cref="Voice"/> is silence, and only <see cref="KnownLevel"/> tells.</summary>
    public bool IsLazy => _jitter.IsLazy;

    /// <summary>Level in dBov that is known without decoding; NaN when it is not.</summary>
    public float KnownLevel => _jitter.Level;

    /// <summary>Whether a key is being pressed: loud, but no speech.</summary>
    public bool IsPressing => _receiver.IsPressing;

    /// <summary>Whether the others may hear it: not while the peer holds the call or presses a key.</summary>
    public bool MaySpeak => _receiver.MaySpeak;

    /// <summary>Whom it can share payloads with at present.</summary>
    public ListenerClass? Class => _sender.Class;

    /// <summary>Percent of packets that its peer is expected to miss.</summary>
    public int ExpectedLoss => _reporter.ExpectedLoss;

    /// <summary>Whether it is sent a key in its voice.</summary>
    public bool IsSounding => _sender.IsSounding;

    /// <summary>Its pictures; <see langword="null"/> before signalling has agreed on some.</summary>
    public VideoLeg? Video { get; private set; }

    public Player Player => _sender.Player;

    /// <summary>Music of a leg that sits in no room.</summary>
    public Looped Hold => _sender.Hold;

    /// <summary>Whether what it was sent last was encoded for it alone.</summary>
    public bool WasPrivate => _sender.WasPrivate;

    public LegStats Stats => new(
        _jitter.Sequence.Received, _sender.Stream.Packets, _jitter.Sequence.Lost, _jitter.Late, _receiver.Foreign, JitterMilliseconds)
    {
        Score = _quality.Current,
        MeanScore = _quality.Mean,
        WorstScore = _quality.Worst,
        LossPercent = _quality.LossPercent,
        PeerLossPercent = _reporter.News.FractionLost * 100 / 256.0,
        RoundTripMs = _reporter.RoundTrip,
        BufferMs = _jitter.Held.TotalMilliseconds,
        Unbelieved = _receiver.Unbelieved,
        Duplicates = _jitter.Duplicates,
        Concealed = _jitter.Concealed,
        PeerScore = _reporter.PeerScore,
    };

    private double JitterMilliseconds => _jitter.Sequence.Jitter * 1000 / (_jitter.Format?.Clock ?? 8000);

    /// <summary>Asks the worker that has the leg to do something with it, before its next tick; from any thread.</summary>
    public void Ask(Action command)
    {
        var asked = Home.Worker;
        asked.Ask(() => Do(asked, command));
    }

    /// <summary>Nobody will hear it unless it speaks: it is not decoded until a packet is at least so loud, where that can be told.</summary>
    /// <param name="wakesAt">dBov.</param>
    public void Rest(float wakesAt) => _receiver.Rest(wakesAt);

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
    public void Use(Agreement agreed, LegVoice voice, LegSecurity security)
    {
        var (tick, now) = (Home.Worker.Now.Tick, Home.Worker.Now.Now);
        (_agreed, Speech, _agreedTick) = (agreed, voice, tick);
        _path.Use(agreed, security, now);
        _receiver.Use(agreed, voice, tick);
        _sender.Use(agreed, voice);
    }

    /// <summary>Takes what signalling agreed on about pictures: <see langword="null"/> for none any more.</summary>
    public void Use(VideoLeg video, AgreedVideo? agreed, LegShield? shield)
    {
        Video = video;
        video.Use(agreed, shield, Home.Worker.Now.Now);
    }

    /// <summary>Takes the keys that a handshake has made; <see langword="null"/> when it failed.</summary>
    public void Use(LegHandshake handshake, LegShield? shield) => _path.Use(handshake, shield);

    /// <summary>Neither speaks nor listens until the next agreement: a fax has taken its place.</summary>
    public void Pause()
    {
        _agreed = null;
        _path.Forget();
        _receiver.Pause();
        _sender.Pause();
    }

    /// <summary>Plays sounds to this leg alone, after those asked for before.</summary>
    public void Play(Playback playback)
    {
        if (_isClosed) Home.Worker.Events.Add(new MixerEvent(MixerEventKind.Played, _owner, playback));
        else Player.Add(playback);
    }

    /// <summary>Sends a key to the peer, when it takes events.</summary>
    public void SendKey(char key) => _sender.SendKey(key);

    /// <summary>Says a key in the voice.</summary>
    public void SayKey(char key) => _sender.SayKey(key);

    /// <inheritdoc cref="LegReceiver.HearTones(bool)"/>
    public void HearTones(bool always) => _receiver.HearTones(always);

    /// <summary>Reads the sockets and prepares the voice of this tick.</summary>
    /// <param name="tick">Number of the tick.</param>
    /// <param name="now">Monotonic clock in nanoseconds.</param>
    /// <param name="clockOffset">What to add to the wall clock to get <paramref name="now"/>'s clock.</param>
    public void Receive(long tick, long now, long clockOffset) => _receiver.Receive(Home.Worker, tick, now, clockOffset);

    /// <summary>Whether it may be sent what others are sent: not before its decoder could not tell the difference.</summary>
    public bool MayShare(long tick) => _sender.MayShare(tick);

    /// <summary>Sends what all listeners of its class get.</summary>
    public void SendShared(long tick, ReadOnlySpan<byte> payload, bool isQuiet) => _sender.SendShared(tick, payload, isQuiet);

    /// <inheritdoc cref="LegSender.SendPrivate"/>
    public void SendPrivate(long tick, ReadOnlySpan<int> @base, int voices, Looped music, in SharedStand shared, bool isAlike) =>
        _sender.SendPrivate(Home.Worker, tick, @base, voices, music, shared, isAlike);

    /// <summary>Serves a leg that no room has served in this tick.</summary>
    public void SendAlone(long tick, ReadOnlySpan<int> silence) => _sender.SendAlone(Home.Worker, tick, silence);

    /// <summary>Does what is due between packets: RTCP, and noticing that the peer is gone.</summary>
    public void Tend(long tick, ulong ntp, in Patience patience)
    {
        if (_agreed is null) return;
        if (tick % BudgetTicks == 0) _path.RenewBudget();
        if ((tick + _path.Rtp.Port / 2) % TicksPerSecond == 0) Judge(); // not all legs in one tick
        _sender.ExpectLoss(_reporter.ExpectedLoss, tick);
        if (_reporter.IsDue(tick)) Report(tick, ntp, goodbye: false);
        if (_isSilent || !IsSilent(tick, patience)) return;
        _isSilent = true;
        Home.Worker.Events.Add(new MixerEvent(MixerEventKind.Silent, _owner));
    }

    /// <summary>Its silence is counted anew from the next tick on.</summary>
    public void BelieveAlive()
    {
        _receiver.BelieveAlive(Home.Worker.Now.Tick);
        _isSilent = false;
        if (_isClosed) Home.Worker.Events.Add(new MixerEvent(MixerEventKind.Silent, _owner)); // who asked too late learns it
    }

    /// <summary>Leaves its slot for good, says goodbye and gives up what plays.</summary>
    public void Close()
    {
        if (_isClosed) return;
        Home.Remove(this);
        if (_agreed is not null) Report(Home.Worker.Now.Tick, Home.Worker.Now.Ntp, goodbye: true);
        _sender.Close(Home.Worker);
        _receiver.Close();
        _isClosed = true;
        Home.Worker.Events.Add(new MixerEvent(MixerEventKind.Closed, _owner));
    }

    /// <summary>Does it, or sends it on when the leg has moved meanwhile; a worker never waits for another.</summary>
    private void Do(MixWorker asked, Action command)
    {
        var owner = Home.Worker;
        if (owner == asked) command();
        else if (!owner.TryAsk(() => Do(owner, command))) asked.TryAsk(() => Do(asked, command));
    }

    /// <summary>Whether there is nobody any more: lost, never protected, or quiet for too long.</summary>
    private bool IsSilent(long tick, in Patience patience)
    {
        if (_path.IsLost || (!_path.IsOpen && tick - _agreedTick > KeysWithin)) return true;
        var allowed = _agreed!.Direction == SdpDirection.SendRecv ? patience.Active : patience.Held;
        return !_path.IsTended && tick - _receiver.LastHeard > allowed;
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

    /// <summary>How the peer sounds here; nothing before it was judged.</summary>
    private VoipMetrics? Metrics()
    {
        if (_quality.Current == 0) return null;
        var (sequence, packet) = (_jitter.Sequence, _jitter.PacketLength / 1e6);
        var expected = Math.Max(1, sequence.ExpectedInAll);
        var held = _jitter.Held.TotalMilliseconds;
        return new VoipMetrics(
            sequence.Ssrc,
            Share(sequence.Lost, expected),
            Share(_jitter.Late, expected),
            _jitter.Losses.Pattern(packet),
            (ushort)Math.Min(ushort.MaxValue, _reporter.RoundTrip),
            (ushort)(held + packet + FrameMilliseconds / 2),
            (byte)Math.Round(_quality.Rating),
            (byte)Math.Round(10 * _quality.Listening),
            (byte)Math.Round(10 * _quality.Current),
            (ushort)held,
            DelayEstimate.Longest);
    }

    private static byte Share(long part, long whole) => (byte)Math.Clamp(256 * part / whole, 0, 255);

    private void Report(long tick, ulong ntp, bool goodbye)
    {
        var metrics = (_agreed!.Extended & ExtendedReports.Metrics) != 0 ? Metrics() : (VoipMetrics?)null;
        var datagram = _reporter.Write(tick, ntp, _sender.Stream, _agreed.Extended, metrics, goodbye, out var length);
        _path.SendControl(datagram, length, _agreed!.RtcpMux);
    }
}
