using System.Globalization;
using Conference.Media.Codecs;
using Conference.Media.Files;
using Conference.Media.Mixing;
using Conference.Media.Recording;
using Conference.Media.Sessions;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Recording;

/// <summary>The tracks of the talkers: each his own voice, all on one timeline with the mix.</summary>
public sealed class TracksTests : IDisposable
{
    private const int Frame = 320; // samples of a tick at 16 kHz

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tracks");

    private string Mix => Path.Combine(_directory.FullName, RecordingFiles.Mix);

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Over_an_hour_every_sample_of_the_mix_is_that_of_the_tracks_and_holes_cost_no_disk()
    {
        using var bridge = new Bridge();
        var random = new Random(20261122);
        Phone[] phones = [.. Enumerable.Range(0, 3).Select(_ => bridge.Dial(Law.Mu))];
        using var room = bridge.Seat(phones);
        foreach (var phone in phones)
            bridge.Wire.Phones[phone.Port] = _ => { }; // an hour of what they hear is of no interest
        var begun = bridge.Time.GetUtcNow();
        var tape = room.Record(Mix);

        const int ticks = 50 * 3600;
        var until = new int[phones.Length];
        for (var tick = 0; tick < ticks; tick++)
        {
            var together = tick % 3000 is >= 1000 and < 1050; // the same word from two, once a minute
            var word = Speak(random);
            for (var i = 0; i < phones.Length; i++)
            {
                if (tick > until[i] && random.Next(400) == 0) until[i] = tick + random.Next(20, 150);
                var isAlone = tick % 3000 is >= 900 and < 1100;
                var says = together && i < 2 ? word : !isAlone && tick < until[i] ? Speak(random) : null;
                phones[i].Voice = says is null ? null : () => says;
            }

            bridge.Pass(1);
            if (tick % 10 == 9) bridge.Engine.Recorder.Round();
        }

        var length = await Stop(bridge, tape);

        Assert.InRange((length - (bridge.Time.GetUtcNow() - begun)).Duration(), TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
        using var mix = WavStream.Open(Mix)!;
        var tracks = phones.Select(p => WavStream.Open(TrackOf(p))!).ToList();
        Assert.Equal(16000, mix.Rate);
        Assert.Equal(length.TotalSeconds * 16000, mix.Samples);
        Assert.All(tracks, t => Assert.Equal((mix.Samples, mix.Rate), (t.Samples, t.Rate)));

        var (voices, all) = (new short[3][], new short[Frame]);
        var (worst, heard, different, same) = (0, 0L, 0, 0);
        for (var i = 0; i < voices.Length; i++)
            voices[i] = new short[Frame];
        for (long tick = 0; tick * Frame < mix.Samples; tick++)
        {
            mix.Read(tick * Frame, all);
            for (var i = 0; i < voices.Length; i++)
                tracks[i].Read(tick * Frame, voices[i]);
            for (var i = 0; i < Frame; i++)
                worst = Math.Max(worst, Math.Abs(all[i] - voices[0][i] - voices[1][i] - voices[2][i]));
            heard += all.AsSpan().ContainsAnyExcept((short)0) ? 1 : 0;
            if (tick % 3000 is < 1010 or >= 1040) continue;
            if (voices[0].AsSpan().SequenceEqual(voices[1]) && voices[0].AsSpan().ContainsAnyExcept((short)0)) same++;
            else different++;
        }

        Assert.InRange(worst, 0, 3); // each track is rounded for itself
        Assert.Equal((60 * 30, 0), (same, different));
        Assert.InRange(heard, ticks / 10, ticks / 2);
        foreach (var path in phones.Select(TrackOf).Append(Mix))
            Assert.InRange(FileUse.Of(path), 1, new FileInfo(path).Length * 2 / 3);
        Assert.InRange(long.Parse((await Tool.RunAsync("du", "--block-size=1", TrackOf(phones[0]))).Split('\t')[0], CultureInfo.InvariantCulture), 1, new FileInfo(TrackOf(phones[0])).Length / 3);
        foreach (var track in tracks)
            track.Dispose();
    }

    [Fact]
    public async Task A_leg_of_any_rate_lies_in_its_track_where_it_lies_in_the_mix()
    {
        using var bridge = new Bridge();
        using var wide = new CodecPhone(bridge, VoiceFormats.G722, 45000, 700) { IsMute = true };
        var narrow = bridge.Dial(Law.A);
        using var room = bridge.Engine.OpenRoom();
        room.Use(new MixPlan([wide.Seat, narrow.Seat]));
        bridge.Pass(20);
        var tape = room.Record(Mix);

        wide.IsMute = false;
        bridge.Pass(100);
        wide.IsMute = true;
        bridge.Pass(50);
        bridge.Engine.Recorder.Round();
        narrow.Hums(500);
        bridge.Pass(100);
        narrow.Voice = null;
        bridge.Pass(50);
        await Stop(bridge, tape);

        using var mix = WavStream.Open(Mix)!;
        foreach (var who in new[] { wide.Seat.Id, narrow.Seat.Id })
        {
            using var track = WavStream.Open(TrackOf(who))!;
            Assert.Equal(mix.Samples, track.Samples);
            var (own, all) = (new short[mix.Samples], new short[mix.Samples]);
            Assert.Equal(mix.Samples, track.Read(0, own));
            mix.Read(0, all);
            var spoken = Enumerable.Range(0, own.Length).Where(i => own[i] != 0).ToList();
            Assert.InRange(spoken.Count, 90 * Frame, 130 * Frame);
            Assert.All(spoken, i => Assert.InRange(own[i] - all[i], -1, 1));
        }
    }

    [Fact]
    public async Task A_soft_beginning_is_kept_and_who_never_speaks_has_no_track()
    {
        using var bridge = new Bridge();
        var (anna, bob) = (bridge.Dial(Law.Mu), bridge.Dial(Law.Mu));
        using var room = bridge.Seat(anna, bob);
        var tape = room.Record(Mix);
        bridge.Pass(50);
        anna.Hums(400, amplitude: 30); // breath: -61 dBov
        bridge.Pass(30);
        anna.Hums(400);
        bridge.Pass(50);
        await Stop(bridge, tape);

        using var track = WavStream.Open(TrackOf(anna))!;
        var pcm = new short[track.Samples];
        track.Read(0, pcm);
        var first = Array.FindIndex(pcm, s => s != 0) / Frame;
        Assert.InRange(first, 64, 68); // 15 frames before the 80th and what the jitter buffer adds
        Assert.False(File.Exists(TrackOf(bob)));
    }

    [Fact]
    public async Task A_seat_that_comes_back_on_another_leg_goes_on_in_its_track()
    {
        using var bridge = new Bridge();
        var (first, second) = (bridge.Dial(Law.Mu).Hums(500), bridge.Dial(Law.A).Hums(500));
        second.Seat = second.Seat with { Id = first.Seat.Id };
        using var room = bridge.Seat(first);
        var tape = room.Record(Mix);
        bridge.Pass(50);
        room.Use(Bridge.Plan());
        bridge.Pass(50);
        room.Use(Bridge.Plan(second));
        bridge.Pass(50);
        await Stop(bridge, tape);

        using var track = WavStream.Open(TrackOf(first))!;
        var pcm = new short[track.Samples];
        track.Read(0, pcm);
        Assert.InRange(Tone.Amplitude(pcm.AsSpan(20 * Frame, 20 * Frame), 500, 16000), 7000, 9000);
        Assert.InRange(Tone.Amplitude(pcm.AsSpan(65 * Frame, 20 * Frame), 500, 16000), 0, 10);
        Assert.InRange(Tone.Amplitude(pcm.AsSpan(120 * Frame, 20 * Frame), 500, 16000), 7000, 9000);
    }

    [Fact]
    public async Task A_host_can_do_without_tracks()
    {
        using var bridge = new Bridge(new MediaOptions { FirstPort = 30000, LastPort = 39999, Workers = 1, RecordsTracks = false });
        var anna = bridge.Dial().Hums(400);
        using var room = bridge.Seat(anna);
        var tape = room.Record(Mix);
        bridge.Pass(100);
        await Stop(bridge, tape);

        Assert.Empty(Directory.GetFiles(_directory.FullName, RecordingFiles.Tracks));
        Assert.Single(SessionStory.Read(Path.Combine(_directory.FullName, RecordingFiles.Session), tape.Length).Talkers.Single().Spoke);
    }

    [Theory]
    [InlineData("PCMA", 8000)]
    [InlineData("G722,PCMA", 16000)]
    public async Task The_rate_is_fixed_at_the_start_by_what_may_be_spoken(string codecs, int rate)
    {
        using var bridge = new Bridge(new MediaOptions { FirstPort = 30000, LastPort = 39999, Workers = 1, Codecs = [.. codecs.Split(',')] });
        using var room = bridge.Seat(bridge.Dial().Hums(400));
        bridge.Pass(5);
        var tape = room.Record(Mix);
        bridge.Pass(50);
        await Stop(bridge, tape);

        using var mix = WavStream.Open(Mix)!;
        Assert.Equal((rate, rate), (mix.Rate, (int)mix.Samples));
    }

    [Fact]
    public void The_mixer_allocates_nothing_for_recordings()
    {
        var folder = new MemoryFolder();
        var tape = new Tape(new TapeOptions(folder.Open, new FakeTime()), 1, _ => { });
        var (who, voice, mix) = (Guid.NewGuid(), Tone.Sine(400, 8000, 160), Tone.Sine(400, 8000, 320, rate: 16000));
        Play(0, 20);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Play(20, 1000); // the rings run full, too
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Play(int from, int to)
        {
            for (var tick = from; tick < to; tick++)
            {
                tape.Write(tick, who, 0, voice, isSpeech: true);
                tape.Write(tick, mix);
                if (tick % 10 == 0) tape.Mark(tick, tick % 20 == 0 ? TapeEntryKind.Talks : TapeEntryKind.Hushed, who);
                if (tick % 50 == 0) tape.Pause();
                else tape.Resume();
            }
        }
    }

    private string TrackOf(Phone phone) => TrackOf(phone.Seat.Id);

    private string TrackOf(Guid seat) => Path.Combine(_directory.FullName, RecordingFiles.TrackOf(seat));

    private static byte[] Speak(Random random)
    {
        var codes = new byte[160];
        random.NextBytes(codes);
        for (var i = 0; i < codes.Length; i++)
            codes[i] |= 0x30; // no louder than 3000: two or three together do not reach the limiter
        return codes;
    }

    private static async Task<TimeSpan> Stop(Bridge bridge, IRecordingTape tape)
    {
        var stopping = tape.StopAsync();
        bridge.Tick();
        bridge.Engine.Recorder.Round();
        return await stopping;
    }
}
