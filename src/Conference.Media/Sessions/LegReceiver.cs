using Conference.Media.Codecs;
using Conference.Media.Dsp;
using Conference.Media.Mixing;
using Conference.Media.Rtp;
using Conference.Media.Sdp;

namespace Conference.Media.Sessions;

/// <summary>What comes from the peer of one leg: packets in, 20 ms of voice out of them. Owned by the worker that has the leg.</summary>
internal sealed class LegReceiver(LegPath path, RtcpReporter reporter, JitterBuffer jitter, IMixerListener owner)
{
    private const int MaxReads = 64; // a flood is drained, not believed
    private const int SquelchTicks = 5; // telephone events repeat within 50 ms
    private const int TicksPerSecond = 50;
    private const int RtcpEvery = 5; // ticks
    private const int LookAgainEvery = 8; // ticks
    private const long EarlyPacket = 5_000_000; // ns that a packet may come before its time

    private readonly int _phase = path.Rtp.Port / 2; // so that legs do not all do the same in one tick
    private readonly DigitReader _digits = new();
    private readonly ToneKeys _tones = new();
    private readonly Pause _pause = new();
    private readonly short[] _pulled = new short[MixRates.LongestFrame];
    private VoiceResampler? _toOurRate;
    private Agreement? _agreed;
    private LegVoice? _voice;
    private G722Level _g722Level;
    private bool _hearsTones;
    private bool _canRest;
    private float _wakesAt;
    private long _squelchedUntil;
    private long _receivedTick = -1;

    /// <summary>Its voice of this tick, at the rate it hears; meaningful when <see cref="HasVoice"/>.</summary>
    public Span<short> Voice => _pulled.AsSpan(0, _voice?.Frame ?? Bus.Frame);

    /// <summary>Whether anything was received, or invented to cover a loss, for this tick.</summary>
    public bool HasVoice { get; private set; }

    /// <summary>Whether a key is being pressed: loud, but no speech.</summary>
    public bool IsPressing { get; private set; }

    /// <summary>Whether the others may hear it: not while the peer holds the call or presses a key.</summary>
    public bool MaySpeak { get; private set; }

    /// <summary>Tick in which the peer was last heard of.</summary>
    public long LastHeard { get; private set; }

    /// <summary>As if something had just been heard.</summary>
    public void BelieveAlive(long tick) => LastHeard = tick;

    /// <summary>Packets from somebody else.</summary>
    public long Foreign { get; private set; }

    /// <summary>Packets that nobody with the key can have sent.</summary>
    public long Unbelieved { get; private set; }

    /// <summary>Takes what signalling agreed on.</summary>
    public void Use(Agreement agreed, LegVoice voice, long tick)
    {
        (_agreed, _voice, LastHeard) = (agreed, voice, tick);
        _canRest = agreed.LevelExtension is not null || agreed.Receive.Any(r => r.Format == VoiceFormats.G722);
        jitter.Expect(voice.LongestPayload);
        ListenForTones();
    }

    /// <summary>Listens for keys in the voice also where telephone events were agreed, until the first of these comes.</summary>
    public void HearTones(bool always)
    {
        _hearsTones = always;
        ListenForTones();
    }

    /// <summary>Nobody will hear it unless it speaks: it is not decoded until a packet is at least so loud, where that can be told.</summary>
    /// <param name="wakesAt">dBov.</param>
    public void Rest(float wakesAt)
    {
        _wakesAt = wakesAt;
        if (_canRest && !float.IsNaN(jitter.Level)) jitter.IsLazy = true;
    }

    /// <summary>Reads the sockets and prepares the voice of this tick.</summary>
    public void Receive(MixWorker worker, long tick, long now, long clockOffset)
    {
        if (tick == _receivedTick) return; // it has come from a slot that was served before
        _receivedTick = tick;
        Drain(path.Rtp, worker, tick, now, clockOffset);
        if ((tick + _phase) % RtcpEvery == 0 && path.Rtcp is { } rtcp) Drain(rtcp, worker, tick, now, clockOffset);
        if ((tick + _phase) % TicksPerSecond == 0) path.Guard(now);
        HasVoice = _voice is not null && (Pull(now) != FrameOrigin.Silence || _pause.Fill(Voice, tick));
        if (_tones.IsListening) HearTones(worker);
        IsPressing = tick < _squelchedUntil || _tones.IsPressing;
        MaySpeak = _agreed is { Direction: SdpDirection.SendRecv } && !IsPressing;
    }

    /// <summary>Hears nobody until the next agreement.</summary>
    public void Pause() => _agreed = null;

    /// <summary>Hears nothing any more: a plan may still seat the leg, but its sockets are gone.</summary>
    public void Close() => (HasVoice, MaySpeak) = (false, false);

    /// <summary>Takes 20 ms out of the jitter buffer, at the rate this leg hears.</summary>
    private FrameOrigin Pull(long now)
    {
        var origin = jitter.Pull(now, _pulled);
        if (origin != FrameOrigin.Silence && jitter.Format!.Rate != _voice!.Format.Rate) Resample(jitter.Format);
        return origin;
    }

