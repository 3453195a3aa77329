using System.Buffers.Binary;

namespace Conference.EndToEnd.Tools;

/// <summary>16-bit linear WAV, mono or the first channel of more, read as an outsider would: from the bytes, by the RIFF chunks.</summary>
/// <param name="Rate">Samples per second.</param>
/// <param name="Samples">The audio; full scale is 32768.</param>
/// <param name="DeclaredBytes">What the header says its data chunk holds; differs from the file only in a broken or growing one.</param>
public sealed record WavFile(int Rate, short[] Samples, long DeclaredBytes)
{
    public TimeSpan Length => TimeSpan.FromSeconds((double)Samples.Length / Rate);

    /// <summary>Reads a file; of one that is still being written, all that is there.</summary>
    /// <exception cref="InvalidDataException">Not a 16-bit linear WAV.</exception>
    public static WavFile Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var memory = new MemoryStream();
        file.CopyTo(memory);
        return Parse(memory.ToArray());
    }

    /// <inheritdoc cref="Read"/>
    public static WavFile Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 12 || !bytes[..4].SequenceEqual("RIFF"u8) || !bytes[8..12].SequenceEqual("WAVE"u8))
            throw new InvalidDataException("Not a RIFF WAVE file.");

        var (rate, channels) = (0, 0);
        for (var at = 12; at + 8 <= bytes.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]);
            var name = bytes[at..(at + 4)];
            at += 8;
            if (name.SequenceEqual("fmt "u8)) (rate, channels) = Format(bytes[at..]);
            if (name.SequenceEqual("data"u8)) return new WavFile(rate, FirstChannel(bytes[at..], channels), length);
            at += (int)(length + length % 2);
        }

        throw new InvalidDataException("No data chunk.");
    }

    /// <summary>A plain file with the 44-byte header that everything reads.</summary>
    public void Write(string path)
    {
        using var writer = new BinaryWriter(File.Create(path));
        var size = Samples.Length * 2;
        writer.Write("RIFF"u8);
        writer.Write(36 + size);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1); // linear
        writer.Write((short)1); // mono
        writer.Write(Rate);
        writer.Write(Rate * 2);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(size);
        writer.Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(Samples.AsSpan()));
    }

    private static (int Rate, int Channels) Format(ReadOnlySpan<byte> chunk)
    {
        if (BinaryPrimitives.ReadInt16LittleEndian(chunk) != 1 || BinaryPrimitives.ReadInt16LittleEndian(chunk[14..]) != 16)
            throw new InvalidDataException("Not 16-bit linear.");
        return (BinaryPrimitives.ReadInt32LittleEndian(chunk[4..]), BinaryPrimitives.ReadInt16LittleEndian(chunk[2..]));
    }

    private static short[] FirstChannel(ReadOnlySpan<byte> data, int channels)
    {
        if (channels < 1) throw new InvalidDataException("Data before format.");
        var samples = new short[data.Length / (2 * channels)];
        for (var i = 0; i < samples.Length; i++) samples[i] = BinaryPrimitives.ReadInt16LittleEndian(data[(i * 2 * channels)..]);
        return samples;
    }
}
