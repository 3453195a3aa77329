using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Conference.Media.Recording;

/// <summary>What a file takes of the disk: less than its length where it has holes.</summary>
public static partial class FileUse
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint Blocks = 0x400; // STATX_BLOCKS
    private const int BlockBytes = 512;
    private const int BlocksOffset = 48; // stx_blocks in struct statx, the same on every architecture

    /// <summary>Bytes on disk; the length of the file where the system does not tell. 0 when there is none.</summary>
    public static long Of(string path)
    {
        var length = new FileInfo(path) is { Exists: true } file ? file.Length : 0;
        if (length == 0 || !OperatingSystem.IsLinux()) return length;
        try
        {
            Span<byte> answer = stackalloc byte[256];
            return Statx(CurrentFolder, path, 0, Blocks, answer) == 0 ? BinaryPrimitives.ReadInt64LittleEndian(answer[BlocksOffset..]) * BlockBytes : length;
        }
        catch (EntryPointNotFoundException)
        {
            return length; // an old C library
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> answer);
}
