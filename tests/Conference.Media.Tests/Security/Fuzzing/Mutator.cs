using System.Buffers.Binary;

namespace Conference.Media.Tests.Security.Fuzzing;

/// <summary>Makes wrong datagrams out of right ones, the same for the same seed.</summary>
internal sealed class Mutator(int seed)
{
    private const int Longest = 4096;

    private readonly Random _random = new(seed);

    /// <summary>Between one and six changes to one of the seeds.</summary>
    public byte[] Next(IReadOnlyList<byte[]> seeds)
    {
        var data = seeds[_random.Next(seeds.Count)].ToList();
        for (var changes = _random.Next(1, 7); changes > 0; changes--)
            Change(data, seeds);
        if (data.Count > Longest) data.RemoveRange(Longest, data.Count - Longest);
        return [.. data];
    }

    private void Change(List<byte> data, IReadOnlyList<byte[]> seeds)
    {
        var at = _random.Next(data.Count + 1);
        switch (_random.Next(9))
        {
            case 0 when at < data.Count: data[at] ^= (byte)(1 << _random.Next(8)); break;
            case 1 when at < data.Count: data[at] = (byte)_random.Next(256); break;
            case 2: data.RemoveRange(at, data.Count - at); break;
            case 3: data.InsertRange(at, Enumerable.Range(0, 1 << _random.Next(9)).Select(_ => (byte)_random.Next(256))); break;
            case 4 when at + 2 <= data.Count: Overwrite(data, at, 2); break;
            case 5 when at + 4 <= data.Count: Overwrite(data, at, 4); break;
            case 6: data.InsertRange(at, data.Skip(at).Take(_random.Next(40)).ToArray()); break;
            case 7: data.RemoveRange(at, Math.Min(data.Count - at, _random.Next(1, 13))); break;
            case 8: data.InsertRange(at, seeds[_random.Next(seeds.Count)].Skip(at)); break;
            default: break;
        }
    }

    /// <summary>Lengths and counts like to be there: their ends are tried.</summary>
    private void Overwrite(List<byte> data, int at, int bytes)
    {
        uint[] interesting = [0, 1, 3, 0x7FFF, 0x8000, 0xFFFC, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, (uint)data.Count, (uint)_random.Next()];
        Span<byte> value = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(value, interesting[_random.Next(interesting.Length)]);
        for (var i = 0; i < bytes; i++)
            data[at + i] = value[4 - bytes + i];
    }
}
