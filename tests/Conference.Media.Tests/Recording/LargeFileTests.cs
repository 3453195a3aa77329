using System.Globalization;
using Conference.Media.Files;
using Conference.Media.Recording;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Recording;

/// <summary>A recording really past 4 GiB, on a real disk, where it takes next to nothing.</summary>
public sealed class LargeFileTests : IDisposable
{
    private const long FourGiB = 1L << 32;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("large");

    private string Path => System.IO.Path.Combine(_directory.FullName, RecordingFiles.Mix);

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Past_4_GiB_others_and_we_read_it_to_its_end()
    {
        const int rate = 48000;
        const long samples = FourGiB / 2 + 100 * rate;
        var tone = Tone.Sine(440, 8000, rate, rate: rate);
        using (var file = new WavWriter(new FileDisk(Path, isNew: true, () => false), rate))
        {
            file.Write(0, tone);
            file.Refresh(rate);
            Assert.StartsWith("RIFF", await KindAsync(), StringComparison.Ordinal);
            file.Write(samples - rate, tone);
            file.Refresh(samples);
        }

        Assert.StartsWith("RF64", await KindAsync(), StringComparison.Ordinal);
        Assert.True(new FileInfo(Path).Length > FourGiB);
        Assert.InRange(FileUse.Of(Path), 1, 1 << 20);
        Assert.Equal(FileUse.Of(Path), long.Parse((await Tool.RunAsync("du", "--block-size=1", Path)).Split('\t')[0], CultureInfo.InvariantCulture));

        using var ours = WavStream.Open(Path)!;
        var end = new short[rate];
        Assert.Equal((rate, samples), (ours.Rate, ours.Samples));
        Assert.Equal(rate, ours.Read(samples - rate, end));
        Assert.Equal(tone, end);

        var theirs = await Tool.RunAsync("ffprobe", "-v", "error", "-show_entries", "format=duration:stream=codec_name,sample_rate,channels", "-of", "default=noprint_wrappers=1", Path);
        Assert.Contains("codec_name=pcm_s16le", theirs, StringComparison.Ordinal);
        Assert.Contains("sample_rate=48000", theirs, StringComparison.Ordinal);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"duration={samples / (double)rate:F6}"), theirs, StringComparison.Ordinal);
    }

    [Fact]
    public void A_crash_past_4_GiB_is_repaired_as_RF64()
    {
        const long samples = FourGiB / 2 + 1000;
        using (var file = new WavWriter(new FileDisk(Path, isNew: true, () => false), 16000))
        {
            file.Write(0, new short[] { 1 });
            file.Refresh(1);
            file.Write(samples - 1, new short[] { 7 }); // and nobody refreshes the header any more
        }

        Assert.Equal(samples / 16000.0, WavRepair.Fix(Path)!.Value.TotalSeconds, 0.001);
        using var repaired = WavStream.Open(Path)!;
        Span<short> last = stackalloc short[1];
        Assert.Equal((samples, 1), (repaired.Samples, repaired.Read(samples - 1, last)));
        Assert.Equal(7, last[0]);
    }

    private async Task<string> KindAsync()
    {
        await using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var head = new byte[4];
        await file.ReadExactlyAsync(head);
        return System.Text.Encoding.ASCII.GetString(head);
    }
}
