using System.Buffers.Binary;

namespace Conference.Media.Files;

/// <summary>Brings a recording that a crash left behind into order: its header says what the file holds.</summary>
public static class WavRepair
{
    /// <summary>Corrects the sizes in the header of one of our recordings.</summary>
    /// <param name="path">The file.</param>
    /// <param name="least">A length that it is brought to with silence, when it is shorter: a track is as long as its mix.</param>
    /// <returns>Its length; <see langword="null"/> when the file is not a recording of ours.</returns>
    /// <exception cref="IOException">The file cannot be opened or written.</exception>
    public static TimeSpan? Fix(string path, TimeSpan least = default)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        Span<byte> header = stackalloc byte[WavWriter.HeaderLength];
        if (RandomAccess.Read(file, header, 0) < header.Length || !IsOurs(header)) return null;

        var rate = BinaryPrimitives.ReadInt32LittleEndian(header[60..]);
        var bytes = (RandomAccess.GetLength(file) - WavWriter.HeaderLength) & ~1L; // half a sample is none
        var wanted = 2 * (long)((Int128)least.Ticks * rate / TimeSpan.TicksPerSecond);
        if (bytes < wanted) RandomAccess.SetLength(file, WavWriter.HeaderLength + (bytes = wanted));
        Span<byte> fixedHeader = stackalloc byte[WavWriter.HeaderLength];
        WavWriter.FillHeader(fixedHeader, bytes, rate, bytes > WavWriter.LargestRiff);
        if (!fixedHeader.SequenceEqual(header)) RandomAccess.Write(file, fixedHeader, 0);
        return TimeSpan.FromTicks((long)((Int128)TimeSpan.TicksPerSecond * (bytes / 2) / rate));
    }

    private static bool IsOurs(ReadOnlySpan<byte> header) =>
        (header.StartsWith("RIFF"u8) || header.StartsWith("RF64"u8))
        && header[8..].StartsWith("WAVE"u8)
        && (header[12..].StartsWith("JUNK"u8) || header[12..].StartsWith("ds64"u8))
        && header[48..].StartsWith("fmt "u8)
        && header[72..].StartsWith("data"u8)
        && BinaryPrimitives.ReadInt32LittleEndian(header[60..]) is > 0 and <= 384_000;
}
