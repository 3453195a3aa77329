using System.Buffers.Binary;
using Conference.Media.Codecs;

namespace Conference.Media.Files;

/// <summary>Why a file is no sound for us.</summary>
public enum WavError
{
    None,

    /// <summary>Larger than 32 MB.</summary>
    TooLarge,

    /// <summary>No RIFF/WAVE file, or without format or data.</summary>
    NotWav,

    /// <summary>An encoding other than linear PCM, A-law and u-law, or a rate outside 4 to 192 kHz.</summary>
    Unsupported,
}

/// <summary>Reads the recordings that administrators bring: PCM of 8, 16, 24 or 32 bits or G.711, any rate, channels mixed to one.</summary>
/// <remarks>Sizes that the file claims are believed only as far as the file reaches: programs that were cut off write nonsense there.</remarks>
public static class WavReader
{
    private const int MaxBytes = 32 * 1024 * 1024;
    private const int ChunkHeader = 8;

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="key">The name the sound gets.</param>
    /// <param name="sound">The sound at the file's own rate; <see langword="null"/> unless the result is <see cref="WavError.None"/>.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static WavError Read(string path, string key, out Sound? sound)
    {
        sound = null;
        return new FileInfo(path).Length > MaxBytes ? WavError.TooLarge : Read(File.ReadAllBytes(path), key, out sound);
    }

    /// <summary>Reads a file that is in memory. Never throws.</summary>
    public static WavError Read(ReadOnlySpan<byte> file, string key, out Sound? sound)
    {
        sound = null;
        if (file.Length > MaxBytes) return WavError.TooLarge;
        if (file.Length < 12 || !file.StartsWith("RIFF"u8) && !file.StartsWith("RF64"u8)) return WavError.NotWav;
        if (!file[8..].StartsWith("WAVE"u8)) return WavError.NotWav;

        var format = Find(file, "fmt "u8);
        var data = Find(file, "data"u8);
        if (format.Length < 16 || data.IsEmpty) return WavError.NotWav;
        return Format.Read(format) is { } known ? Decode(known, data, key, out sound) : WavError.Unsupported;
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> file, ReadOnlySpan<byte> id)
    {
        for (long at = 12; at + ChunkHeader <= file.Length;)
        {
            var chunk = file[(int)at..];
            var size = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            var body = chunk[ChunkHeader..];
            if (chunk.StartsWith(id)) return size < body.Length ? body[..(int)size] : body;
            at += ChunkHeader + size + (size & 1);
        }

        return default;
    }

    private static WavError Decode(Format format, ReadOnlySpan<byte> data, string key, out Sound? sound)
    {
        var frameBytes = format.Channels * format.SampleBytes;
        var samples = new short[data.Length / frameBytes];
        for (var i = 0; i < samples.Length; i++)
        {
            var sum = 0;
            for (var channel = 0; channel < format.Channels; channel++)
                sum += format.Sample(data[(i * frameBytes + channel * format.SampleBytes)..]);
            samples[i] = (short)(sum / format.Channels);
        }

        sound = new Sound(key, format.Rate, samples);
        return WavError.None;
    }

    private sealed record Format(int Encoding, int Channels, int Rate, int SampleBytes)
    {
        private const int Pcm = 1;
        private const int ALaw = 6;
        private const int MuLaw = 7;
        private const int Extensible = 0xFFFE; // the real encoding begins the GUID at offset 24

        public static Format? Read(ReadOnlySpan<byte> chunk)
        {
            int encoding = BinaryPrimitives.ReadUInt16LittleEndian(chunk);
            if (encoding == Extensible && chunk.Length >= 26) encoding = BinaryPrimitives.ReadUInt16LittleEndian(chunk[24..]);
            int channels = BinaryPrimitives.ReadUInt16LittleEndian(chunk[2..]);
            var rate = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            int bits = BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]);
            var fits = encoding == Pcm ? bits is 8 or 16 or 24 or 32 : encoding is ALaw or MuLaw && bits == 8;
            return fits && channels is > 0 and <= 8 && rate is >= 4000 and <= 192_000
                ? new Format(encoding, channels, (int)rate, bits / 8)
                : null;
        }

        public int Sample(ReadOnlySpan<byte> bytes) => (Encoding, SampleBytes) switch
        {
            (ALaw, _) => G711.Decode(Law.A, bytes[0]),
            (MuLaw, _) => G711.Decode(Law.Mu, bytes[0]),
            (_, 1) => (bytes[0] - 128) << 8,
            (_, 2) => BinaryPrimitives.ReadInt16LittleEndian(bytes),
            (_, 3) => BinaryPrimitives.ReadInt16LittleEndian(bytes[1..]),
            _ => BinaryPrimitives.ReadInt16LittleEndian(bytes[2..]),
        };
    }
}
