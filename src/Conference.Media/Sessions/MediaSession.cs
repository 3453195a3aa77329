using System.Net;
using System.Threading.Channels;
using Conference.Media.Codecs;
using Conference.Media.Files;
using Conference.Media.Rtp;
using Conference.Media.Sdp;
using Conference.Media.Security;

namespace Conference.Media.Sessions;

/// <summary>The handle of a leg, for any thread: signalling's view of it, and the way of its events to whoever waits.</summary>
internal sealed class MediaSession : IMediaSession, IMixerListener
{
    private const int UnreadKeys = 256; // somebody leaning on a key must not cost memory

    private readonly MediaEngine _engine;
    private readonly PacketPort _rtp;
    private readonly PacketPort _rtcp;
    private readonly Lock _gate = new(); // signalling may answer and re-offer from different threads
    private volatile TaskCompletionSource _silent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<char> _digits = Channel.CreateBounded<char>(
        new BoundedChannelOptions(UnreadKeys) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly HashSet<IDisposable> _parts = []; // codecs opened for this leg
    private readonly SessionSecurity _security;
    private OfferAnswer _signalled;
    private OfferAnswer? _standing; // before our offer, for as long as it may be refused
    private FaxSide? _fax;
    private VideoLeg? _video;
    private (PacketPort Rtp, PacketPort Rtcp)? _videoPorts;
    private LegShield? _videoShield;
    private LegVoice? _voice;
    private Sound? _held;
    private readonly Lock _moving = new();
    private MixSlot _bound; // the slot it was sent to last
    private int _disposed;

    public MediaSession(MediaEngine engine, PacketPort rtp, PacketPort rtcp, IPAddress advertised, IPAddress signallingPeer, ulong id, MixSlot home, SdpTerms terms)
    {
        (_engine, _rtp, _rtcp) = (engine, rtp, rtcp);
        _signalled = new OfferAnswer(id, advertised, rtp.Port) { Terms = terms };
        _bound = home;
        SignallingPeer = Peer.From(signallingPeer, 0);
        Leg = new Leg(rtp, rtcp, SignallingPeer, home, this);
        _security = new SessionSecurity(engine, rtp, Leg);
    }

    /// <summary>The leg in the mixer's time.</summary>
    public Leg Leg { get; }

    /// <summary>Where the signalling comes from.</summary>
    public Peer SignallingPeer { get; }

    /// <summary>Whether a fax may take the place of the voice: it travels in the clear, and a protected leg stays protected.</summary>
    public bool MayFax
    {
        get
        {
            lock (_gate) return _signalled.MayTurnIntoFax;
        }
    }

    public int Port => _rtp.Port;

    public string Codec
    {
        get
        {
            lock (_gate) return _signalled.Fax is null ? _signalled.Agreed?.Codec ?? "" : "T.38";
        }
    }

    public bool IsHeld
    {
        get
        {
            lock (_gate) return _signalled.Agreed is { IsHeld: true };
        }
    }

    /// <summary>Samples per second at which sounds for this leg are made ready.</summary>
    public int Rate => _voice?.Format.Rate ?? G711.Rate;

    public ChannelReader<char> Digits => _digits.Reader;

    public Task Silent => _silent.Task;

    public void BelieveAlive()
    {
        _silent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Leg.Ask(Leg.BelieveAlive);
    }

    public LegStats Stats => Leg.Stats;

    public MediaProblem Answer(ReadOnlySpan<byte> offer, out byte[] answer)
    {
        lock (_gate)
        {
            if (_video is null && offer.IndexOf("m=video "u8) >= 0) OpenVideo();
            var problem = Take(_signalled.Answer(offer, out var next), next);
            answer = problem == MediaProblem.None ? Bytes(_signalled.Sent) : [];
            return problem;
        }
    }

    public byte[] Offer()
    {
        lock (_gate) return Offer(_signalled.Offer());
    }

    public byte[] OfferVoice()
    {
        lock (_gate) return Offer(_signalled.OfferVoice());
    }

    public void OfferVideo()
    {
        lock (_gate)
        {
            OpenVideo();
            _signalled = _signalled with { OffersVideo = true };
        }
    }

    public event Action? PictureWanted;

    public void AskForPicture() => Leg.Ask(() => Leg.Video?.AskWatched());

    public void Withdraw()
    {
        lock (_gate)
        {
            if (_standing is not null) _signalled = _signalled.BackTo(_standing);
            _standing = null;
        }
    }

    /// <summary>What a peer's offer says about its fax.</summary>
    internal MediaProblem ReadFax(ReadOnlySpan<byte> offer, out FaxTerms? terms)
    {
        lock (_gate) return ProblemOf(_signalled.ReadFax(offer, out terms));
    }

    /// <summary>Our offer of a fax.</summary>
    /// <param name="terms">What the far side said about it.</param>
    /// <param name="side">Our end of the relay.</param>
    internal byte[] OfferFax(FaxTerms terms, FaxSide side)
    {
        lock (_gate)
        {
            _fax = side;
            return Offer(_signalled.OfferFax(terms, side.Port));
        }
    }

    /// <summary>Answers the peer's offer of a fax.</summary>
    /// <param name="terms">What the far side answered.</param>
    /// <param name="side">Our end of the relay.</param>
    internal MediaProblem AnswerFax(ReadOnlySpan<byte> offer, FaxTerms terms, FaxSide side, out byte[] answer)
    {
        lock (_gate)
        {
            _fax = side;
            var problem = Take(_signalled.AnswerFax(offer, terms, side.Port, out var next), next);
            answer = problem == MediaProblem.None ? Bytes(_signalled.Sent) : [];
            return problem;
        }
    }

    /// <summary>What the peer said about its fax, for the far side.</summary>
    internal FaxTerms? Fax
    {
        get
        {
            lock (_gate) return _signalled.Fax?.Theirs;
        }
    }

    public MediaProblem Accept(ReadOnlySpan<byte> answer)
    {
        lock (_gate) return Take(_signalled.Accept(answer, out var next), next);
    }

    public Task<bool> PlayAsync(IReadOnlyList<Sound> sounds, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested || _disposed != 0) return Task.FromResult(false);
        var rate = Rate;
        var playback = new Playback([.. sounds.Select(s => s.AtRate(rate))]);
        var registration = cancel.UnsafeRegister(static p => ((Playback)p!).Cancel(), playback);
        _ = playback.Done.Task.ContinueWith(
            static (_, r) => ((CancellationTokenRegistration)r!).Unregister(), registration, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        Leg.Ask(() => Leg.Play(playback));
        return playback.Done.Task;
    }

    public void Hold(Sound? music)
    {
        _held = music;
        var ready = music?.AtRate(Rate);
        Leg.Ask(() => Leg.Hold.Use(ready));
    }

    /// <summary>Brings the leg to the slot of the room that seats it, once for each change.</summary>
    public void MoveTo(MixSlot slot)
    {
        lock (_moving)
        {
            if (ReferenceEquals(_bound, slot)) return;
            _bound.Expect(-1);
            slot.Expect(1);
            _bound = slot;
            Leg.Ask(() => Leg.MoveTo(slot));
        }
    }

    public bool SendKey(char key)
    {
        lock (_gate)
        {
            if (_signalled.Agreed is not { SendEventPayload: not null }) return false;
        }

        Leg.Ask(() => Leg.SendKey(key));
        return true;
    }

    public void SayKey(char key) => Leg.Ask(() => Leg.SayKey(key));

    public void HearTones(bool always) => Leg.Ask(() => Leg.HearTones(always));

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) Leg.Ask(Leg.Close);
    }

    public void On(MixerEvent happened)
    {
        switch (happened.Kind)
        {
            case MixerEventKind.Digit: _digits.Writer.TryWrite(happened.Key); break;
            case MixerEventKind.Played: ((Playback)happened.Subject!).Done.TrySetResult(happened.Flag); break;
            case MixerEventKind.Silent: _silent.TrySetResult(); break;
            case MixerEventKind.Picture: PictureWanted?.Invoke(); break;
            case MixerEventKind.Closed: Finish(); break;
            default: break;
        }
    }

    /// <summary>The mixer has let go: sockets close here, because closing may take its time.</summary>
    private void Finish()
    {
        _security.Dispose();
        _rtp.Dispose();
        _rtcp.Dispose();
        _engine.Forget(Port);
        CloseVideo();
        foreach (var part in _parts)
            part.Dispose();
        _digits.Writer.TryComplete();
        _silent.TrySetResult();
    }

    private void CloseVideo()
    {
        if (_videoPorts is not { } ports) return;
        ports.Rtp.Dispose();
        ports.Rtcp.Dispose();
        _engine.ForgetVideo(ports.Rtp.Port);
    }

    private MediaProblem Take(SdpRefusal refusal, OfferAnswer next)
    {
        if (refusal != SdpRefusal.None) return ProblemOf(refusal);
        if ((next.Fax?.Remote ?? next.Agreed?.Remote) is { } remote && _engine.IsOurs(remote, next.Address)) return MediaProblem.UnusableAddress;
        var before = _signalled;
        (_signalled, _standing) = (next, null);
        if (next.Video != before.Video) See(next.Video, before.Video);
        if (next.Fax is { } fax) GiveWayTo(fax, before.Fax);
        else if (before.Fax is not null || next.Agreed != before.Agreed) Speak(next.Agreed!);
        return MediaProblem.None;
    }

    private byte[] Offer(OfferAnswer next)
    {
        _standing ??= _signalled;
        _signalled = next;
        return Bytes(next.Sent);
    }

    /// <summary>Ports for pictures, once for a leg; without free ones there are none.</summary>
    private void OpenVideo()
    {
        if (_video is not null || _engine.OpenVideo(this) is not { } ports) return;
        _videoPorts = ports;
        _video = new VideoLeg(ports.Rtp, ports.Rtcp, SignallingPeer, _engine.VideoBits, this);
        _signalled = _signalled with { VideoPort = ports.Rtp.Port };
    }

    private void See(AgreedVideo? agreed, AgreedVideo? before)
    {
        if (agreed?.Keys != before?.Keys)
        {
            _videoShield = agreed?.Keys is MediaKeys.Sdes sdes ? LegShield.Of(sdes, before?.Keys as MediaKeys.Sdes, _videoShield) : null;
            if (_videoShield is not null) _parts.Add(_videoShield);
        }

        var (video, shield) = (_video!, _videoShield);
        Leg.Ask(() => Leg.Use(video, agreed, shield));
    }

    /// <summary>The voice falls silent; the relay learns where the fax goes.</summary>
    private void GiveWayTo(AgreedFax fax, AgreedFax? before)
    {
        if (before is null) Leg.Ask(Leg.Pause);
        if (!fax.Remote.Equals(before?.Remote)) _fax!.Expect(fax.Remote);
    }

    /// <summary>Makes ready what the agreement needs, and hands it to the mixer.</summary>
    private void Speak(Agreement agreed)
    {
        var rate = Rate;
        var voice = _voice = new LegVoice(_engine.Voices, agreed, _voice);
        _parts.UnionWith(voice.Parts);
        var security = _security.For(agreed);
        Leg.Ask(() => Leg.Use(agreed, voice, security));
        if (security is { Ice: null, Handshake: { } handshake }) handshake.Begin();
        if (rate != Rate && _held is not null) Hold(_held);
    }

    private static MediaProblem ProblemOf(SdpRefusal refusal) => refusal switch
    {
        SdpRefusal.None => MediaProblem.None,
        SdpRefusal.NoCommonCodec => MediaProblem.NoCommonCodec,
        SdpRefusal.UnsupportedProfile or SdpRefusal.Unprotected => MediaProblem.UnsupportedProfile,
        SdpRefusal.UnusableAddress => MediaProblem.UnusableAddress,
        _ => MediaProblem.Malformed,
    };

    private static byte[] Bytes(string body) => System.Text.Encoding.UTF8.GetBytes(body);
}
