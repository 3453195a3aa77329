using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.ToolTests;

public sealed class WavFileTests : IDisposable
{
    private readonly TempFolder _folder = new("wav");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_again()
    {
        Tones.Sine(440, TimeSpan.FromSeconds(1), rate: 16000).Write(_folder.File("a.wav"));

        var wav = WavFile.Read(_folder.File("a.wav"));

        Assert.Equal((16000, 16000, 32000L), (wav.Rate, wav.Samples.Length, wav.DeclaredBytes));
        Assert.Equal(TimeSpan.FromSeconds(1), wav.Length);
    }

    [Fact]
    public void Of_a_file_cut_short_all_that_is_there_is_read()
    {
        Tones.Sine(440, TimeSpan.FromSeconds(1)).Write(_folder.File("a.wav"));
        var bytes = File.ReadAllBytes(_folder.File("a.wav"));

        var wav = WavFile.Parse(bytes.AsSpan(0, bytes.Length / 2));

        Assert.InRange(wav.Length.TotalSeconds, 0.49, 0.51);
        Assert.Equal(16000, wav.DeclaredBytes);
    }

    [Fact]
    public void A_page_of_html_is_not_a_recording() =>
        Assert.Throws<InvalidDataException>(() => WavFile.Parse("<!DOCTYPE html><html></html>"u8));
}
