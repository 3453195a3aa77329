using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Conference.Sip.Resolver;

/// <summary>Remembers answers as long as they say, within limits, and refusals for a while; asks each question once however many wait for it. Follows aliases.</summary>
internal sealed class DnsCache(IDns dns, TimeProvider time) : IDns
{
    private const int Most = 4_096;
    private const int LongestChain = 8;
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private static readonly TimeSpan Nothing = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<(string Name, DnsType Type), Entry> _entries = new();

    public async Task<DnsAnswer> AskAsync(string name, DnsType type)
    {
        name = DnsMessage.Fold(name);
        for (var i = 0; i < LongestChain; i++)
        {
            var answer = await LookUpAsync(name, type);
            name = Follow(answer, name, type, out var found);
            if (found.Length > 0 || answer.Outcome != DnsOutcome.Answered || name.Length == 0) return answer with { Records = found };
        }

        return DnsAnswer.Nothing; // aliases in a circle
    }

    /// <summary>Walks the aliases within one answer.</summary>
    /// <returns>The name to ask for next, or empty when the answer is all there is.</returns>
    private static string Follow(DnsAnswer answer, string name, DnsType type, out ImmutableArray<DnsRecord> found)
    {
        var owner = name;
        for (var i = 0; i < LongestChain; i++)
        {
            found = [.. answer.Records.Where(r => r.Owner == owner && r.Type == type)];
            var alias = answer.Of<DnsRecord.Alias>().FirstOrDefault(a => a.Owner == owner);
            if (found.Length > 0 || alias is null) return owner == name ? "" : owner;
            owner = alias.Target;
        }

        found = [];
        return "";
    }

    private async Task<DnsAnswer> LookUpAsync(string name, DnsType type)
    {
        var now = time.GetTimestamp();
        if (_entries.TryGetValue((name, type), out var known) && !known.IsOver(now)) return await known.Answer;
        if (_entries.Count >= Most) Forget(now);
        var fresh = new Entry(new Lazy<Task<DnsAnswer>>(() => dns.AskAsync(name, type)));
        var entry = _entries.AddOrUpdate((name, type), fresh, (_, there) => there.IsOver(now) ? fresh : there);
        var life = Nothing;
        try
        {
            var answer = await entry.Answer;
            life = Life(answer);
            return answer;
        }
        finally
        {
            entry.Until = time.GetTimestamp() + (long)(life.TotalSeconds * time.TimestampFrequency); // a question that failed is asked again too
        }
    }

    private static TimeSpan Life(DnsAnswer answer)
    {
        if (answer.Records.IsEmpty) return Nothing;
        var said = TimeSpan.FromSeconds(answer.Records.Min(r => r.Seconds));
        return said < Shortest ? Shortest : said > Longest ? Longest : said;
    }

    private void Forget(long now)
    {
        foreach (var (key, entry) in _entries)
            if (entry.IsOver(now))
                _entries.TryRemove(key, out _);
        if (_entries.Count >= Most) _entries.Clear();
    }

    private sealed class Entry(Lazy<Task<DnsAnswer>> answer)
    {
        private long _until = long.MaxValue;

        public Task<DnsAnswer> Answer => answer.Value;

        /// <summary>When it is too old; never while the question is under way.</summary>
        public long Until
        {
            set => Interlocked.CompareExchange(ref _until, value, long.MaxValue);
        }

        public bool IsOver(long now) => now >= Volatile.Read(ref _until);
    }
}
