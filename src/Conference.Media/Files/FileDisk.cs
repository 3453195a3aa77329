using Microsoft.Win32.SafeHandles;

namespace Conference.Media.Files;

/// <summary>A file of the operating system; others may read it while it grows.</summary>
/// <param name="path">Where.</param>
/// <param name="isNew">Whether nothing may be there; else it is written over.</param>
/// <param name="isFull">Whether what is left is kept for everybody else: then the file refuses to grow, as on a full disk.</param>
internal sealed class FileDisk(string path, bool isNew, Func<bool> isFull) : IDisk
{
    private readonly SafeFileHandle _file = File.OpenHandle(path, isNew ? FileMode.CreateNew : FileMode.Create, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete);

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
        if (isFull()) throw new IOException("What is left on the disk is kept for others.");
    }
}
