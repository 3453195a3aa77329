using System.Collections.Immutable;

namespace Conference.Sip.Resolver;

/// <summary>In which order the servers of a service are tried: by priority, and among equals by chance according to weight (RFC 2782).</summary>
internal static class ServiceOrder
{
    /// <param name="records">The SRV records in any order.</param>
    /// <param name="below">A random number from 0 up to and not including its argument.</param>
    public static ImmutableArray<DnsRecord.Srv> Of(IEnumerable<DnsRecord.Srv> records, Func<int, int> below) =>
        [.. records.GroupBy(r => r.Priority).OrderBy(g => g.Key).SelectMany(g => Shuffle(g, below))];

    private static List<DnsRecord.Srv> Shuffle(IEnumerable<DnsRecord.Srv> equals, Func<int, int> below)
    {
        var left = equals.OrderBy(r => r.Weight).ToList(); // those of weight 0 first, so that they are seldom chosen
        var order = new List<DnsRecord.Srv>();
        while (left.Count > 0)
        {
            var chance = below(left.Sum(r => r.Weight) + 1);
            var chosen = left.First(r => (chance -= r.Weight) <= 0);
            left.Remove(chosen);
            order.Add(chosen);
        }

        return order;
    }
}
