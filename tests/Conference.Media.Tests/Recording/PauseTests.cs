using Conference.Media.Recording;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Recording;

/// <summary>Pauses, and the story that is written beside the audio.</summary>
public sealed class PauseTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("pause");

    private string File => Path.Combine(_directory.FullName, RecordingFiles.Session);

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData(false, 300, 200, 100)]
    [InlineData(true, 200, 100, 0)]
    public void A_pause_is_silence_that_is_marked_or_is_cut_out(bool cuts, int ticks, int again, int paused)
    {
        var folder = new MemoryFolder();
        var time = new FakeTime();
        var tape = new Tape(new TapeOptions(folder.Open, time, CutsPauses: cuts), 0, _ => { });
        var who = Guid.NewGuid();
        for (var tick = 1000; tick < 1300; tick++)
        {
            if (tick == 1020) tape.Mark(tick, TapeEntryKind.Talks, who);
            if (tick == 1100) tape.Pause();
            if (tick == 1200) tape.Resume();
            tape.Write(tick, who, 0, Tone.Sine(400, 8000, 160, tick * 160), isSpeech: true);
            tape.Write(tick, Tone.Sine(400, 8000, 160, tick * 160));
            time.Advance(TimeSpan.FromMilliseconds(20));
            if (tick % 10 == 9) tape.Drain(DiskLevel.Fine);
        }

        tape.End();
        tape.Drain(DiskLevel.Fine);

        Assert.Equal(TimeSpan.FromMilliseconds(20 * ticks), tape.Length);
        foreach (var file in new[] { RecordingFiles.Mix, RecordingFiles.TrackOf(who) })
        {
            var pcm = Pcm(folder[file].Bytes);
            Assert.Equal(ticks * 160, pcm.Length);
            Assert.Equal(Tone.Sine(400, 8000, 100 * 160, 1000 * 160), pcm[..(100 * 160)]);
            Assert.All(pcm[(100 * 160)..((100 + paused) * 160)], s => Assert.Equal(0, s));
            Assert.Equal(Tone.Sine(400, 8000, 100 * 160, 1200 * 160), pcm[(again * 160)..]);
        }

        System.IO.File.WriteAllBytes(File, folder[RecordingFiles.Session].Bytes);
        var story = SessionStory.Read(File, tape.Length);
        var talker = Assert.Single(story.Talkers);
        Assert.Equal(who, talker.Who);
        Assert.Equal(new[] { new Passage(At(20), At(100)), new Passage(At(again), At(ticks)) }, talker.Spoke.ToArray());
        Assert.Equal(new Passage(At(100), At(again)), story.Pauses.Single(p => p.Length > TimeSpan.Zero || cuts));
    }

    [Fact]
    public void Who_speaks_while_it_is_paused_is_not_written_down()
    {
        var folder = new MemoryFolder();
        var tape = new Tape(new TapeOptions(folder.Open, new FakeTime()), 0, _ => { });
        var who = Guid.NewGuid();
        tape.Write(0, new short[160]);
        tape.Pause();
        tape.Mark(10, TapeEntryKind.Talks, who);
        tape.Mark(50, TapeEntryKind.Hushed, who);
        tape.Write(60, new short[160]);
        tape.Resume();
        tape.Write(100, new short[160]);
        tape.End();
        tape.Drain(DiskLevel.Fine);

        var text = System.Text.Encoding.UTF8.GetString(folder[RecordingFiles.Session].Bytes);
        Assert.DoesNotContain(who.ToString(), text, StringComparison.Ordinal);
        Assert.Contains("\"paused\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_story_that_a_crash_cut_off_is_read_as_far_as_it_goes()
    {
        var who = Guid.NewGuid();
        string[] lines =
        [
            """{"what":"start","at":"2026-11-22T10:00:00Z","rate":16000,"tickMilliseconds":20}""",
            $$"""{"what":"came","tick":0,"who":"{{who}}"}""",
            "nonsense", "null", "[]", """{"what":5}""", """{"what":"talks","tick":"x","who":1}""", """{"what":"talks","tick":-5}""", """{"tick":1}""",
            $$"""{"what":"talks","tick":100,"who":"{{who}}"}""",
            $$"""{"what":"hushed","tick":150,"who":"{{who}}"}""",
            $$"""{"what":"talks","tick":200,"who":"{{who}}"}""",
            $$"""{"what":"gap","tick":9223372036854775807,"who":"{{who}}","ticks":9999999999}""",
            """{"what":"hus""",
        ];
        System.IO.File.WriteAllLines(File, lines);

        var talker = Assert.Single(SessionStory.Read(File, TimeSpan.FromSeconds(10)).Talkers);

        Assert.Equal(new[] { new Passage(At(100), At(150)), new Passage(At(200), At(500)) }, talker.Spoke.ToArray());
        Assert.Equal(At(350), talker.Total);
    }

    [Fact]
    public void Random_lines_never_throw()
    {
        var random = new Random(4);
        var bytes = new byte[20_000];
        for (var round = 0; round < 50; round++)
        {
            random.NextBytes(bytes);
            System.IO.File.WriteAllBytes(File, bytes);
            Assert.Empty(SessionStory.Read(File, TimeSpan.FromSeconds(1)).Talkers);
        }
    }

    [Fact]
    public async Task The_mixer_tells_who_spoke_to_a_tenth_of_a_second()
    {
        using var bridge = new Bridge();
        var (anna, bob) = (bridge.Dial(), bridge.Dial());
        using var room = bridge.Seat(anna, bob);
        bridge.Pass(50);
        var tape = room.Record(Path.Combine(_directory.FullName, RecordingFiles.Mix));
        Say(anna, 100, 200);
        Say(bob, 250, 300); // he is muted while he speaks
        bob.Seat = bob.Seat with { Speaks = false };
        room.Use(Bridge.Plan(anna, bob));
        Say(null, 0, 50);
        var stopping = tape.StopAsync();
        bridge.Tick();
        bridge.Engine.Recorder.Round();
        var length = await stopping;

        var story = SessionStory.Read(File, length);
        Assert.Equal([anna.Seat.Id, bob.Seat.Id], story.Talkers.Select(t => t.Who));
        IsAbout(100, 200, story.Talkers[0].Spoke.Single());
        IsAbout(450, 500, story.Talkers[1].Spoke.Single());
        Assert.Contains("\"muted\"", System.IO.File.ReadAllText(File), StringComparison.Ordinal);

        void Say(Phone? who, int from, int to)
        {
            bridge.Pass(from);
            who?.Hums(500);
            bridge.Pass(to - from);
            if (who == anna) anna.Voice = null;
        }
    }

    private static void IsAbout(int from, int to, Passage passage)
    {
        Assert.InRange((passage.From - At(from)).Duration(), TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
        Assert.InRange((passage.To - At(to)).Duration(), TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
    }

    private static TimeSpan At(int tick) => TimeSpan.FromMilliseconds(20 * tick);

    private static short[] Pcm(byte[] wav) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(wav.AsSpan(80)).ToArray();
}
