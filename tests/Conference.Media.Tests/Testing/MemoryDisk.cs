using Conference.Media.Files;

namespace Conference.Media.Tests.Testing;

/// <summary>A disk in memory that can be full or broken.</summary>
internal sealed class MemoryDisk : IDisk
{
    private readonly MemoryStream _stream = new();

    /// <summary>Refuses to grow, after taking half of what it was given.</summary>
    public bool IsFull { get; set; }

    /// <summary>Refuses everything.</summary>
    public bool IsBroken { get; set; }

    public byte[] Bytes => _stream.ToArray();

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        if (IsBroken) throw new IOException("Input/output error");
        var grows = IsFull && offset + bytes.Length > _stream.Length;
        _stream.Position = offset;
        _stream.Write(grows ? bytes[..(bytes.Length / 2)] : bytes);
        if (grows) throw new IOException("No space left on device");
    }

    public void SetLength(long length)
    {
        if (IsBroken || (IsFull && length > _stream.Length)) throw new IOException("No space left on device");
        _stream.SetLength(length);
    }

    public void Flush()
    {
    }

    public void Dispose()
    {
    }
}

/// <summary>The folder of a recording in memory: a disk for each file.</summary>
internal sealed class MemoryFolder
{
    private readonly Dictionary<string, MemoryDisk> _files = [];

    public IReadOnlyDictionary<string, MemoryDisk> Files => _files;

    /// <summary>Whether new files cannot be made.</summary>
    public bool RefusesFiles { get; set; }

    /// <summary>The file of that name, made if it is not there.</summary>
    public MemoryDisk this[string name] => _files.TryGetValue(name, out var file) ? file : _files[name] = new MemoryDisk();

    public IDisk Open(string name) => RefusesFiles ? throw new IOException("Too many open files") : this[name];

    /// <summary>Lets all files be full, or not.</summary>
    public void Fill(bool isFull)
    {
        foreach (var file in _files.Values)
            file.IsFull = isFull;
    }
}
