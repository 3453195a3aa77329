using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using Conference.Media.Files;
using Conference.Media.Mixing;
using Conference.Media.Sdp;

namespace Conference.Media.Sessions;

/// <summary>The engine in this process: one mixer thread, one dispatcher for what it notices, one recorder.</summary>
public sealed class MediaEngine : IMediaEngine
{
    private const int Frame = 20;
    private const int TicksPerSecond = 1000 / Frame;
    private const long NanosecondsPerTick = 100;
    private static readonly TimeSpan HeldSilentAfter = TimeSpan.FromSeconds(300);
    private static readonly DateTimeOffset NtpEpoch = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly MediaOptions _options;
    private readonly TimeProvider _time;
    private readonly Func<int, PacketPort?> _openPort;
    private readonly CommandRing _commands = new();
    private readonly EventRing _events = new();
    private readonly Dispatcher _dispatcher;
    private readonly Recorder _recorder;
    private readonly MixerThread? _thread;
    private readonly ConcurrentDictionary<int, MediaSession> _sessions = new();
    private readonly ConcurrentDictionary<MixRoom, bool> _openRooms = new();
    private readonly List<Leg> _legs = []; // the mixer's
    private readonly List<RoomMixer> _rooms = []; // the mixer's
    private readonly Scratch _scratch = new();
    private readonly Limiter _neutral = new();
    private readonly int[] _silence = new int[Bus.Frame];
    private readonly long _silentTicks;
    private readonly long _heldTicks;
    private int _nextPort;
    private long _tick;
    private long _now;
    private long _faults;
    private int _disposed;
    private volatile bool _isOver;

    /// <summary>Starts the engine and its threads.</summary>
    public MediaEngine(MediaOptions options, TimeProvider time)
        : this(options, time, port => PacketPort.Open(options.Bind, port), start: true)
    {
    }

    /// <summary>An engine on other ports, or one whose ticks and rounds a test calls itself.</summary>
    internal MediaEngine(MediaOptions options, TimeProvider time, Func<int, PacketPort?> openPort, bool start)
    {
        (_options, _time, _openPort) = (options, time, openPort);
        _silentTicks = (long)(options.SilentAfter.TotalSeconds * TicksPerSecond);
        _heldTicks = Math.Max(_silentTicks, (long)HeldSilentAfter.TotalSeconds * TicksPerSecond);
        _nextPort = EvenFirstPort;
        _recorder = new Recorder(start);
        _dispatcher = new Dispatcher(_events, start);
        if (start) _thread = new MixerThread(Rehearsal.Play, Tick);
    }

    public MediaHealth Health => new(
        _thread?.IsTicking ?? _disposed == 0,
        _sessions.Count,
        _openRooms.Count,
        Volatile.Read(ref _tick),
        _thread?.Skipped ?? 0,
        _thread?.WorstLateness ?? TimeSpan.Zero,
        _thread?.IsRealtime ?? false)
    {
        Faults = Volatile.Read(ref _faults),
    };

    /// <summary>For tests that tick by hand: what the dispatcher thread would do.</summary>
    internal Dispatcher Dispatcher => _dispatcher;

    /// <summary>For tests that tick by hand: what the recorder thread would do.</summary>
    internal Recorder Recorder => _recorder;

    private int EvenFirstPort => _options.FirstPort + (_options.FirstPort & 1);

    public IMediaSession? OpenSession(IPAddress signallingPeer) => OpenSession(signallingPeer, []);

