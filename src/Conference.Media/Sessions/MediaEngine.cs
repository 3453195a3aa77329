using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using Conference.Media.Codecs;
using Conference.Media.Files;
using Conference.Media.Mixing;
using Conference.Media.Recording;
using Conference.Media.Sdp;
using Conference.Media.Security;

namespace Conference.Media.Sessions;

/// <summary>The engine in this process: one mixer thread, one dispatcher for what it notices, one recorder.</summary>
public sealed class MediaEngine : IMediaEngine, IMixerListener
{
    private const int Frame = 20;
    private const int TicksPerSecond = 1000 / Frame;
    private const int SharedBuffer = 8 * 1024 * 1024; // the system may allow less: net.core.rmem_max
    private const int NarrowRate = 8000;
    private const int WideRate = 16000;
    private static readonly TimeSpan HeldSilentAfter = TimeSpan.FromSeconds(300);

    private readonly MediaOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<int, PacketPort?> _openPort;
    private readonly MixWorker[] _workers;
    private readonly Dispatcher _dispatcher;
    private readonly Func<DiskSpace> _space;
    private readonly DiskWatch _disk;
    private readonly Recorder _recorder;
    private readonly Lazy<DtlsDesk?> _desk; // a certificate takes milliseconds, and a house without protection needs none
    private readonly ConcurrentDictionary<int, MediaSession> _sessions = new();
    private readonly ConcurrentDictionary<MixRoom, bool> _openRooms = new();
    private readonly ConcurrentDictionary<int, FaxRelay> _faxes = new();
    private readonly ImmutableArray<VoiceFormat> _formats;
    private readonly ConcurrentDictionary<int, MediaSession> _cameras = new();
    private int _nextPort;
    private int _disposed;

    /// <summary>Starts the engine and its threads.</summary>
    public MediaEngine(MediaOptions options, TimeProvider time)
        : this(options, time, port => PacketPort.Open(options.Bind, port), start: true, port => PacketPort.Open(options.Bind, port, SharedBuffer))
    {
    }

    /// <summary>An engine on other ports, or one whose ticks and rounds a test calls itself.</summary>
    internal MediaEngine(MediaOptions options, TimeProvider time, Func<int, PacketPort?> openPort, bool start, Func<int, PacketPort?>? openShared = null)
    {
        _desk = new Lazy<DtlsDesk?>(() => options.Security != MediaSecurity.None && DtlsIdentity.Create(time) is { } identity ? new DtlsDesk(identity, time) : null);
        (_options, _time, _openPort) = (options, time, openPort);
        var active = (long)(options.SilentAfter.TotalSeconds * TicksPerSecond);
        var patience = new Patience(active, Math.Max(active, (long)HeldSilentAfter.TotalSeconds * TicksPerSecond));
        _workers = [.. Enumerable.Range(0, options.Workers).Select(_ => new MixWorker(time, patience, this, start))];
        _nextPort = EvenFirstPort;
        _formats = FormatsOf(options.Codecs);
        _space = options.Space ?? (options.RecordingFolder.Length > 0 ? () => DiskSpace.Of(options.RecordingFolder) : () => new DiskSpace(long.MaxValue, long.MaxValue));
        _disk = new DiskWatch(options.Disk with { FullBytes = options.LeastFree }, _space, time);
        _recorder = new Recorder(_disk, start);
        _dispatcher = new Dispatcher([.. _workers.Select(w => w.Events)], start);
        if (options.SharedPort is { } wished && Desk is not null && (OpenShared(wished) ?? OpenShared(0)) is { } port) Shared = new SharedPort(port, time, start);

        PacketPort? OpenShared(int number) => (openShared ?? openPort)(number);
    }

    public MediaHealth Health => new(
        _disposed == 0 && Array.TrueForAll(_workers, w => w.Thread?.IsTicking ?? true),
        _sessions.Count,
        _openRooms.Count,
        _workers.Max(w => w.Ticks),
        _workers.Sum(w => w.Thread?.Skipped ?? 0),
        _workers.Max(w => w.Thread?.WorstLateness ?? TimeSpan.Zero),
        Array.TrueForAll(_workers, w => w.Thread?.IsRealtime ?? false))
    {
        Faults = _workers.Sum(w => w.Faults) + (Shared?.Faults ?? 0) + (_desk.IsValueCreated ? _desk.Value?.Faults ?? 0 : 0),
        Web = new WebHealth(Shared?.Port, _options.SharedPort),
        Disk = _disk.Health,
        Workers = [.. _workers.Select(HealthOf)],
        Clock = MixerThread.Clock,
        Missing = [.. Voices.Missing.Where(m => _options.Codecs.Contains(m.Name, StringComparer.OrdinalIgnoreCase))],
    };

