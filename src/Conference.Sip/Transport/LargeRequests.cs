using System.Net;

namespace Conference.Sip.Transport;

/// <summary>
/// Requests too large for a datagram go by TCP where the peer takes it (RFC 3261 §18.1.1). Half the world does not, so a refusal is
/// remembered and the datagram goes in fragments. Lives on the SIP loop.
/// </summary>
/// <param name="tell">Hears once of each peer that gets fragments, and the octets of the first request in them.</param>
/// <remarks>Answers and everything in a dialog stay on their flow; so does whoever was asked for <c>transport=udp</c> by name.</remarks>
internal sealed class LargeRequests(Action<IPEndPoint, int>? tell = null)
{
    /// <summary>Octets of the largest request that goes in one datagram, when nobody knows the path.</summary>
    public const int Largest = 1_300;

    private const int Most = 1_024;
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(10);

    private readonly Dictionary<IPEndPoint, long> _refused = [];
    private readonly HashSet<IPEndPoint> _told = [];

    /// <summary>The place to try instead.</summary>
    /// <param name="hop">Where the request is about to go.</param>
    /// <param name="length">Its octets.</param>
    /// <param name="now">Milliseconds of the loop.</param>
    /// <returns><see langword="null"/> when it goes as it is.</returns>
    public Hop? Instead(Hop hop, int length, long now)
    {
        if (hop.Transport != "UDP" || hop.IsFixed || length <= Largest) return null;
        return _refused.TryGetValue(hop.Remote, out var until) && now < until ? null : hop with { Transport = "TCP" };
    }

    /// <summary>A request leaves; one in fragments is often lost on its way without a word.</summary>
    public void Leaves(Flow flow, int length)
    {
        if (flow.IsReliable || length <= Largest) return;
        if (_told.Count >= Most) _told.Clear();
        if (_told.Add(flow.Remote)) tell?.Invoke(flow.Remote, length);
    }

    /// <summary>It takes no connections.</summary>
    public void Refused(Hop hop, long now)
    {
        if (_refused.Count >= Most) _refused.Clear();
        _refused[hop.Remote] = now + (long)Memory.TotalMilliseconds;
    }
}
