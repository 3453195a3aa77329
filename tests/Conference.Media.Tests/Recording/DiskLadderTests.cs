using Conference.Media.Files;
using Conference.Media.Recording;
using Conference.Media.Sessions;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Recording;

/// <summary>What recordings give up while the disk fills, and in which order; a test fills it.</summary>
public sealed class DiskLadderTests : IDisposable
{
    private const long Mega = 1L << 20;
    private const long Giga = 1L << 30;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("ladder");
    private DiskSpace _space = new(20 * Giga, 100 * Giga);

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData(20 * Giga, 100 * Giga, DiskLevel.Fine)]
    [InlineData(5 * Giga, 100 * Giga, DiskLevel.Fine)]
    [InlineData(5 * Giga - 1, 100 * Giga, DiskLevel.Low)]
    [InlineData(2 * Giga, 10 * Giga, DiskLevel.Fine)]
    [InlineData(2 * Giga - 1, 10 * Giga, DiskLevel.Low)]
    [InlineData(500 * Mega, 10 * Giga, DiskLevel.Low)]
    [InlineData(500 * Mega - 1, 10 * Giga, DiskLevel.Scarce)]
    [InlineData(200 * Mega, 10 * Giga, DiskLevel.Scarce)]
    [InlineData(200 * Mega - 1, 10 * Giga, DiskLevel.Full)]
    [InlineData(0, 0, DiskLevel.Full)]
    public void Each_step_has_its_threshold(long free, long total, DiskLevel level) =>
        Assert.Equal(level, new DiskLadder { FullBytes = 200 * Mega }.Step(DiskLevel.Fine, new DiskSpace(free, total)));

    [Theory]
    [InlineData(501, DiskLevel.Scarce)]
    [InlineData(549, DiskLevel.Scarce)]
    [InlineData(551, DiskLevel.Low)]
    [InlineData(3000, DiskLevel.Fine)]
    public void Up_again_it_goes_only_with_a_tenth_more(long megabytes, DiskLevel level) =>
        Assert.Equal(level, new DiskLadder { FullBytes = 200 * Mega }.Step(DiskLevel.Scarce, new DiskSpace(megabytes * Mega, 10 * Giga)));

    [Fact]
    public async Task First_no_new_recording_then_no_tracks_then_nothing_and_back_again()
    {
        using var bridge = Full();
        var anna = bridge.Dial().Hums(500);
        using var room = bridge.Seat(anna);
        var tape = room.Record(Begin("one"));
        Pass(5);

        _space = new DiskSpace(Giga, 100 * Giga);
        Pass(10);
        Assert.Equal(DiskLevel.Low, bridge.Engine.Health.Disk.Level);
        Assert.Throws<IOException>(() => room.Record(Begin("two")));

        _space = new DiskSpace(300 * Mega, 100 * Giga);
        Pass(10);
        Assert.Equal(new DiskHealth(DiskLevel.Scarce, _space), bridge.Engine.Health.Disk);
        Assert.False(tape.IsInTrouble);

        _space = new DiskSpace(100 * Mega, 100 * Giga);
        Pass(10);
        Assert.Equal(DiskLevel.Full, bridge.Engine.Health.Disk.Level);
        Assert.True(tape.IsInTrouble);

        _space = new DiskSpace(50 * Giga, 100 * Giga);
        Pass(15);
        Assert.Equal(DiskLevel.Fine, bridge.Engine.Health.Disk.Level);
        Assert.False(tape.IsInTrouble);

        var stopping = tape.StopAsync();
        bridge.Tick();
        bridge.Engine.Recorder.Round();
        Assert.Equal(TimeSpan.FromSeconds(50), await stopping);
        var (mix, track) = (Read("one", RecordingFiles.Mix), Read("one", RecordingFiles.TrackOf(anna.Seat.Id)));
        Assert.Equal((800_000, 800_000), (mix.Length, track.Length));
        foreach (var (second, inMix, inTrack) in new[] { (3, true, true), (12, true, true), (22, true, false), (33, false, false), (48, true, true) })
        {
            Assert.Equal(inMix ? 8000 : 0, Tone.Amplitude(mix.AsSpan(second * 16000, 16000), 500, 16000), inMix ? 800 : 0.0);
            Assert.Equal(inTrack ? 8000 : 0, Tone.Amplitude(track.AsSpan(second * 16000, 16000), 500, 16000), inTrack ? 800 : 0.0);
        }

        room.Record(Begin("three")); // and new ones may begin
        Assert.Contains("\"of\":\"t-*.wav\"", File.ReadAllText(Path.Combine(_directory.FullName, "one", RecordingFiles.Session)), StringComparison.Ordinal);

        void Pass(int seconds)
        {
            for (var round = 0; round < seconds * 5; round++)
            {
                bridge.Pass(10);
                bridge.Engine.Recorder.Round();
            }
        }
    }

    [Fact]
    public void A_disk_that_does_not_say_counts_as_before()
    {
        var isMute = false;
        var time = new FakeTime();
        var watch = new DiskWatch(new DiskLadder(), () => isMute ? throw new IOException("gone") : new DiskSpace(Giga, 100 * Giga), time);
        Assert.Equal(DiskLevel.Low, watch.Look().Level);
        isMute = true;
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(DiskLevel.Low, watch.Look().Level);
    }

    [Fact]
    public void The_disk_is_asked_every_five_seconds_and_not_oftener()
    {
        var asked = 0;
        var time = new FakeTime();
        var watch = new DiskWatch(new DiskLadder(), () => new DiskSpace(++asked, 100), time);
        for (var second = 0; second < 60; second++)
        {
            watch.Look();
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(12, asked);
    }

    private Bridge Full() => new(new MediaOptions { FirstPort = 30000, LastPort = 39999, Workers = 1, LeastFree = 200 * Mega, Space = () => _space });

    private string Begin(string name) => Path.Combine(_directory.CreateSubdirectory(name).FullName, RecordingFiles.Mix);

    private short[] Read(string name, string file)
    {
        using var wav = WavStream.Open(Path.Combine(_directory.FullName, name, file))!;
        var pcm = new short[wav.Samples];
        wav.Read(0, pcm);
        return pcm;
    }
}
