using System.Security.Cryptography;
using Conference.Media.Codecs;
using Conference.Media.Mixing;
using Conference.Media.Rtp;
using Conference.Media.Sdp;

namespace Conference.Media.Sessions;

/// <summary>One leg as the mixer sees it: packets in, 20 ms of voice out of them, 20 ms of payload back. Owned by the mixer thread.</summary>
internal sealed class Leg
{
    private const int MaxReads = 64; // a flood is drained, not believed
    private const int SquelchTicks = 5; // telephone events repeat within 50 ms
    private const int TicksPerSecond = 50;
    private const int UnlockedBudget = 50; // packets in 5 s towards an address that has not spoken, unless signalling comes from there
    private const int BudgetTicks = 5 * TicksPerSecond;

    private readonly PacketPort _rtp;
    private readonly PacketPort _rtcp;
    private readonly Peer _signalling;
    private readonly RtpSender _sender;
    private readonly DigitSender _keys;
    private readonly RtcpReporter _reporter;
    private readonly JitterBuffer _jitter = new(Decode);
    private readonly Latch _latch = new();
    private readonly DigitReader _digits = new();
    private readonly EventRing _events;
    private readonly IMixerListener _owner;
    private readonly Scratch _scratch;
    private Agreement? _agreed;
    private Peer _described;
    private Peer _describedRtcp;
    private long _lastHeardTick;
    private long _squelchedUntil;
    private long _servedTick = -1;
    private long _sentTick = -1;
    private int _budget = UnlockedBudget;
    private bool _isSilent;
    private bool _isClosed;
    private bool _wasPrivate;

    public Leg(PacketPort rtp, PacketPort rtcp, Peer signalling, Scratch scratch, EventRing events, IMixerListener owner)
    {
        (_rtp, _rtcp, _signalling, _scratch, _events, _owner) = (rtp, rtcp, signalling, scratch, events, owner);
        Span<byte> seed = stackalloc byte[10];
        RandomNumberGenerator.Fill(seed); // unpredictable, so that nobody can guess his way into a stream (RFC 3550 §5.1)
        var ssrc = BitConverter.ToUInt32(seed);
        _sender = new RtpSender(ssrc, BitConverter.ToUInt16(seed[4..]), BitConverter.ToUInt32(seed[6..]), Transmit);
        _keys = new DigitSender(_sender);
        _reporter = new RtcpReporter(ssrc, _jitter.Sequence);
    }

    /// <summary>The voice of this tick; meaningful when <see cref="HasVoice"/>.</summary>
    public short[] Voice { get; } = new short[Bus.Frame];

    /// <summary>Whether anything was received, or invented to cover a loss, for this tick.</summary>
    public bool HasVoice { get; private set; }

    /// <summary>Whether the others may hear it: not while the peer holds the call or presses a key.</summary>
    public bool MaySpeak { get; private set; }

    public Law Law { get; private set; }

    public Player Player { get; } = new();

    /// <summary>Music of a leg that sits in no room.</summary>
    public Looped Hold { get; } = new();

    public Limiter Limiter { get; } = new();

    public long ForeignPackets { get; private set; }

    public LegStats Stats => new(
        _jitter.Sequence.Received, _sender.Packets, _jitter.Sequence.Lost, _jitter.Late, ForeignPackets, _jitter.Sequence.Jitter / 8);

    private bool MaySend => _agreed is not null && _agreed.Direction.Sends();

    private Peer Target => _latch.Locked.IsNone ? _described : _latch.Locked;

    /// <summary>Takes what signalling agreed on.</summary>
    public void Use(Agreement agreed, long tick, long now)
    {
        var described = agreed.Remote is { } remote ? Peer.From(remote.Address, remote.Port) : Peer.None;
        if (_agreed is null || (!described.IsNone && described != _described)) _latch.Expect(described, _signalling, now);
        if (!described.IsNone)
        {
            _described = described;
            _describedRtcp = agreed.RemoteRtcp is { } rtcp ? Peer.From(rtcp.Address, rtcp.Port) : Peer.None;
        }

        _agreed = agreed;
        Law = agreed.Codec == "PCMU" ? Law.Mu : Law.A;
        (_sender.PayloadType, _sender.PacketTime) = (agreed.SendPayload, agreed.PacketTime);
        _sender.Pause(0); // what waits may be of the other law
        _lastHeardTick = tick;
    }

