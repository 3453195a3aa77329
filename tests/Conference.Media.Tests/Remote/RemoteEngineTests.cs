using System.IO.Pipes;
using System.Net;
using System.Net.Sockets;
using Conference.Media.Files;
using Conference.Media.Mixing;
using Conference.Media.Remote;
using Conference.Media.Sessions;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Remote;

/// <summary>The engine at the other end of a line: what is said to it is done there, and what happens there is heard here. The process is played by a host of this one.</summary>
public sealed class RemoteEngineTests : IDisposable, IMediaProcessWatcher
{
    private static readonly TimeSpan s_longEnough = TimeSpan.FromSeconds(20);

    private readonly MediaOptions _options = new() { FirstPort = 34000, LastPort = 34999, Bind = IPAddress.Loopback, Workers = 1, SilentAfter = TimeSpan.FromHours(1) };
    private readonly List<FakeProcess> _processes = [];
    private readonly RemoteEngine _engine;
    private volatile int _ended;

    public RemoteEngineTests() => _engine = new RemoteEngine(_options, Start, this, TimeProvider.System);

    [Fact]
    public async Task Two_phones_hear_each_other_and_the_room_knows_who_talks()
    {
        using var room = _engine.OpenRoom();
        using var anna = new UdpPhone(_engine, 500);
        using var bruno = new UdpPhone(_engine, 900);
        var (one, two) = (Guid.NewGuid(), Guid.NewGuid());
        room.Use(new MixPlan([new Seat(one, anna.Session, true, true), new Seat(two, bruno.Session, true, true)]));

        Assert.True(await anna.Hears(900, true));
        Assert.True(await bruno.Hears(500, true));
        var talking = new HashSet<Guid>();
        while (talking.Count < 2)
            talking.Add((await room.Talk.ReadAsync().AsTask().WaitAsync(s_longEnough)).Seat);
        Assert.Equal([one, two], talking.Order(Comparer<Guid>.Create((a, _) => a == one ? -1 : 1)));
        Assert.Equal("PCMA", anna.Session.Codec);
        Assert.All(room.Levels, l => Assert.InRange(l.Dbov, -30, 0));
        await Until(() => anna.Session.Stats.Received > 0);
        Assert.Equal((true, 2, 1), (_engine.Health.IsTicking, _engine.Health.Sessions, _engine.Health.Rooms));

        room.Use(new MixPlan([new Seat(one, anna.Session, Speaks: false, true), new Seat(two, bruno.Session, true, true)]));
        Assert.True(await bruno.Hears(500, false));
    }

    [Fact]
    public async Task A_sound_is_played_to_its_end_or_until_it_is_cancelled()
    {
        using var anna = new UdpPhone(_engine, 500);
        Assert.True(await anna.Session.PlayAsync([Beep(0.2), Beep(0.1)], default).WaitAsync(s_longEnough));

        using var enough = new CancellationTokenSource();
        var playing = anna.Session.PlayAsync([Beep(600)], enough.Token);
        Assert.True(await anna.Hears(1000, true));
        await enough.CancelAsync();
        Assert.False(await playing.WaitAsync(s_longEnough));
        Assert.True(await anna.Hears(1000, false));
    }

    [Fact]
    public async Task Keys_arrive_and_are_sent()
    {
        using var bridge = new FakePair(_engine);
        Assert.True(bridge.Caller.SendKey('5'));
        Assert.Equal('5', await bridge.Called.Digits.ReadAsync().AsTask().WaitAsync(s_longEnough));
    }