    public event Action<WorkerHealth>? LoadChanged;

    public ImmutableArray<string> Codecs => [.. _formats.Select(f => f.Name).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>What can be spoken here.</summary>
    internal IVoiceCodecs Voices { get; } = new VoiceCodecs();

    /// <summary>For tests that tick by hand: what the dispatcher thread would do.</summary>
    internal Dispatcher Dispatcher => _dispatcher;

    /// <summary>For tests that tick by hand: what the recorder thread would do.</summary>
    internal Recorder Recorder => _recorder;

    /// <summary>Makes handshakes; <see langword="null"/> where OpenSSL is missing.</summary>
    internal DtlsDesk? Desk => _desk.Value;

    /// <summary>Where browsers are heard; <see langword="null"/> when they are not.</summary>
    internal SharedPort? Shared { get; }

    private int EvenFirstPort => _options.FirstPort + (_options.FirstPort & 1);

    public IMediaSession? OpenSession(IPAddress signallingPeer) => OpenSession(signallingPeer, SessionTerms.House);

    public IMediaSession? OpenSession(IPAddress signallingPeer, SessionTerms terms)
    {
        if (_disposed != 0 || LeastLoaded(isOpen: true) is not { } home || OpenPair() is not { } pair) return null;
        var id = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) >> 2; // 62 bits: some peers keep it signed
        home.Expect(1);
        var session = new MediaSession(this, pair.Rtp, pair.Rtcp, _options.AdvertisedTo(signallingPeer), signallingPeer, id, home, TermsFor(terms, signallingPeer));
        _sessions[session.Port] = session;
        home.Worker.Ask(() => home.Add(session.Leg));
        return session;
    }

    /// <summary>Ports for the pictures of a leg, where pictures are passed on and ports are free.</summary>
    internal (PacketPort Rtp, PacketPort Rtcp)? OpenVideo(MediaSession session)
    {
        if (!_options.Video || _disposed != 0 || OpenPair() is not { } pair) return null;
        _cameras[pair.Rtp.Port] = session;
        return pair;
    }

    /// <summary>What one camera may send.</summary>
    internal int VideoBits => 1000 * _options.VideoKilobits;

    internal void ForgetVideo(int port) => _cameras.TryRemove(port, out _);

    public IMixRoom OpenRoom()
    {
        var slot = LeastLoaded(isOpen: true) ?? LeastLoaded(isOpen: false)!;
        var room = new MixRoom(this, slot);
        _openRooms[room] = true;
        slot.Worker.Ask(() => slot.Add(room.Mixer));
        return room;
    }

    public IFaxRelay? OpenFax(IMediaSession from, IMediaSession to)
    {
        if (_disposed != 0 || from is not MediaSession one || to is not MediaSession other || OpenPair() is not { } pair) return null;
        var slot = LeastLoaded(isOpen: false)!; // its legs are there already
        var relay = new FaxRelay(slot, new FaxSide(pair.Rtp, slot, one), new FaxSide(pair.Rtcp, slot, other), () => _faxes.TryRemove(pair.Rtp.Port, out _));
        _faxes[pair.Rtp.Port] = relay;
        slot.Worker.Ask(() => slot.Add(relay));
        return relay;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        foreach (var fax in _faxes.Values)
            fax.Dispose();
        foreach (var session in _sessions.Values)
            session.Dispose();
        foreach (var room in _openRooms.Keys)
            room.Dispose();
        foreach (var worker in _workers)
            worker.Dispose();
        _dispatcher.Dispose();
        CloseDesk();
        Shared?.Dispose();
        _recorder.Dispose();
    }

    /// <summary>Before the ports that it sends by.</summary>
    private void CloseDesk()
    {
        if (!_desk.IsValueCreated || _desk.Value is not { } desk) return;
        desk.Dispose();
        desk.Identity.Dispose();
    }

    internal void Close(MixRoom room)
    {
        _openRooms.TryRemove(room, out _);
        var slot = room.Mixer.Slot;
        slot.Worker.Ask(() =>
        {
            slot.Remove(room.Mixer);
            room.Mixer.Close();
        });
    }

    private FileDisk Open(string path, bool isNew) => new(path, isNew, () => _options.LeastFree > 0 && _space().Free < _options.LeastFree);

    internal void Forget(int port) => _sessions.TryRemove(port, out _);