    /// <summary>Plays sounds to this leg alone, after those asked for before.</summary>
    public void Play(Playback playback)
    {
        if (_isClosed) _events.Add(new MixerEvent(MixerEventKind.Played, _owner, playback));
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
        Drain(_rtp, tick, now, clockOffset);
        if (tick % 5 == 0) Drain(_rtcp, tick, now, clockOffset);
        var origin = _jitter.Pull(now, Voice);
        HasVoice = origin != FrameOrigin.Silence;
        MaySpeak = _agreed is { Direction: SdpDirection.SendRecv } && tick >= _squelchedUntil;
    }

    /// <summary>Gives this tick's shared payload, the same that others get.</summary>
    public void SendShared(long tick, ReadOnlySpan<byte> codes)
    {
        if (_servedTick == tick) return;
        _wasPrivate = false;
        Send(tick, codes);
    }

    /// <summary>Adds what this leg alone hears, and sends the whole.</summary>
    /// <param name="tick">Number of the tick.</param>
    /// <param name="base">What it hears otherwise.</param>
    /// <param name="voices">How many voices are in that.</param>
    /// <param name="music">Music to add while no prompt plays.</param>
    /// <param name="shared">The limiter of the shared mix, where this one goes on.</param>
    public void SendPrivate(long tick, ReadOnlySpan<int> @base, int voices, Looped music, Limiter shared)
    {
        if (_servedTick == tick) return;
        var (heard, pcm, codes) = (_scratch.Heard, _scratch.Pcm, _scratch.Codes);
        @base.CopyTo(heard);
        if (Player.IsPlaying) voices++;
        if (music.Mix(heard, !Player.IsPlaying)) voices++;
        PlayPrompts(heard);
        if (!_wasPrivate) Limiter.Follow(shared);
        _wasPrivate = true;
        Limiter.Apply(heard, voices, pcm);
        G711.Encode(Law, pcm, codes);
        Send(tick, codes);
    }

    /// <summary>Serves a leg that no room has served in this tick.</summary>
    public void SendAlone(long tick, Limiter neutral, ReadOnlySpan<int> silence)
    {
        if (_servedTick != tick) SendPrivate(tick, silence, 0, Hold, neutral);
    }

    /// <summary>Does what is due between packets: RTCP, and noticing that the peer is gone.</summary>
    public void Tend(long tick, ulong ntp, long silentTicks, long heldTicks)
    {
        if (_agreed is null) return;
        if (tick % BudgetTicks == 0) _budget = UnlockedBudget;
        if (_reporter.IsDue(tick)) Report(tick, ntp, goodbye: false);
        var allowed = _agreed.Direction == SdpDirection.SendRecv ? silentTicks : heldTicks;
        if (_isSilent || tick - _lastHeardTick <= allowed) return;
        _isSilent = true;
        _events.Add(new MixerEvent(MixerEventKind.Silent, _owner));
    }

    /// <summary>Says goodbye and gives up what plays.</summary>
    public void Close(long tick, ulong ntp)
    {
        if (_agreed is not null) Report(tick, ntp, goodbye: true);
        while (Player.TryAbandon(out var playback))
            _events.Add(new MixerEvent(MixerEventKind.Played, _owner, playback));
        (_isClosed, HasVoice, MaySpeak) = (true, false, false); // a plan may still seat it; its sockets are gone
        _events.Add(new MixerEvent(MixerEventKind.Closed, _owner));
    }

    private static int Decode(byte payloadType, ReadOnlySpan<byte> payload, Span<short> pcm)
    {
        G711.Decode((Law)payloadType, payload, pcm);
        return payload.Length;
    }

