using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Conference.Media.Files;

/// <summary>A recording read by position, however long: linear PCM of 16 bits in one channel, RIFF or RF64 (EBU Tech 3306).</summary>
public sealed class WavStream : IDisposable
{
    private const int SampleBytes = 2;
    private const int ChunkHeader = 8;
    private const int MostChunks = 100;

    private readonly SafeFileHandle _file;
    private readonly long _data;

    private WavStream(SafeFileHandle file, int rate, long data, long bytes)
    {
        (_file, _data) = (file, data);
        (Rate, Samples) = (rate, bytes / SampleBytes);
    }

    /// <summary>Samples per second.</summary>
    public int Rate { get; }

    /// <summary>Length, as far as the file reaches.</summary>
    public long Samples { get; }

    /// <summary>Opens a file; others may write it meanwhile.</summary>
    /// <returns><see langword="null"/> when it is no such recording.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static WavStream? Open(string path)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (Find(file) is { } stream) return stream;
        file.Dispose();
        return null;
    }

    /// <summary>Reads samples from a position on.</summary>
    /// <returns>How many there were.</returns>
    public int Read(long position, Span<short> samples)
    {
        var count = (int)Math.Clamp(Samples - position, 0, samples.Length);
        var bytes = MemoryMarshal.AsBytes(samples[..count]); // WAV is little-endian, as we require
        return RandomAccess.Read(_file, bytes, _data + position * SampleBytes) / SampleBytes;
    }

    public void Dispose() => _file.Dispose();

    private static WavStream? Find(SafeFileHandle file)
    {
        Span<byte> head = stackalloc byte[36];
        if (RandomAccess.Read(file, head[..12], 0) < 12 || !head[8..].StartsWith("WAVE"u8)) return null;
        if (!head.StartsWith("RIFF"u8) && !head.StartsWith("RF64"u8)) return null;
        var (rate, wide, at, length) = (0, -1L, 12L, RandomAccess.GetLength(file));
        for (var chunk = 0; chunk < MostChunks; chunk++)
        {
            head.Clear();
            if (RandomAccess.Read(file, head, at) < ChunkHeader) return null;
            long size = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
            if (head.StartsWith("ds64"u8)) wide = BinaryPrimitives.ReadInt64LittleEndian(head[16..]);
            if (head.StartsWith("fmt "u8)) rate = RateOf(head[ChunkHeader..]);
            if (head.StartsWith("data"u8))
            {
                var bytes = size == uint.MaxValue && wide >= 0 ? wide : size;
                return rate > 0 ? new WavStream(file, rate, at + ChunkHeader, Math.Min(bytes, length - at - ChunkHeader)) : null;
            }

            at += ChunkHeader + size + (size & 1);
        }

        return null;
    }

    /// <summary>Samples per second; 0 when it is not what we read.</summary>
    private static int RateOf(ReadOnlySpan<byte> format)
    {
        var isOurs = BinaryPrimitives.ReadUInt16LittleEndian(format) == 1 && BinaryPrimitives.ReadUInt16LittleEndian(format[2..]) == 1 && BinaryPrimitives.ReadUInt16LittleEndian(format[14..]) == 16;
        return isOurs ? (int)Math.Clamp(BinaryPrimitives.ReadUInt32LittleEndian(format[4..]), 0, 384_000) : 0;
    }
}
