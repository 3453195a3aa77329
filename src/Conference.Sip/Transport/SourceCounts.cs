using System.Collections.Concurrent;
using System.Net;

namespace Conference.Sip.Transport;

/// <summary>How many of something each source has at the moment.</summary>
internal sealed class SourceCounts
{
    private readonly ConcurrentDictionary<IPAddress, int> _counts = new();

    /// <summary>One more.</summary>
    /// <returns>How many there are with it.</returns>
    public int Enter(IPAddress source) => _counts.AddOrUpdate(source, 1, (_, n) => n + 1);

    public void Leave(IPAddress source)
    {
        if (_counts.AddOrUpdate(source, 0, (_, n) => n - 1) <= 0) _counts.TryRemove(new KeyValuePair<IPAddress, int>(source, 0));
    }
}