    /// <summary>A peer may send another codec than it is sent; its voice is brought to the rate it hears, so that it can be taken out of the mix.</summary>
    private void Resample(VoiceFormat spoken)
    {
        if (_toOurRate is null || _toOurRate.From != spoken.Rate || _toOurRate.To != _voice!.Format.Rate)
            _toOurRate = new VoiceResampler(spoken.Rate, _voice!.Format.Rate);
        _toOurRate.Convert(_pulled.AsSpan(0, spoken.Frame), _pulled.AsSpan(0, _voice!.Frame));
    }

    private void Drain(PacketPort port, MixWorker worker, long tick, long now, long clockOffset)
    {
        var datagram = worker.Scratch.Datagram;
        for (var i = 0; i < MaxReads; i++)
        {
            var length = port.Receive(datagram, out var from, out var stamp);
            if (length < 0) return;
            if (_agreed is null) continue; // nobody may talk to us yet
            var arrival = stamp == 0 ? now : Math.Clamp(stamp + clockOffset, now - 1_000_000_000, now);
            Take(worker, datagram, length, from, port == path.Rtcp, tick, arrival);
            if (stamp != 0 && now - arrival < jitter.PacketLength - EarlyPacket && (tick + _phase) % LookAgainEvery != 0) return; // the next cannot be here yet
        }
    }

    private void Take(MixWorker worker, Span<byte> datagram, int length, Peer from, bool isRtcpPort, long tick, long arrival)
    {
        if (!isRtcpPort && path.TakeHandshake(datagram[..length], from)) return;
        if (!path.IsOpen) return; // in the clear, or before the keys are there: nobody can tell whose it is
        var isRtcp = isRtcpPort || (_agreed!.RtcpMux && length > 1 && datagram[1] is >= 192 and <= 223);
        if (!path.Unlock(datagram, ref length, isRtcp))
            Unbelieved++;
        else if (isRtcp)
            TakeRtcp(datagram[..length], from, tick, worker.Now.Ntp);
        else if (RtpPacket.Parse(datagram[..length], out var packet) == RtpError.None && IsKnown(packet.PayloadType))
            TakeRtp(worker, packet, from, tick, arrival);
    }

    private bool IsKnown(byte payloadType) => _voice!.IsEvent(payloadType) || _voice!.IsNoise(payloadType) || _voice!.DecoderOf(payloadType) is not null;

    private void TakeRtp(MixWorker worker, in RtpPacket packet, Peer from, long tick, long arrival)
    {
        var verdict = path.Judge(packet, from, arrival);
        if (verdict == LatchVerdict.Foreign) Foreign++;
        if (verdict != LatchVerdict.Accept) return;

        LastHeard = tick;
        if (_voice!.IsEvent(packet.PayloadType))
            TakeEvent(worker, packet, tick);
        else if (_voice!.IsNoise(packet.PayloadType))
            TakeNoise(packet, tick);
        else if (_agreed!.Direction.Receives())
            Hear(packet, arrival);
    }

    private void ListenForTones()
    {
        if (_voice is not null) _tones.Use(_hearsTones || _agreed!.ReceiveEvents.IsEmpty, _voice.Format.Rate);
    }

    /// <summary>Keys that the peer says in its voice; nobody else hears them.</summary>
    private void HearTones(MixWorker worker)
    {
        if (!HasVoice || jitter.IsLazy || _agreed is not { Direction: SdpDirection.SendRecv }) _tones.Pause(); // music of a peer that holds presses no keys
        else if (_tones.Hear(Voice) is var key and not DtmfDetector.None) worker.Events.Add(new MixerEvent(MixerEventKind.Digit, owner, Key: key));
    }

    private void Hear(in RtpPacket packet, long arrival)
    {
        _pause.End();
        if (_voice!.DecoderOf(packet.PayloadType) is not { } decoder) return;
        var level = _canRest ? LevelOf(packet, decoder) : float.NaN;
        if (jitter.IsLazy && !(level < _wakesAt)) jitter.IsLazy = false; // before it is played: not a syllable is lost
        jitter.Insert(packet, decoder, level, arrival);
    }

    /// <summary>How loud a payload is, as far as that can be told without decoding it.</summary>
    private float LevelOf(in RtpPacket packet, IVoiceDecoder decoder) =>
        decoder is G722Decoder ? _g722Level.Measure(packet.Payload) : packet.AudioLevel(_agreed!.LevelExtension ?? 0);

    private void TakeNoise(in RtpPacket packet, long tick)
    {
        jitter.Skip(packet);
        if (_agreed!.Direction.Receives()) _pause.Take(packet.Payload, tick);
    }

    private void TakeEvent(MixWorker worker, in RtpPacket packet, long tick)
    {
        jitter.Skip(packet);
        if (!_digits.Read(packet, out var key)) return;
        _squelchedUntil = tick + SquelchTicks;
        _tones.HasEvents();
        if (key != '\0') worker.Events.Add(new MixerEvent(MixerEventKind.Digit, owner, Key: key));
    }

    private void TakeRtcp(ReadOnlySpan<byte> datagram, Peer from, long tick, ulong ntp)
    {
        if (!path.MayReportFrom(from)) Foreign++;
        else if (reporter.Take(datagram, tick, ntp)) LastHeard = tick;
    }
}
