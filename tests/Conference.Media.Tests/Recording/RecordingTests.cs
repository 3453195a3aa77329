using System.Buffers.Binary;
using Conference.Media.Codecs;
using Conference.Media.Files;
using Conference.Media.Mixing;
using Conference.Media.Recording;
using Conference.Media.Sessions;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Recording;

public sealed class RecordingTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tape");

    private string File => Path.Combine(_directory.FullName, "mix.wav");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task A_recording_is_what_a_listener_heard_at_16_kHz()
    {
        using var bridge = new Bridge();
        var (anna, bob, eve) = (bridge.Dial(Law.Mu).Hums(500), bridge.Dial(Law.Mu).Hums(900), bridge.Dial(Law.Mu));
        using var room = bridge.Seat(anna, bob, eve);
        bridge.Pass(50);
        var before = eve.Heard.Count;

        var tape = room.Record(File);
        bridge.Pass(150);
        Assert.Equal(TimeSpan.FromSeconds(3), tape.Length);
        var length = await Stop(bridge, tape);

        Assert.Equal(TimeSpan.FromSeconds(3), length);
        Assert.Equal(WavError.None, WavReader.Read(File, "mix", out var sound));
        Assert.Equal(16000, sound!.Rate);
        var heard = eve.HeardPcm[(before * 160)..];
        foreach (var hertz in new[] { 500, 900 })
            Assert.Equal(Tone.Amplitude(heard[8000..16000], hertz), Tone.Amplitude(sound.Samples.Span[16000..32000].ToArray(), hertz, 16000), 80.0);
    }

    [Fact]
    public async Task Silence_and_skipped_ticks_keep_their_length()
    {
        using var bridge = new Bridge();
        var anna = bridge.Dial();
        using var room = bridge.Seat(anna);
        bridge.Pass(10);

        var tape = room.Record(File);
        bridge.Pass(100);
        bridge.Tick(skipped: 49);
        bridge.Pass(50);
        var length = await Stop(bridge, tape);

        Assert.Equal(TimeSpan.FromSeconds(4), length);
        Assert.Equal(WavError.None, WavReader.Read(File, "mix", out var sound));
        Assert.Equal(64000, sound!.Samples.Length);
    }

    [Fact]
    public async Task Closing_the_room_ends_its_recording()
    {
        using var bridge = new Bridge();
        var room = bridge.Seat(bridge.Dial().Hums(400));
        var tape = room.Record(File);
        bridge.Pass(100);

        room.Dispose();
        bridge.Pass(1);
        bridge.Engine.Recorder.Round();

        Assert.Equal(TimeSpan.FromSeconds(2), await tape.StopAsync());
    }

    [Fact]
    public void A_file_that_cannot_be_made_is_told_at_once()
    {
        using var bridge = new Bridge();
        using var room = bridge.Engine.OpenRoom();
        System.IO.File.WriteAllText(File, "");
        Assert.Throws<IOException>(() => room.Record(File));
        Assert.Throws<DirectoryNotFoundException>(() => room.Record(Path.Combine(_directory.FullName, "no", "mix.wav")));
    }

    [Theory]
    [InlineData(7.3)]
    [InlineData(0.5)]
    public void After_a_crash_at_most_a_second_is_missing_and_repair_brings_it_back(double seconds)
    {
        var folder = new MemoryFolder();
        var disk = folder[RecordingFiles.Mix];
        var time = new FakeTime();
        var tape = new Tape(new TapeOptions(folder.Open, time), 0, _ => { });
        for (var tick = 0; tick < seconds * 50; tick++)
        {
            tape.Write(tick, Tone.Sine(400, 8000, 160, tick * 160));
            if (tick % 10 == 9) tape.Drain(DiskLevel.Fine); // every 200 ms
        }

        System.IO.File.WriteAllBytes(File, disk.Bytes); // nobody closes anything any more

        Assert.Equal(seconds >= 1 ? WavError.None : WavError.NotWav, WavReader.Read(File, "mix", out var crashed));
        Assert.InRange(crashed?.Length.TotalSeconds ?? 0, seconds - 1, seconds);
        var repaired = WavRepair.Fix(File);
        Assert.InRange(repaired!.Value.TotalSeconds, seconds - 0.2, seconds);
        Assert.Equal(WavError.None, WavReader.Read(File, "mix", out var whole));
        Assert.Equal(repaired, whole!.Length);
        Assert.Equal(Tone.Sine(400, 8000, whole.Samples.Length), whole.Samples.ToArray());
    }

    [Fact]
    public void A_full_disk_leaves_a_silent_gap_and_the_recording_goes_on_by_itself()
    {
        var folder = new MemoryFolder();
        var disk = folder[RecordingFiles.Mix];
        var time = new FakeTime();
        var tape = new Tape(new TapeOptions(folder.Open, time), 0, _ => { });
        for (var tick = 0; tick < 1000; tick++) // 20 s, of which the disk is full for 8
        {
            disk.IsFull = tick is >= 250 and < 650;
            tape.Write(tick, Tone.Sine(400, 8000, 160, tick * 160));
            time.Advance(TimeSpan.FromMilliseconds(20));
            if (tick % 10 == 9) tape.Drain(DiskLevel.Fine);
            if (tick == 300) Assert.True(tape.IsInTrouble);
        }

        tape.End();
        tape.Drain(DiskLevel.Fine);

        Assert.False(tape.IsInTrouble);
        Assert.True(tape.IsDone);
        Assert.Equal(WavError.None, WavReader.Read(disk.Bytes, "mix", out var sound));
        var pcm = sound!.Samples.Span;
        Assert.Equal(160_000, pcm.Length);
        Assert.Equal(Tone.Sine(400, 8000, 160 * 240), pcm[..(160 * 240)].ToArray());
        Assert.InRange(Tone.Amplitude(pcm[(160 * 560)..(160 * 640)], 400), 0, 1);
        Assert.Equal(Tone.Sine(400, 8000, 160 * 240, 160 * 760), pcm[(160 * 760)..].ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_disk_that_still_refuses_after_the_end_is_given_up_within_a_second_with_what_it_took(bool isBroken)
    {
        var folder = new MemoryFolder();
        var disk = folder[RecordingFiles.Mix];
        var time = new FakeTime();
        var tape = new Tape(new TapeOptions(folder.Open, time), 0, t => t.End());
        for (var tick = 0; tick < 500; tick++) // 10 s, refused from the fifth second on
        {
            (disk.IsFull, disk.IsBroken) = (tick >= 250, isBroken && tick >= 250);
            tape.Write(tick, Tone.Sine(400, 8000, 160, tick * 160));
            time.Advance(TimeSpan.FromMilliseconds(20));
            if (tick % 10 == 9) tape.Drain(DiskLevel.Fine);
        }

        var stopping = tape.StopAsync();
        for (var round = 0; round < 5; round++) // a second of the recorder's rounds
        {
            tape.Drain(DiskLevel.Fine);
            time.Advance(TimeSpan.FromMilliseconds(200));
        }

        Assert.True(tape.IsDone);
        var length = await stopping.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.InRange(length.TotalSeconds, isBroken ? 4.5 : 5, 5);
        Assert.True(tape.IsInTrouble);
        Assert.Equal(WavError.None, WavReader.Read(disk.Bytes, "mix", out var sound));
        Assert.Equal(length, sound!.Length);
        Assert.Equal(Tone.Sine(400, 8000, sound.Samples.Length), sound.Samples.ToArray());
        if (!isBroken) Assert.Equal(WavWriter.HeaderLength + 5 * 16_000, disk.Bytes.Length); // half a write is cut off
    }

    [Fact]
    public async Task When_the_space_kept_for_others_is_reached_the_recording_stops_and_nothing_else()
    {
        var left = 1L << 39;
        using var bridge = new Bridge(new MediaOptions { FirstPort = 30000, LastPort = 39999, Workers = 1, LeastFree = 1 << 30, Space = () => new DiskSpace(left, 1L << 40) });
        var (anna, bob) = (bridge.Dial().Hums(500), bridge.Dial());
        using var room = bridge.Seat(anna, bob);
        var tape = room.Record(File);
        left = 1 << 29;
        bridge.Pass(100);
        bridge.Engine.Recorder.Round();
        Assert.True(tape.IsInTrouble);

        var stopping = tape.StopAsync();
        for (var round = 0; round < 5; round++)
        {
            bridge.Pass(10);
            bridge.Engine.Recorder.Round();
        }

        Assert.Equal(TimeSpan.Zero, await stopping.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.InRange(Tone.Amplitude(bob.HeardPcm[^8000..], 500), 6500, 8500);
        Assert.Equal(0, bridge.Engine.Health.Faults);
        Assert.Equal(WavWriter.HeaderLength, new FileInfo(File).Length);
    }

    [Fact]
    public async Task A_disk_that_recovers_in_the_last_moment_has_it_all()
    {
        var folder = new MemoryFolder();
        var disk = folder[RecordingFiles.Mix];
        var time = new FakeTime();
        var tape = new Tape(new TapeOptions(folder.Open, time), 0, t => t.End());
        for (var tick = 0; tick < 100; tick++) tape.Write(tick, Tone.Sine(400, 8000, 160, tick * 160));
        disk.IsFull = true;
        tape.Drain(DiskLevel.Fine);

        var stopping = tape.StopAsync();
        tape.Drain(DiskLevel.Fine);
        disk.IsFull = false;
        time.Advance(TimeSpan.FromMilliseconds(200));
        tape.Drain(DiskLevel.Fine);

        Assert.True(tape.IsDone);
        Assert.Equal(TimeSpan.FromSeconds(2), await stopping.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(WavError.None, WavReader.Read(disk.Bytes, "mix", out var sound));
        Assert.Equal(Tone.Sine(400, 8000, 16_000), sound!.Samples.ToArray());
    }

    [Fact]
    public async Task A_disk_that_hangs_lets_whoever_waits_go()
    {
        var folder = new MemoryFolder();
        var disk = folder[RecordingFiles.Mix];
        var time = new FakeTime();
        var tape = new Tape(new TapeOptions(folder.Open, time), 0, t => t.End());
        for (var tick = 0; tick < 100; tick++) tape.Write(tick, Tone.Sine(400, 8000, 160, tick * 160));

        var stopping = tape.StopAsync(); // and no round of the recorder ever comes
        Assert.False(stopping.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(TimeSpan.FromSeconds(2), await stopping.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Beyond_4_GiB_the_header_is_that_of_RF64()
    {
        Span<byte> header = stackalloc byte[80];
        WavWriter.FillHeader(header, 5_000_000_000, 8000, isLarge: true);

        Assert.True(header.StartsWith("RF64"u8) && header[12..].StartsWith("ds64"u8));
        Assert.Equal(uint.MaxValue, BinaryPrimitives.ReadUInt32LittleEndian(header[76..]));
        Assert.Equal(5_000_000_072, BinaryPrimitives.ReadInt64LittleEndian(header[20..]));
        Assert.Equal(5_000_000_000, BinaryPrimitives.ReadInt64LittleEndian(header[28..]));
        Assert.Equal(2_500_000_000, BinaryPrimitives.ReadInt64LittleEndian(header[36..]));
    }

    [Fact]
    public void A_file_that_grows_past_the_limit_becomes_RF64_in_place()
    {
        using var disk = new MemoryDisk();
        using var file = new WavWriter(disk, 8000, largestRiff: 1000);
        file.Write(0, new short[400]);
        file.Refresh(400);
        Assert.True(disk.Bytes.AsSpan().StartsWith("RIFF"u8));
        file.Write(400, new short[400]);
        file.Refresh(800);
        Assert.True(disk.Bytes.AsSpan().StartsWith("RF64"u8));
    }

    [Fact]
    public void Somebody_elses_file_is_not_repaired()
    {
        System.IO.File.WriteAllBytes(File, new byte[1000]);
        Assert.Null(WavRepair.Fix(File));
        Assert.Equal(new byte[1000], System.IO.File.ReadAllBytes(File));
    }

    private static async Task<TimeSpan> Stop(Bridge bridge, IRecordingTape tape)
    {
        var stopping = tape.StopAsync();
        bridge.Tick();
        bridge.Engine.Recorder.Round();
        return await stopping;
    }
}