    private void Drain(PacketPort port, long tick, long now, long clockOffset)
    {
        for (var i = 0; i < MaxReads; i++)
        {
            var length = port.Receive(_scratch.Datagram, out var from, out var stamp);
            if (length < 0) return;
            if (_agreed is null) continue; // nobody may talk to us yet
            var arrival = stamp == 0 ? now : Math.Clamp(stamp + clockOffset, now - 1_000_000_000, now);
            Take(_scratch.Datagram.AsSpan(0, length), from, port == _rtcp, tick, arrival);
        }
    }

    private void Take(ReadOnlySpan<byte> datagram, Peer from, bool isRtcpPort, long tick, long arrival)
    {
        var isRtcp = isRtcpPort || (_agreed!.RtcpMux && datagram.Length > 1 && datagram[1] is >= 192 and <= 223);
        if (isRtcp)
            TakeRtcp(datagram, from, tick);
        else if (RtpPacket.Parse(datagram, out var packet) == RtpError.None && IsKnown(packet.PayloadType))
            TakeRtp(packet, from, tick, arrival);
    }

    private bool IsKnown(byte payloadType) =>
        payloadType is 0 or 8 || payloadType == _agreed!.ReceivePayload || payloadType == _agreed.EventPayload;

    private void TakeRtp(in RtpPacket packet, Peer from, long tick, long arrival)
    {
        var verdict = _latch.On(from, packet.Ssrc, packet.Sequence, arrival);
        if (verdict == LatchVerdict.Foreign) ForeignPackets++;
        if (verdict != LatchVerdict.Accept) return;

        _lastHeardTick = tick;
        if (packet.PayloadType == _agreed!.EventPayload)
            TakeEvent(packet, tick);
        else if (_agreed.Direction.Receives())
            _jitter.Insert(packet, LawOf(packet.PayloadType), packet.Payload.Length, arrival);
    }

    /// <summary>The peer may use either law at any time; types 0 and 8 mean nothing else (RFC 3551 §6).</summary>
    private byte LawOf(byte payloadType) => (byte)(payloadType == _agreed!.ReceivePayload ? Law : payloadType == 0 ? Law.Mu : Law.A);

    private void TakeEvent(in RtpPacket packet, long tick)
    {
        _jitter.Skip(packet);
        if (!_digits.Read(packet, out var key)) return;
        _squelchedUntil = tick + SquelchTicks;
        if (key != '\0') _events.Add(new MixerEvent(MixerEventKind.Digit, _owner, Key: key));
    }

    private void TakeRtcp(ReadOnlySpan<byte> datagram, Peer from, long tick)
    {
        var isTheirs = from.Address == Target.Address || from.Address == _signalling.Address;
        if (!isTheirs)
            ForeignPackets++;
        else if (_reporter.Take(datagram, tick))
            _lastHeardTick = tick;
    }

    private void PlayPrompts(Span<int> heard)
    {
        Player.Mix(heard, out var ended, out var completed);
        if (ended is not null) _events.Add(new MixerEvent(MixerEventKind.Played, _owner, ended, Flag: completed));
    }

    private void Send(long tick, ReadOnlySpan<byte> codes)
    {
        _servedTick = tick;
        if (_isClosed || !MaySend || Target.IsNone || !HasBudget()) return;
        var missed = tick - _sentTick - 1;
        if (_sentTick >= 0 && missed > 0) _sender.Pause((int)(missed * Bus.Frame)); // held, or the machine skipped ticks
        _sentTick = tick;
        if (_keys.IsSending && _agreed!.SendEventPayload is { } events) _keys.Tick(events);
        else _sender.Send(codes);
    }

    /// <summary>An SDP may name a victim: until it has spoken it gets little, unless it is where the signalling comes from.</summary>
    private bool HasBudget() => !_latch.Locked.IsNone || _described.Address == _signalling.Address || _budget-- > 0;

    private void Transmit(ReadOnlySpan<byte> datagram) => _rtp.Send(datagram, Target);

    private void Report(long tick, ulong ntp, bool goodbye)
    {
        var datagram = _reporter.Write(tick, ntp, _sender, goodbye);
        var mux = _agreed!.RtcpMux;
        var target = mux ? Target : _describedRtcp;
        if (!target.IsNone && HasBudget()) (mux ? _rtp : _rtcp).Send(datagram, target);
    }
}
