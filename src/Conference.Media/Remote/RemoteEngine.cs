using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Conference.Media.Mixing;
using Conference.Media.Sessions;

namespace Conference.Media.Remote;

/// <summary>The engine in a process of its own: neither the portal's pages nor its garbage make the mixer late.</summary>
/// <remarks>
/// When that process dies, its legs fall silent for good, so that their calls end; rooms stay, and are made again in the next
/// process. A process that dies again at once is started at growing distances.
/// </remarks>
internal sealed class RemoteEngine : IMediaEngine
{
    private static readonly MediaHealth s_none = new(false, 0, 0, 0, 0, TimeSpan.Zero, false);
    private static readonly TimeSpan s_pulse = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longEnough = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_startsWithin = TimeSpan.FromSeconds(15);

    private readonly MediaOptions _options;
    private readonly Func<IEngineProcess> _start;
    private readonly IMediaProcessWatcher _watcher;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<long, RemoteSession> _sessions = new();
    private readonly ConcurrentDictionary<long, RemoteRoom> _rooms = new();
    private readonly ConcurrentDictionary<long, RemoteFax> _faxes = new();
    private readonly CancellationTokenSource _ends = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _running;
    private volatile EngineLink? _link;
    private volatile MediaHealth _health = s_none;
    private long _lastId;
    private int _starts;

    /// <summary>Starts the process, and waits until it answers or a quarter of a minute is over.</summary>
    public RemoteEngine(MediaOptions options, Func<IEngineProcess> start, IMediaProcessWatcher watcher, TimeProvider time)
    {
        (_options, _start, _watcher, _time) = (options, start, watcher, time);
        _running = Task.Run(RunAsync);
        _ready.Task.Wait(s_startsWithin);
    }

    public event Action<WorkerHealth>? LoadChanged;

    public MediaHealth Health => _health with { IsTicking = _link is not null && _health.IsTicking, Process = _link?.ProcessId, Restarts = Math.Max(0, _starts - 1) };

    public ImmutableArray<string> Codecs => [.. _options.Codecs.Except(_health.Missing.Select(m => m.Name), StringComparer.OrdinalIgnoreCase)];

    public IMediaSession? OpenSession(IPAddress signallingPeer) => OpenSession(signallingPeer, SessionTerms.House);

    public IMediaSession? OpenSession(IPAddress signallingPeer, SessionTerms terms)
    {
        if (_link is not { } link) return null;
        var session = new RemoteSession(link, Interlocked.Increment(ref _lastId), _time, s => _sessions.TryRemove(s.Id, out _));
        _sessions[session.Id] = session; // keys and silence may come before the answer is read
        var opened = link.Ask<FromEngine.Opened>(
            new ToEngine.OpenSession(session.Id, signallingPeer, _options.AdvertisedTo(signallingPeer), _options.CandidatesFor(signallingPeer), terms));
        session.Port = opened?.Port ?? 0;
        if (session.Port != 0 && !link.Over.IsCompleted) return session;
        session.Dispose();
        return null;
    }

    public IMixRoom OpenRoom()
    {
        var room = new RemoteRoom(Interlocked.Increment(ref _lastId), _time, r => _rooms.TryRemove(r.Id, out _));
        _rooms[room.Id] = room;
        if (_link is { } link) room.Attach(link);
        return room;
    }

    public IFaxRelay? OpenFax(IMediaSession from, IMediaSession to)
    {
        if (from is not RemoteSession one || to is not RemoteSession other || one.Link != other.Link) return null;
        var fax = new RemoteFax(one, other, Interlocked.Increment(ref _lastId), f => _faxes.TryRemove(f.Id, out _));
        _faxes[fax.Id] = fax;
        if (one.Link.Ask<FromEngine.Done>(new ToEngine.OpenFax(fax.Id, one.Id, other.Id)) is { Success: true }) return fax;
        fax.Dispose();
        return null;
    }

