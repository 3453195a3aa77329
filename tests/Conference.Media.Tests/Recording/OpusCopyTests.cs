using System.Buffers.Binary;
using Conference.Media.Codecs;
using Conference.Media.Files;
using Conference.Media.Recording;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Recording;

public sealed class OpusCopyTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("opus");

    private string Wav => Path.Combine(_directory.FullName, RecordingFiles.Mix);

    private string Small => Path.Combine(_directory.FullName, RecordingFiles.Small);

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData(8000)]
    [InlineData(16000)]
    [InlineData(48000)]
    public async Task Others_play_it_as_long_as_the_WAV_and_to_the_sample_where_it_was(int rate)
    {
        Record(rate, seconds: 20, soundFrom: 7.5, soundTo: 9.25);

        Assert.True(new OpusCopy().Write(Wav, Small, CancellationToken.None));

        var probe = await Tool.RunAsync("ffprobe", "-v", "error", "-show_entries", "format=format_name,duration:stream=codec_name,channels", "-of", "default=noprint_wrappers=1", Small);
        Assert.Contains("codec_name=opus", probe, StringComparison.Ordinal);
        Assert.Contains("format_name=ogg", probe, StringComparison.Ordinal);
        Assert.Contains("channels=1", probe, StringComparison.Ordinal);
        Assert.Equal("", await Tool.RunAsync("ffmpeg", "-v", "error", "-i", Small, "-ac", "1", "-ar", "48000", "-f", "s16le", "-y", Small + ".raw"));
        var pcm = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(await File.ReadAllBytesAsync(Small + ".raw")).ToArray();
        Assert.InRange(pcm.Length, 20 * 48000 - 48, 20 * 48000 + 48);
        Assert.Equal(7.5, Array.FindIndex(pcm, s => Math.Abs((int)s) > 2000) / 48000.0, 0.005);
        Assert.Equal(9.25, Array.FindLastIndex(pcm, s => Math.Abs((int)s) > 2000) / 48000.0, 0.005);
        Assert.InRange(new FileInfo(Small).Length, 1000, 20 * 4000);
        Assert.False(File.Exists(Small + ".part"));
    }

    [Fact]
    public void Pages_are_those_of_RFC_7845()
    {
        Record(16000, seconds: 5.01, soundFrom: 0, soundTo: 5);
        new OpusCopy().Write(Wav, Small, CancellationToken.None);

        var (bytes, granule, sequence) = (File.ReadAllBytes(Small), -1L, 0);
        for (var at = 0; at < bytes.Length; sequence++)
        {
            var page = bytes.AsSpan(at);
            Assert.True(page.StartsWith("OggS"u8));
            Assert.Equal(sequence, BinaryPrimitives.ReadInt32LittleEndian(page[18..]));
            var length = 27 + page[26] + page.Slice(27, page[26]).ToArray().Sum(b => b);
            var whole = page[..length].ToArray();
            var crc = BinaryPrimitives.ReadUInt32LittleEndian(whole.AsSpan(22));
            whole.AsSpan(22, 4).Clear();
            Assert.Equal(Crc(whole), crc);
            var next = BinaryPrimitives.ReadInt64LittleEndian(page[6..]);
            Assert.True(next >= granule);
            granule = next;
            at += length;
            var flags = (sequence, at == bytes.Length) switch { (0, _) => 2, (_, true) => 4, _ => 0 };
            Assert.Equal(flags, page[5]);
            if (sequence == 0) Assert.Equal("OpusHead"u8, page.Slice(28, 8));
            if (sequence == 1) Assert.Equal("OpusTags"u8, page.Slice(28, 8));
            if (sequence is > 1 && at < bytes.Length) Assert.Equal((sequence - 1) * 48000, granule);
        }

        var skip = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(28 + 10));
        Assert.Equal(16000, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(28 + 12)));
        Assert.Equal(skip + 5.01 * 48000, granule, 0.5);
    }

    [Fact]
    public void Without_libopus_there_is_no_copy()
    {
        Record(16000, seconds: 1, soundFrom: 0, soundTo: 1);
        var copy = new OpusCopy(new VoiceCodecs(_ => 0));

        Assert.False(copy.IsPossible);
        Assert.False(copy.Write(Wav, Small, CancellationToken.None));
        Assert.False(File.Exists(Small));
    }

    [Fact]
    public void What_is_no_recording_has_no_copy_and_what_is_given_up_leaves_none()
    {
        File.WriteAllBytes(Wav, new byte[5000]);
        Assert.False(new OpusCopy().Write(Wav, Small, CancellationToken.None));

        File.Delete(Wav);
        Record(16000, seconds: 1, soundFrom: 0, soundTo: 1);
        Assert.Throws<OperationCanceledException>(() => new OpusCopy().Write(Wav, Small, new CancellationToken(true)));
        Assert.False(File.Exists(Small));
    }

    /// <summary>Straight from RFC 3533: bit by bit.</summary>
    private static uint Crc(byte[] bytes)
    {
        var crc = 0u;
        foreach (var value in bytes)
        {
            crc ^= (uint)value << 24;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 0x80000000) != 0 ? (crc << 1) ^ 0x04C11DB7 : crc << 1;
        }

        return crc;
    }

    private void Record(int rate, double seconds, double soundFrom, double soundTo)
    {
        using var file = new WavWriter(new FileDisk(Wav, isNew: true, () => false), rate);
        file.Write((long)(soundFrom * rate), Tone.Sine(440, 12000, (int)((soundTo - soundFrom) * rate), rate: rate));
        file.Refresh((long)Math.Round(seconds * rate));
    }
}