    /// <summary>Whether an address is a port of this engine: two legs must not be made to talk to each other in a loop.</summary>
    internal bool IsOurs(IPEndPoint remote, IPAddress advertised) =>
        (_sessions.ContainsKey(remote.Port & ~1) || _faxes.ContainsKey(remote.Port & ~1) || _cameras.ContainsKey(remote.Port & ~1)) && (IPAddress.IsLoopback(remote.Address) || remote.Address.Equals(advertised));

    /// <summary>Begins a recording.</summary>
    /// <param name="path">Of its mix; the other files lie beside it.</param>
    /// <param name="highest">The highest rate of those who are there.</param>
    /// <exception cref="IOException">There is too little space, or the file cannot be made.</exception>
    internal Tape OpenTape(string path, int highest, Action<Tape> stop)
    {
        if (_disk.Look().Level >= DiskLevel.Low) throw new IOException("There is too little space left to begin a recording.");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var options = new TapeOptions(name => name == RecordingFiles.Mix ? Open(path, isNew: true) : Open(Path.Combine(folder, name), isNew: false), _time, _options.RecordsTracks, _options.CutsPauses);
        var rate = Math.Max(highest, _formats.Any(f => f.Rate > NarrowRate) ? WideRate : NarrowRate);
        var tape = new Tape(options, MixRates.IndexOf(rate), stop);
        _recorder.Add(tape);
        return tape;
    }

    /// <summary>One tick of everything, for tests that tick by hand.</summary>
    /// <param name="now">Nanoseconds of a monotonic clock.</param>
    /// <param name="skipped">Ticks left out before this one.</param>
    internal void Tick(long now, int skipped)
    {
        Shared?.Round();
        foreach (var worker in _workers)
            worker.Tick(now, skipped);
    }

    /// <summary>What a leg may agree to: the codecs named, in their order, or those of the house; a handshake and checks where this machine can.</summary>
    private SdpTerms TermsFor(SessionTerms terms, IPAddress peer)
    {
        var named = terms.Codecs.IsDefaultOrEmpty ? [] : FormatsOf(terms.Codecs);
        return new SdpTerms
        {
            Formats = named.IsEmpty ? _formats : named,
            Security = terms.IsWeb ? MediaSecurity.Dtls : terms.Security ?? _options.Security,
            OnlyProtected = terms.OnlyProtected,
            Video = _options.Video && !terms.IsWeb,
            Opportunistic = _options.OpportunisticSrtp && !terms.IsWeb,
            Certificate = Desk?.Identity.Fingerprint,
            Ice = Shared is null ? null : new IceHost(Shared.Port, _options.CandidatesFor(peer)),
            OffersIce = terms.IsWeb,
            ComfortNoise = _options.Pauses,
            Pauses = _options.Pauses,
        };
    }

    private ImmutableArray<VoiceFormat> FormatsOf(ImmutableArray<string> names) =>
        [.. names.SelectMany(n => Voices.Formats.Where(f => f.Name.Equals(n, StringComparison.OrdinalIgnoreCase))).Distinct()];

    /// <summary>The slot with the fewest legs; <see langword="null"/> when every worker has closed.</summary>
    private MixSlot? LeastLoaded(bool isOpen) =>
        _workers.Where(w => !isOpen || w.Ladder.Step < OverloadStep.Closed).SelectMany(w => w.Slots).MinBy(s => s.Load);

    void IMixerListener.On(MixerEvent happened)
    {
        if (happened is { Kind: MixerEventKind.Load, Subject: MixWorker worker }) LoadChanged?.Invoke(HealthOf(worker));
    }

    private WorkerHealth HealthOf(MixWorker worker) => new(
        Array.IndexOf(_workers, worker) + 1,
        worker.Slots.Sum(s => s.Load),
        worker.Ladder.Busy,
        worker.Ladder.Step,
        worker.Thread?.IsRealtime ?? false,
        worker.Thread?.WorstLateness ?? TimeSpan.Zero,
        worker.Thread?.Skipped ?? 0);

    /// <summary>The next free even port and the odd one behind it; every pair is tried once.</summary>
    private (PacketPort Rtp, PacketPort Rtcp)? OpenPair()
    {
        var pairs = (_options.LastPort - EvenFirstPort + 1) / 2;
        for (var i = 0; i < pairs; i++)
        {
            var port = TakePort(pairs);
            if (_sessions.ContainsKey(port) || _openPort(port) is not { } rtp) continue;
            if (_openPort(port + 1) is { } rtcp) return (rtp, rtcp);
            rtp.Dispose();
        }

        return null;
    }

    private int TakePort(int pairs)
    {
        var turn = Interlocked.Add(ref _nextPort, 2) - 2 - EvenFirstPort;
        return EvenFirstPort + (int)((uint)turn % (uint)(2 * pairs));
    }
}
