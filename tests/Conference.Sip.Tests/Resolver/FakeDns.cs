using System.Net;
using Conference.Sip.Resolver;

namespace Conference.Sip.Tests.Resolver;

/// <summary>A name server in memory that counts what it is asked.</summary>
internal sealed class FakeDns : IDns
{
    private readonly Dictionary<(string Name, DnsType Type), DnsAnswer> _zone = [];

    public List<string> Asked { get; } = [];

    /// <summary>While set, answers wait for it.</summary>
    public Task Held { get; set; } = Task.CompletedTask;

    public FakeDns Address(string name, string address, uint seconds = 60) =>
        Add(name, new DnsRecord.Address(name, IPAddress.Parse(address).GetAddressBytes().Length == 4 ? DnsType.A : DnsType.Aaaa, seconds, IPAddress.Parse(address)));

    public FakeDns Srv(string name, int priority, int weight, int port, string target) => Add(name, new DnsRecord.Srv(name, 60, priority, weight, port, target));

    public FakeDns Naptr(string name, int order, int preference, string flags, string services, string regexp, string replacement) =>
        Add(name, new DnsRecord.Naptr(name, 60, order, preference, flags, services, regexp, replacement));

    public FakeDns Alias(string name, DnsType asked, string target) => Add(name, new DnsRecord.Alias(name, 60, target), asked);

    public async Task<DnsAnswer> AskAsync(string name, DnsType type)
    {
        Asked.Add($"{type} {name}");
        await Held;
        return _zone.GetValueOrDefault((name, type), new DnsAnswer(DnsOutcome.NoSuchName, []));
    }

    private FakeDns Add(string name, DnsRecord record, DnsType? asked = null)
    {
        var key = (name, asked ?? record.Type);
        var there = _zone.GetValueOrDefault(key, new DnsAnswer(DnsOutcome.Answered, []));
        _zone[key] = there with { Records = there.Records.Add(record) };
        return this;
    }
}