    public void Dispose()
    {
        if (_ends.IsCancellationRequested) return;
        _ends.Cancel();
        _running.Wait();
    }

    /// <summary>One process after the other, until the portal closes.</summary>
    private async Task RunAsync()
    {
        var pause = TimeSpan.Zero;
        while (!_ends.IsCancellationRequested)
        {
            var began = _time.GetTimestamp();
            var why = await ServeAsync();
            if (_ends.IsCancellationRequested) return;
            pause = _time.GetElapsedTime(began) > s_longEnough ? TimeSpan.Zero : Longer(pause);
            _watcher.Ended(why, pause);
            await Task.Delay(pause, _time, _ends.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    private static TimeSpan Longer(TimeSpan pause) =>
        pause == TimeSpan.Zero ? TimeSpan.FromMilliseconds(250) : pause * 2 < s_longestPause ? pause * 2 : s_longestPause;

    /// <summary>One process from start to end.</summary>
    /// <returns>Why it ended, for people.</returns>
    private async Task<string> ServeAsync()
    {
        EngineLink link;
        try
        {
            link = new EngineLink(_start(), Hear);
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException or InvalidOperationException)
        {
            return e.Message;
        }

        using (link)
        {
            if (!await BeginAsync(link)) return "It did not answer.";
            await WatchAsync(link);
            Lose(link);
        }

        return "It died.";
    }

    private async Task<bool> BeginAsync(EngineLink link)
    {
        var began = link.Asked(new ToEngine.Begin(EngineHost.Build, _options), out _);
        if (await Task.WhenAny(began, Task.Delay(s_startsWithin, _time)) != began || await began is not FromEngine.Began { IsSameBuild: true }) return false;
        await PulseAsync(link);
        Interlocked.Increment(ref _starts);
        _link = link;
        foreach (var room in _rooms.Values)
            room.Attach(link);
        _watcher.Started(link.ProcessId);
        _ready.TrySetResult();
        return true;
    }

    /// <summary>Feels its pulse until it has none, or the portal closes.</summary>
    private async Task WatchAsync(EngineLink link)
    {
        var closing = Task.Delay(Timeout.Infinite, _ends.Token);
        while (!link.Over.IsCompleted && !_ends.IsCancellationRequested)
        {
            await Task.WhenAny(Task.Delay(s_pulse, _time), link.Over, closing);
            if (!_ends.IsCancellationRequested && !await PulseAsync(link)) link.Kill();
        }
    }

    private async Task<bool> PulseAsync(EngineLink link)
    {
        var pulse = link.Asked(new ToEngine.ReadHealth(), out _);
        if (await Task.WhenAny(pulse, Task.Delay(EngineLink.Patience, _time)) != pulse || await pulse is not FromEngine.Health health) return false;
        _health = health.State;
        return true;
    }

    private void Lose(EngineLink link)
    {
        _link = null;
        foreach (var room in _rooms.Values)
            room.Detach();
        foreach (var session in _sessions.Values.Where(s => s.Link == link))
            session.Lose();
    }

    private void Hear(FromEngine news)
    {
        switch (news)
        {
            case FromEngine.Digit digit when _sessions.TryGetValue(digit.Session, out var session): session.Press(digit.Key); break;
            case FromEngine.Silent silent when _sessions.TryGetValue(silent.Session, out var session): session.FallSilent(); break;
            case FromEngine.PictureWanted wanted when _sessions.TryGetValue(wanted.Session, out var session): session.WantPicture(); break;
            case FromEngine.FaxSilent silent when _faxes.TryGetValue(silent.Fax, out var fax): fax.FallSilent(); break;
            case FromEngine.Talk talk when _rooms.TryGetValue(talk.Room, out var room): room.On(talk); break;
            case FromEngine.Leads leads when _rooms.TryGetValue(leads.Room, out var room): room.On(leads); break;
            case FromEngine.Load load: LoadChanged?.Invoke(load.Worker); break;
            default: break;
        }
    }
}
