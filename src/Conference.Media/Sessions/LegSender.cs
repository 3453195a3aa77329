using Conference.Media.Dsp;
using Conference.Media.Mixing;
using Conference.Media.Rtp;
using Conference.Media.Sdp;

namespace Conference.Media.Sessions;

/// <summary>What goes to the peer of one leg: 20 ms of what it hears, shared with others or its own. Owned by the worker that has the leg.</summary>
internal sealed class LegSender
{
    private const int FrameMilliseconds = 20;
    private const int QuietTicks = 10; // of silence, before it is only told about
    private const int NoiseEvery = 10; // ticks
    private const byte NoLevel = 127; // -dBov: what we pause is digital silence

    private readonly LegPath _path;
    private readonly IMixerListener _owner;
    private readonly DigitSender _keys;
    private DtmfGenerator? _tones;
    private Agreement? _agreed;
    private LegVoice? _voice;
    private bool _isClosed;
    private long _servedTick = -1;
    private long _sentTick = -1;
    private int _quiet; // ticks of digital silence
    private int _expectedLoss;
    private long _sharesFrom; // tick from which the shared stream sounds like ours

    public LegSender(LegPath path, uint ssrc, ushort firstSequence, uint firstTimestamp, IMixerListener owner)
    {
        (_path, _owner) = (path, owner);
        Stream = new RtpSender(ssrc, firstSequence, firstTimestamp, path.Send);
        _keys = new DigitSender(Stream);
    }

    /// <summary>Our stream as RTP counts it.</summary>
    public RtpSender Stream { get; }

    public Player Player { get; } = new();

    /// <summary>Music of a leg that sits in no room.</summary>
    public Looped Hold { get; } = new();

    public Limiter Limiter { get; } = new();

    /// <summary>Whether what it was sent last was encoded for it alone.</summary>
    public bool WasPrivate { get; private set; }

    /// <summary>Whom it can share payloads with at present.</summary>
    public ListenerClass? Class => _expectedLoss > 0 ? _voice?.LossyClass : _voice?.Class;

    /// <summary>Whether it has something of its own to say in its voice.</summary>
    public bool IsSounding => _tones is { IsSounding: true };

    private bool MaySend => !_isClosed && _agreed is not null && _agreed.Direction.Sends();

    /// <summary>Takes what signalling agreed on.</summary>
    public void Use(Agreement agreed, LegVoice voice)
    {
        (_agreed, _voice) = (agreed, voice);
        Stream.Use(voice.Format, voice.PayloadType, voice.PacketTime);
    }

    /// <summary>Sends nothing until the next agreement.</summary>
    public void Pause() => _agreed = null;

    /// <summary>Sends a key to the peer, when it takes events.</summary>
    public void SendKey(char key)
    {
        if (_agreed?.SendEventPayload is not null) _keys.Add(key);
    }

    /// <summary>Says a key in the voice.</summary>
    public void SayKey(char key)
    {
        if (_voice is null) return;
        if (_tones?.Rate != _voice.Format.Rate) _tones = new DtmfGenerator(_voice.Format.Rate);
        _tones.Enqueue(key);
    }

    /// <summary>The peer misses more or less than before: packets carry copies of the ones before, or no more.</summary>
    /// <param name="percent">What it is expected to miss.</param>
    public void ExpectLoss(int percent, long tick)
    {
        if (percent == _expectedLoss) return;
        var wasLossy = _expectedLoss > 0;
        _expectedLoss = percent;
        if (wasLossy != percent > 0 && _voice is not null) _sharesFrom = SettledAt(tick); // another shared stream: its own until both sound alike
    }

    /// <summary>Whether it may be sent what others are sent: not before its decoder could not tell the difference.</summary>
    public bool MayShare(long tick) => tick >= _sharesFrom;

    /// <summary>Sends what all listeners of its class get.</summary>
    /// <param name="isQuiet">Whether it is digital silence.</param>
    public void SendShared(long tick, ReadOnlySpan<byte> payload, bool isQuiet)
    {
        if (_servedTick == tick) return;
        WasPrivate = false;
        Send(tick, payload, isQuiet);
    }

