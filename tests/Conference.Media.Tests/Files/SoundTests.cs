using System.Buffers.Binary;
using Conference.Media.Dsp;
using Conference.Media.Files;
using Conference.Media.Mixing;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Files;

public sealed class SoundTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("prompts");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData(16, 1, 8000)]
    [InlineData(8, 1, 11025)]
    [InlineData(24, 2, 44100)]
    [InlineData(32, 2, 48000)]
    public void Recordings_of_all_common_kinds_are_read(int bits, int channels, int rate)
    {
        Assert.Equal(WavError.None, WavReader.Read(Wav(bits, channels, rate, rate), "x", out var sound));

        Assert.Equal((rate, rate), (sound!.Rate, sound.Samples.Length));
        Assert.InRange(Tone.Amplitude(sound.Samples.Span, 440, rate), 9700, 10300);
    }

    [Fact]
    public void The_length_of_a_sound_is_exact() =>
        Assert.Equal(TimeSpan.FromMilliseconds(1640), new Sound("s", 8000, new short[13_120]).Length);

    [Fact]
    public void Sizes_that_lie_are_not_believed()
    {
        var wav = Wav(16, 1, 8000, 8000);
        BinaryPrimitives.WriteUInt32LittleEndian(wav.AsSpan(40), uint.MaxValue);
        Assert.Equal(WavError.None, WavReader.Read(wav, "x", out var sound));
        Assert.Equal(8000, sound!.Samples.Length);
        Assert.Equal(WavError.NotWav, WavReader.Read(wav.AsSpan(0, 40), "x", out _));
    }

    [Fact]
    public void Mutated_files_throw_nothing()
    {
        var random = new Random(4);
        var wav = Wav(16, 2, 8000, 100);
        for (var i = 0; i < 100_000; i++)
        {
            var copy = wav.ToArray();
            for (var change = random.Next(1, 6); change > 0; change--)
                copy[random.Next(60)] = (byte)random.Next(256);
            WavReader.Read(copy.AsSpan(0, random.Next(copy.Length)), "x", out _);
        }
    }

    [Fact]
    public void Own_recordings_come_before_the_built_in_ones()
    {
        var (builtIn, custom) = (_directory.CreateSubdirectory("built/en"), _directory.CreateSubdirectory("own/en"));
        File.WriteAllBytes(Path.Combine(builtIn.FullName, "hello.g722"), new byte[8000]);
        File.WriteAllBytes(Path.Combine(builtIn.FullName, "bye.g722"), new byte[4000]);
        File.WriteAllBytes(Path.Combine(custom.FullName, "bye.wav"), Wav(16, 1, 44100, 22050));
        var library = SoundLibrary.Load(builtIn.Parent!.FullName, custom.Parent!.FullName, 8000);

        Assert.Equal(1, library.Find("en", "hello")!.Length.TotalSeconds, 3);
        var bye = library.Find("en", "bye")!;
        Assert.Equal((8000, 4000), (bye.Rate, bye.Samples.Length));
        Assert.InRange(Tone.Amplitude(bye.Samples.Span[500..3500], 440), 9700, 10300);
        Assert.Same(bye, library.Find("en", "bye"));
        Assert.Null(library.Find("it", "bye"));
    }

    [Theory]
    [InlineData("en", "../en/hello")]
    [InlineData("..", "hello")]
    [InlineData("en", "")]
    [InlineData("en/", "hello")]
    [InlineData("en", "hello\0")]
    public void Names_that_are_no_words_find_nothing(string language, string key)
    {
        File.WriteAllBytes(Path.Combine(_directory.CreateSubdirectory("en").FullName, "hello.g722"), new byte[8]);
        Assert.Null(SoundLibrary.Load(_directory.FullName, null, 8000).Find(language, key));
    }

    [Theory]
    [InlineData(440, -0.3, 0.3)]
    [InlineData(3000, -0.3, 0.3)]
    [InlineData(3500, -0.4, 0.3)]
    [InlineData(4250, -120, -60)]
    [InlineData(6000, -120, -60)]
    public void Narrowing_to_8_kHz_keeps_the_band_and_nothing_else(double hertz, double least, double most)
    {
        var narrow = RateConverter.Convert(Tone.Sine(hertz, 10000, 32000, rate: 16000), 16000, 8000);
        Assert.Equal(16000, narrow.Length);
        var alias = hertz > 4000 ? 8000 - hertz : hertz;
        var gain = 20 * Math.Log10(Math.Max(0.01, Tone.Amplitude(narrow.AsSpan(1000, 14000), alias)) / 10000);
        Assert.InRange(gain, least, most);
    }

    [Fact]
    public void Tones_have_their_level_and_soft_edges()
    {
        foreach (var tone in new[] { Tones.Join, Tones.Leave, Tones.Mute, Tones.Unmute, Tones.Error, Tones.Record, Tones.Beep })
        {
            Assert.InRange(tone.Length.TotalMilliseconds, 100, 450);
            Assert.InRange(Math.Abs((int)tone.Samples.Span[0]), 0, 100);
            Assert.InRange(Math.Abs((int)tone.Samples.Span[^1]), 0, 100);
            Assert.InRange(Enumerable.Max(tone.Samples.ToArray()), 3500, 3690);
        }
    }

    [Fact]
    public void The_music_has_its_level_and_no_seam()
    {
        var pcm = Music.Loop.Samples.ToArray();

        Assert.InRange(Music.Loop.Length.TotalSeconds, 45, 65);
        Assert.InRange(Bus.Decibels(Bus.Power(pcm)), -26.5, -25.5);
        Assert.InRange(Math.Abs(pcm[0] - pcm[^1]), 0, 800);
        Assert.DoesNotContain(pcm, s => s is short.MaxValue or short.MinValue);
    }

    /// <summary>A WAV file with a tone of 440 Hz in every channel.</summary>
    private static byte[] Wav(int bits, int channels, int rate, int frames)
    {
        var bytes = bits / 8;
        var wav = new byte[44 + frames * channels * bytes];
        "RIFF"u8.CopyTo(wav);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(4), wav.Length - 8);
        "WAVEfmt "u8.CopyTo(wav.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(22), (short)channels);
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(24), rate);
        BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(34), (short)bits);
        "data"u8.CopyTo(wav.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(40), wav.Length - 44);
        var tone = Tone.Sine(440, 10000, frames, rate: rate);
        for (var i = 0; i < frames * channels; i++)
        {
            var at = wav.AsSpan(44 + i * bytes, bytes);
            var sample = tone[i / channels];
            if (bits == 8) at[0] = (byte)((sample >> 8) + 128);
            else BinaryPrimitives.WriteInt16LittleEndian(at[(bytes - 2)..], sample);
        }

        return wav;
    }
}
