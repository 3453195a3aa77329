using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Conference.Media.Files;

/// <summary>Where a recording's bytes go.</summary>
internal interface IDisk : IDisposable
{
    /// <exception cref="IOException">The disk is full or broken.</exception>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <exception cref="IOException">The disk is full or broken.</exception>
    void SetLength(long length);

    /// <summary>Waits until everything is on the platter.</summary>
    void Flush();
}

/// <summary>A WAV file that is whole at every moment: after a crash less than its last second is missing from the header.</summary>
/// <remarks>
/// 80 bytes of header: RIFF, a JUNK chunk in reserve, fmt, data. The sizes are written anew after the audio they cover. Beyond 4 GiB the
/// JUNK becomes the ds64 of an RF64 file in place (EBU Tech 3306). Audio is written by position, and what is never written is silence.
/// Linear PCM, 16 bits, mono.
/// </remarks>
internal sealed class WavWriter : IDisposable
{
    public const int HeaderLength = 80;

    /// <summary>Data bytes beyond which 32 bits no longer hold the sizes.</summary>
    public const long LargestRiff = uint.MaxValue - 65536L;

    private const int SampleBytes = 2;

    private readonly IDisk _disk;
    private readonly int _rate;
    private readonly long _largestRiff;
    private long _end; // bytes of audio written, or passed over

    /// <summary>Writes the header of an empty recording.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public WavWriter(IDisk disk, int rate, long largestRiff = LargestRiff)
    {
        (_disk, _rate, _largestRiff) = (disk, rate, largestRiff);
        Refresh(0);
    }

    /// <summary>Length that the header tells.</summary>
    public long Samples { get; private set; }

    /// <summary>Writes samples at a position of the timeline; between pieces lies silence.</summary>
    public void Write(long position, ReadOnlySpan<short> samples)
    {
        _disk.Write(HeaderLength + position * SampleBytes, MemoryMarshal.AsBytes(samples)); // WAV is little-endian, as we require
        _end = Math.Max(_end, (position + samples.Length) * SampleBytes);
    }

    /// <summary>Brings the header up to the length given.</summary>
    /// <param name="samples">Length of the recording; the file grows to it with silence.</param>
    public void Refresh(long samples)
    {
        if (samples * SampleBytes > _end)
        {
            _disk.SetLength(HeaderLength + samples * SampleBytes);
            _end = samples * SampleBytes;
        }

        WriteHeader();
    }

    /// <summary>Ends the file behind the last sample that was written whole; asks the disk for no space.</summary>
    /// <exception cref="IOException">The disk refuses even that.</exception>
    public void Cut()
    {
        WriteHeader();
        _disk.SetLength(HeaderLength + _end);
        _disk.Flush();
    }

    public void Flush() => _disk.Flush();

    public void Dispose() => _disk.Dispose();

    private void WriteHeader()
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        FillHeader(header, _end, _rate, _end > _largestRiff);
        _disk.Write(0, header);
        Samples = _end / SampleBytes;
    }

    /// <summary>The header of a recording of so many bytes.</summary>
    internal static void FillHeader(Span<byte> header, long dataBytes, int rate, bool isLarge)
    {
        const int fmtChunk = 48;
        const int dataChunk = 72;
        header[..HeaderLength].Clear();
        (isLarge ? "RF64"u8 : "RIFF"u8).CopyTo(header);
        WriteSize(header[4..], dataBytes + HeaderLength - 8, isLarge);
        "WAVE"u8.CopyTo(header[8..]);
        (isLarge ? "ds64"u8 : "JUNK"u8).CopyTo(header[12..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[16..], 28);
        if (isLarge)
        {
            BinaryPrimitives.WriteInt64LittleEndian(header[20..], dataBytes + HeaderLength - 8);
            BinaryPrimitives.WriteInt64LittleEndian(header[28..], dataBytes);
            BinaryPrimitives.WriteInt64LittleEndian(header[36..], dataBytes / SampleBytes);
        }

        "fmt "u8.CopyTo(header[fmtChunk..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[(fmtChunk + 4)..], 16);
        BinaryPrimitives.WriteUInt16LittleEndian(header[(fmtChunk + 8)..], 1); // linear PCM
        BinaryPrimitives.WriteUInt16LittleEndian(header[(fmtChunk + 10)..], 1); // mono
        BinaryPrimitives.WriteUInt32LittleEndian(header[(fmtChunk + 12)..], (uint)rate);
        BinaryPrimitives.WriteUInt32LittleEndian(header[(fmtChunk + 16)..], (uint)(rate * SampleBytes));
        BinaryPrimitives.WriteUInt16LittleEndian(header[(fmtChunk + 20)..], SampleBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(header[(fmtChunk + 22)..], 8 * SampleBytes);
        "data"u8.CopyTo(header[dataChunk..]);
        WriteSize(header[(dataChunk + 4)..], dataBytes, isLarge);
    }

    private static void WriteSize(Span<byte> target, long size, bool isLarge) =>
        BinaryPrimitives.WriteUInt32LittleEndian(target, isLarge ? uint.MaxValue : (uint)size);
}
