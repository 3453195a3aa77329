using System.Collections.Immutable;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;
using Conference.Core;
using Conference.Media.Files;
using Conference.Media.Mixing;
using Conference.Media.Sessions;
using Conference.Sip;
using Conference.Sip.Authentication;
using Conference.Sip.Calls;
using Conference.Sip.Registrar;
using Conference.Sip.Resolver;
using Conference.Sip.Subscriptions;
using Conference.Sip.Tracing;
using Conference.Sip.Transport;
using Conference.Sip.Trunks;

namespace Conference.Web.Tests.Testing;

/// <summary>Signalling without sockets.</summary>
internal sealed class QuietSip : ISipStack
{
    public List<string> Unbound { get; } = [];

    public ImmutableArray<SipListen> Listening => [];

    public ImmutableArray<Binding> Bindings => [];

    public ISipBans Bans { get; } = new QuietBans();

    public ISipLamps Lamps { get; } = new QuietLamps();

    public bool IsHealthy { get; set; } = true;

    public ISipSockets Sockets { get; } = new NoSockets();

    public QuietTrace Kept { get; } = new();

    public ISipTrace Trace => Kept;

    public IEnumDirectory Numbers { get; } = new NoNumbers();

    public QuietTrunks Lines { get; } = new();

    public ISipTrunks Trunks => Lines;

    public ISipCalls Calls => throw new NotSupportedException();

    public void Start(Func<IIncomingCall, CancellationToken, Task> onCall, IEnumerable<Binding> known) { }

    public void Start(ISipHouse house, IEnumerable<Binding> known) { }

    public void Unbind(string account) => Unbound.Add(account);

    public Task<SipTables> CountAsync() => Task.FromResult(new SipTables(1, 2, 3, 4));

    public Task StopAsync(TimeSpan grace) => Task.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class NoSockets : ISipSockets
    {
        public Task ServeAsync(WebSocket socket, IPEndPoint local, IPEndPoint remote, bool isSecure, string? person, CancellationToken cancel) => Task.CompletedTask;
    }

    private sealed class NoNumbers : IEnumDirectory
    {
        public Task<string?> FindAsync(string e164, string suffix, CancellationToken cancel) => Task.FromResult<string?>(null);
    }
}

/// <summary>Nobody watches.</summary>
internal sealed class QuietLamps : ISipLamps
{
    public void Changed(string user) { }
}

/// <summary>Nobody guesses.</summary>
internal sealed class QuietBans : ISipBans
{
    public ImmutableArray<SipBan> Bans { get; set; } = [];

    public void Lift(IPAddress source, string? username) => Bans = [.. Bans.Where(b => !b.Source.Equals(source) || b.Username != username)];
}

/// <summary>Lines that are as the test says, and try as it says.</summary>
internal sealed class QuietTrunks : ISipTrunks
{
    public ImmutableArray<TrunkLine> Used { get; private set; } = [];

    public ImmutableArray<TrunkState> States { get; set; } = [];

    public ImmutableArray<TrialOutcome> Trial { get; set; } = [];

    public List<TrunkLine> Tried { get; } = [];

    public void Use(ImmutableArray<TrunkLine> lines) => Used = lines;

    public Task<ImmutableArray<TrialOutcome>> TryAsync(TrunkLine line, CancellationToken cancel)
    {
        Tried.Add(line);
        return Task.FromResult(Trial);
    }
}

/// <summary>Messages that the test put down.</summary>
internal sealed class QuietTrace : ISipTrace
{
    public ImmutableArray<TracedCall> Calls { get; set; } = [];

    public List<(string CallId, TracedMessage Message)> Messages { get; } = [];

    public ImmutableArray<TracedMessage> Read(IReadOnlyCollection<string> callIds) => [.. Messages.Where(m => callIds.Contains(m.CallId)).Select(m => m.Message)];
}

/// <summary>A mixer that makes no sound: levels and talk are what the test says; a tape writes a few real WAV bytes.</summary>
internal sealed class QuietMedia : IMediaEngine
{
    public List<QuietRoom> Rooms { get; } = [];

    public MediaHealth Health { get; set; } = new(true, 0, 0, 1, 0, TimeSpan.Zero, false);

    public IMediaSession? OpenSession(IPAddress signallingPeer, SessionTerms terms) => new QuietSession();

    public IMixRoom OpenRoom()
    {
        var room = new QuietRoom();
        Rooms.Add(room);
        return room;
    }

    public void Dispose() { }
}

internal sealed class QuietRoom : IMixRoom
{
    private readonly Channel<TalkChange> _talk = Channel.CreateUnbounded<TalkChange>();

    public ChannelReader<TalkChange> Talk => _talk.Reader;

    public ImmutableArray<SeatLevel> Levels { get; set; } = [];

    public void Say(ParticipantId who, bool talking) => _talk.Writer.TryWrite(new TalkChange(who.Value, talking));

    public void Use(MixPlan plan) { }

    public void Play(Sound sound) { }

    public IRecordingTape Record(string path)
    {
        File.WriteAllBytes(path, Wav.Silence(TimeSpan.FromSeconds(1)));
        return new QuietTape();
    }

    public void Dispose() => _talk.Writer.TryComplete();
}

internal sealed class QuietTape : IRecordingTape
{
    public TimeSpan Length => TimeSpan.FromSeconds(1);

    public bool IsInTrouble => false;

    public void Pause() { }

    public void Resume() { }

    public Task<TimeSpan> StopAsync() => Task.FromResult(Length);
}

internal sealed class QuietSession : IMediaSession
{
    public int Port => 10000;

    public string Codec => "PCMA";

    public ChannelReader<char> Digits { get; } = Channel.CreateUnbounded<char>().Reader;

    public Task Silent { get; } = new TaskCompletionSource().Task;

    public LegStats Stats => new(0, 0, 0, 0, 0, 0);

    public MediaProblem Answer(ReadOnlySpan<byte> offer, out byte[] answer)
    {
        answer = [];
        return MediaProblem.None;
    }

    public byte[] Offer() => [];

    public MediaProblem Accept(ReadOnlySpan<byte> answer) => MediaProblem.None;

    public Task<bool> PlayAsync(IReadOnlyList<Sound> sounds, CancellationToken cancel) => Task.FromResult(true);

    public void Hold(Sound? music) { }

    public void Dispose() { }
}

/// <summary>A well-formed WAV: 8 kHz, mono, 16 bit.</summary>
internal static class Wav
{
    public static byte[] Silence(TimeSpan length)
    {
        var audio = (int)(length.TotalSeconds * 16000);
        using var file = new MemoryStream();
        using var write = new BinaryWriter(file, Encoding.ASCII);
        write.Write("RIFF"u8);
        write.Write(36 + audio);
        write.Write("WAVEfmt "u8);
        write.Write(16);
        write.Write((short)1);
        write.Write((short)1);
        write.Write(8000);
        write.Write(16000);
        write.Write((short)2);
        write.Write((short)16);
        write.Write("data"u8);
        write.Write(audio);
        write.Write(new byte[audio]);
        write.Flush();
        return file.ToArray();
    }
}