    public IMediaSession? OpenSession(IPAddress signallingPeer, ImmutableArray<string> codecs)
    {
        if (_disposed != 0 || OpenPair() is not { } pair) return null;
        var id = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) >> 2; // 62 bits: some peers keep it signed
        var session = new MediaSession(this, pair.Rtp, pair.Rtcp, _options.AdvertisedTo(signallingPeer), signallingPeer, id, _scratch, _events, codecs);
        _sessions[session.Port] = session;
        Ask(() => _legs.Add(session.Leg));
        return session;
    }

    public IMixRoom OpenRoom()
    {
        var room = new MixRoom(this, _events);
        _openRooms[room] = true;
        Ask(() => _rooms.Add(room.Mixer));
        return room;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        foreach (var session in _sessions.Values)
            session.Dispose();
        foreach (var room in _openRooms.Keys)
            room.Dispose();
        _thread?.Dispose();
        TakeCommands(); // the mixer is gone: its last words are ours
        _isOver = true;
        _dispatcher.Dispose();
        _recorder.Dispose();
    }

    /// <summary>Asks the mixer to do something at the beginning of the next tick.</summary>
    internal void Ask(Action command)
    {
        if (!_isOver) _commands.Add(command);
    }

    internal void Use(Leg leg, Agreement agreed) => leg.Use(agreed, _tick, _now);

    internal void Close(MediaSession session) => Ask(() =>
    {
        if (!_legs.Remove(session.Leg)) return;
        session.Leg.Close(_tick, Ntp());
    });

    internal void Close(MixRoom room)
    {
        _openRooms.TryRemove(room, out _);
        Ask(() =>
        {
            _rooms.Remove(room.Mixer);
            room.Mixer.Close();
        });
    }

    internal void Forget(int port) => _sessions.TryRemove(port, out _);

    /// <summary>Whether an address is a port of this engine: two legs must not be made to talk to each other in a loop.</summary>
    internal bool IsOurs(IPEndPoint remote, IPAddress advertised) =>
        _sessions.ContainsKey(remote.Port & ~1) && (IPAddress.IsLoopback(remote.Address) || remote.Address.Equals(advertised));

    internal Tape OpenTape(string path, Action<Tape> stop)
    {
        var tape = new Tape(new FileDisk(path, _options.LeastFree), _time, stop);
        _recorder.Add(tape);
        return tape;
    }

    /// <summary>One tick: everything the engine does for 20 ms. Allocates nothing and waits for nobody.</summary>
    /// <param name="now">Nanoseconds of a monotonic clock.</param>
    /// <param name="skipped">Ticks left out before this one, because the machine was too late.</param>
    internal void Tick(long now, int skipped)
    {
        _now = now;
        _tick += skipped;
        TakeCommands();
        var wall = _time.GetUtcNow();
        var clockOffset = now - (wall.Ticks - DateTimeOffset.UnixEpoch.Ticks) * NanosecondsPerTick;
        for (var i = 0; i < _legs.Count; i++)
            Receive(_legs[i], now, clockOffset);
        for (var i = 0; i < _rooms.Count; i++)
            Mix(_rooms[i]);
        var ntp = Ntp(wall);
        for (var i = 0; i < _legs.Count; i++)
            Serve(_legs[i], ntp);
        Volatile.Write(ref _tick, _tick + 1);
    }

    private void Receive(Leg leg, long now, long clockOffset)
    {
        try
        {
            leg.Receive(_tick, now, clockOffset);
        }
        catch (Exception)
        {
            _faults++; // one leg fails, the others go on; health shows it
        }
    }

    private void Mix(RoomMixer room)
    {
        try
        {
            room.Tick(_tick);
        }
        catch (Exception)
        {
            _faults++;
        }
    }

    private void Serve(Leg leg, ulong ntp)
    {
        try
        {
            leg.SendAlone(_tick, _neutral, _silence);
            leg.Tend(_tick, ntp, _silentTicks, _heldTicks);
        }
        catch (Exception)
        {
            _faults++;
        }
    }

    private void TakeCommands()
    {
        while (_commands.TryTake(out var command))
        {
            try
            {
                command!();
            }
            catch (Exception)
            {
                _faults++;
            }
        }
    }

    private ulong Ntp() => Ntp(_time.GetUtcNow());

    /// <summary>Wall clock as 32.32 seconds since 1900 (RFC 3550 §4).</summary>
    private static ulong Ntp(DateTimeOffset wall)
    {
        var ticks = (UInt128)(ulong)(wall - NtpEpoch).Ticks;
        return (ulong)((ticks << 32) / TimeSpan.TicksPerSecond);
    }

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