    /// <summary>Adds what this leg alone hears, and sends the whole.</summary>
    /// <param name="worker">Whose room to work in.</param>
    /// <param name="tick">Number of the tick.</param>
    /// <param name="base">What it hears otherwise, at its rate.</param>
    /// <param name="voices">How many voices are in that.</param>
    /// <param name="music">Music to add while no prompt plays.</param>
    /// <param name="shared">The limiter of the shared mix and the encoder of its class, where this leg goes on; nothing outside a room.</param>
    /// <param name="isAlike">Whether it hears the same as everybody, and is on its way back to the shared stream.</param>
    public void SendPrivate(MixWorker worker, long tick, ReadOnlySpan<int> @base, int voices, Looped music, in SharedStand shared, bool isAlike)
    {
        if (_servedTick == tick || _voice is null || !_path.IsOpen) return; // what plays begins when it can be heard
        var scratch = worker.Scratch;
        var heard = scratch.Heard.AsSpan(0, _voice.Frame);
        var pcm = scratch.Pcm.AsSpan(0, _voice.Frame);
        @base.CopyTo(heard);
        if (Player.IsPlaying) voices++;
        if (music.Mix(heard, !Player.IsPlaying)) voices++;
        PlayPrompts(worker, heard);
        if (!WasPrivate) GoOnFrom(shared);
        if (!isAlike) _sharesFrom = SettledAt(tick);
        Limiter.Apply(heard, voices, pcm);
        _tones?.Fill(pcm);
        _voice.Encoder.Tune(worker.Ladder.Complexity, _expectedLoss);
        var length = _voice.Encoder.Encode(pcm, scratch.Payload);
        Send(tick, scratch.Payload.AsSpan(0, length), !pcm.ContainsAnyExcept((short)0));
    }

    /// <summary>Serves a leg that no room has served in this tick.</summary>
    public void SendAlone(MixWorker worker, long tick, ReadOnlySpan<int> silence)
    {
        if (_servedTick != tick && _voice is not null) SendPrivate(worker, tick, silence[.._voice.Frame], 0, Hold, default, isAlike: false);
    }

    /// <summary>Gives up what plays.</summary>
    public void Close(MixWorker worker)
    {
        while (Player.TryAbandon(out var playback))
            worker.Events.Add(new MixerEvent(MixerEventKind.Played, _owner, playback));
        _isClosed = true;
    }

    private long SettledAt(long tick) => tick + 1 + _voice!.Format.SettleMilliseconds / FrameMilliseconds;

    private void GoOnFrom(in SharedStand shared)
    {
        WasPrivate = true;
        if (shared.Limiter is { } limiter) Limiter.Follow(limiter);
        if (shared.Encoder is { } encoder && _sentTick >= 0) _voice!.Encoder.Follow(encoder);
    }

    private void PlayPrompts(MixWorker worker, Span<int> heard)
    {
        Player.Mix(heard, out var ended, out var completed);
        if (ended is not null) worker.Events.Add(new MixerEvent(MixerEventKind.Played, _owner, ended, Flag: completed));
    }

    private void Send(long tick, ReadOnlySpan<byte> payload, bool isQuiet)
    {
        _servedTick = tick;
        _quiet = isQuiet ? _quiet + 1 : 0;
        if (!MaySend || !_path.MaySend()) return;
        var missed = tick - _sentTick - 1;
        if (_sentTick >= 0 && missed > 0) Stream.Pause((int)(missed * Stream.Frame)); // held, or the machine skipped ticks
        _sentTick = tick;
        if (_keys.IsSending && _agreed!.SendEventPayload is { } events) _keys.Tick(events);
        else if (_quiet > QuietTicks && _agreed!.SendNoisePayload is { } noise) SendPause(noise);
        else if (payload.IsEmpty) Stream.Pause(Stream.Frame); // nobody speaks, and the codec says so by silence
        else Stream.Send(payload);
    }

    /// <summary>Of a pause only the level is told, five times a second.</summary>
    private void SendPause(byte noise)
    {
        if ((_quiet - QuietTicks - 1) % NoiseEvery == 0) Stream.SendNoise(noise, NoLevel);
        else Stream.Pause(Stream.Frame);
    }
}