    [Fact]
    public async Task A_fax_passes_there_and_the_voices_come_back()
    {
        using var anna = new UdpPhone(_engine, 500);
        using var bruno = new UdpPhone(_engine, 900);
        using var annas = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var brunos = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using (var fax = _engine.OpenFax(anna.Session, bruno.Session)!)
        {
            Assert.Equal(MediaProblem.None, fax.Offer(FaxAt(annas), out var mirrored));
            Assert.Equal(MediaProblem.None, fax.Accept(FaxAt(brunos), out var answer));
            Assert.Equal(("T.38", "T.38"), (anna.Session.Codec, bruno.Session.Codec));
            await annas.SendAsync(new byte[] { 1, 2, 3 }, new IPEndPoint(IPAddress.Loopback, FaxPort(answer)));
            Assert.Equal([1, 2, 3], (await brunos.ReceiveAsync().WaitAsync(s_longEnough)).Buffer);
            await brunos.SendAsync(new byte[] { 4 }, new IPEndPoint(IPAddress.Loopback, FaxPort(mirrored)));
            Assert.Equal([4], (await annas.ReceiveAsync().WaitAsync(s_longEnough)).Buffer);
            Assert.False(fax.Silent.IsCompleted);
        }

        Assert.Contains("m=audio", System.Text.Encoding.UTF8.GetString(anna.Session.OfferVoice()), StringComparison.Ordinal);
        anna.Session.Withdraw();
        Assert.Contains("m=image", System.Text.Encoding.UTF8.GetString(anna.Session.Offer()), StringComparison.Ordinal);
        Assert.NotEqual(MediaProblem.None, _engine.OpenFax(anna.Session, bruno.Session)!.Offer("v=0\r\n"u8, out _));
    }

    [Fact]
    public async Task When_the_process_dies_its_legs_fall_silent_and_its_rooms_are_made_again()
    {
        using var room = _engine.OpenRoom();
        using var anna = new UdpPhone(_engine, 500);
        using var bruno = new UdpPhone(_engine, 900);
        room.Use(Together(anna, bruno));
        Assert.True(await anna.Hears(900, true));

        _processes[0].Dispose();
        await anna.Session.Silent.WaitAsync(s_longEnough);
        await bruno.Session.Silent.WaitAsync(s_longEnough);
        Assert.False(anna.Session.Digits.TryRead(out _));
        await anna.Session.Digits.Completion.WaitAsync(s_longEnough);
        Assert.Equal(MediaProblem.NoCommonCodec, anna.Session.Accept("v=0"u8));
        Assert.False(await anna.Session.PlayAsync([Beep(1)], default));

        await Until(() => _engine.Health.IsTicking);
        Assert.Equal(1, _engine.Health.Restarts);
        using var carla = new UdpPhone(_engine, 600);
        using var dario = new UdpPhone(_engine, 1100);
        room.Use(Together(anna, carla, dario));
        Assert.True(await carla.Hears(1100, true));
        Assert.True(await dario.Hears(600, true));
    }

    [Fact]
    public async Task Whoever_talked_when_the_process_died_talks_no_more()
    {
        using var room = _engine.OpenRoom();
        using var anna = new UdpPhone(_engine, 500);
        room.Use(Together(anna));
        Assert.True((await room.Talk.ReadAsync().AsTask().WaitAsync(s_longEnough)).Talking);

        _processes[0].Dispose();
        Assert.False((await room.Talk.ReadAsync().AsTask().WaitAsync(s_longEnough)).Talking);
    }

    [Fact]
    public async Task A_recording_that_was_cut_off_is_as_long_as_its_file()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.wav");
        using var room = _engine.OpenRoom();
        using var anna = new UdpPhone(_engine, 500);
        room.Use(Together(anna));
        var tape = room.Record(path);
        await Until(() => tape.Length > TimeSpan.FromSeconds(2));

