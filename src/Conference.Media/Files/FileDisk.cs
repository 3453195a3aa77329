using Microsoft.Win32.SafeHandles;

namespace Conference.Media.Files;

/// <summary>A file of the operating system; others may read it while it grows.</summary>
/// <param name="path">Where; nothing may be there.</param>
/// <param name="leastFree">Bytes that stay free for everybody else: with less left the file refuses to grow, as on a full disk.</param>
internal sealed class FileDisk(string path, long leastFree) : IDisk
{
    private readonly DriveInfo _drive = new(Path.GetFullPath(path));
    private readonly SafeFileHandle _file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (offset > 0) Require(); // the header is always written: it keeps the file whole
        RandomAccess.Write(_file, bytes, offset);
    }

    public void SetLength(long length)
    {
        if (length > RandomAccess.GetLength(_file)) Require();
        RandomAccess.SetLength(_file, length);
    }

    public void Flush() => RandomAccess.FlushToDisk(_file);

    public void Dispose() => _file.Dispose();

    private void Require()
    {
        if (leastFree > 0 && _drive.AvailableFreeSpace < leastFree) throw new IOException("What is left on the disk is kept for others.");
    }
}