        _processes[0].Dispose();
        Assert.InRange((await tape.StopAsync().WaitAsync(s_longEnough)).TotalSeconds, 1, 10);
        Assert.True(tape.IsInTrouble);
        File.Delete(path);
    }

    [Fact]
    public async Task A_recording_ends_with_its_true_length_and_one_that_cannot_begin_says_why()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.wav");
        using var room = _engine.OpenRoom();
        using var anna = new UdpPhone(_engine, 500);
        room.Use(Together(anna));
        var tape = room.Record(path);
        await Until(() => tape.Length > TimeSpan.FromSeconds(1));
        Assert.InRange((await tape.StopAsync().WaitAsync(s_longEnough)).TotalSeconds, 1, 10);
        Assert.True(File.Exists(path));
        File.Delete(path);
        Assert.ThrowsAny<IOException>(() => room.Record(Path.Combine(Path.GetTempPath(), "no such folder", "a.wav")));
    }

    [Fact]
    public async Task A_process_that_does_not_answer_is_ended_and_another_one_started()
    {
        _processes[0].Hang();
        await Until(() => _ended == 1);
        await Until(() => _engine.Health is { IsTicking: true, Restarts: 1 });
    }

    public void Dispose() => _engine.Dispose();

    void IMediaProcessWatcher.Started(int process)
    {
    }

    void IMediaProcessWatcher.Ended(string why, TimeSpan pause) => _ended++;

    private static MixPlan Together(params UdpPhone[] phones) => new([.. phones.Select(p => new Seat(Guid.NewGuid(), p.Session, true, true))]);

    private static Sound Beep(double seconds) => new("beep", 8000, Enumerable.Range(0, (int)(8000 * seconds)).Select(i => (short)(9000 * Math.Sin(Math.Tau * 1000 * i / 8000))).ToArray());

    private static async Task Until(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(s_longEnough);
        while (!condition())
            await Task.Delay(20, patience.Token);
    }

    private FakeProcess Start()
    {
        var process = new FakeProcess(_processes.Count + 1);
        _processes.Add(process);
        return process;
    }

    /// <summary>Two legs of the engine that call each other would loop; keys go from one to the other through a relay of datagrams.</summary>
    private static byte[] FaxAt(UdpClient machine) =>
        System.Text.Encoding.UTF8.GetBytes($"v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=image {((IPEndPoint)machine.Client.LocalEndPoint!).Port} udptl t38\r\n");

    private static int FaxPort(byte[] body) =>
        int.Parse(System.Text.Encoding.UTF8.GetString(body).Split("m=image ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    private sealed class FakePair : IDisposable
    {
        private readonly KeyRelay _relay;

        public FakePair(RemoteEngine engine)
        {
            Caller = engine.OpenSession(IPAddress.Loopback)!;
            Called = engine.OpenSession(IPAddress.Loopback)!;
            _relay = new KeyRelay(Caller, Called);
        }

        public IMediaSession Caller { get; }

        public IMediaSession Called { get; }

        public void Dispose()
        {
            Caller.Dispose();
            Called.Dispose();
            _relay.Dispose();
        }
    }

    /// <summary>A media process played by a thread or two of this one.</summary>
    private sealed class FakeProcess : IEngineProcess
    {
        private readonly AnonymousPipeServerStream _down = new(PipeDirection.Out);
        private readonly AnonymousPipeServerStream _up = new(PipeDirection.In);
        private readonly StuckStream _ear;
        private readonly EngineHost _host;
        private readonly TaskCompletionSource _gone = new();

        public FakeProcess(int id)
        {
            Id = id;
            _ear = new StuckStream(new AnonymousPipeClientStream(PipeDirection.In, _down.ClientSafePipeHandle));
            _host = new EngineHost(_ear, new AnonymousPipeClientStream(PipeDirection.Out, _up.ClientSafePipeHandle), o => new MediaEngine(o, TimeProvider.System));
            Exited = Task.WhenAny(RunAsync(), _gone.Task);
        }

        public int Id { get; }

        public Stream Input => _up;

        public Stream Output => _down;

        public Task Exited { get; }

        public void Hang() => _ear.IsStuck = true;

        public void Dispose()
        {
            _ear.IsStuck = false;
            _host.Dispose();
            _gone.TrySetResult();
        }

        private async Task RunAsync() => await _host.RunAsync();
    }
}
