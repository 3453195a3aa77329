using System.Collections.Immutable;
using System.Net;

namespace Conference.Sip.Resolver;

/// <summary>The record types SIP asks for, by their numbers (RFC 1035 §3.2.2, RFC 3596, RFC 2782, RFC 3403).</summary>
internal enum DnsType : ushort
{
    A = 1,
    Alias = 5,
    Aaaa = 28,
    Srv = 33,
    Naptr = 35,
    Opt = 41,
}

/// <summary>One record of an answer.</summary>
/// <param name="Owner">The name it is about, in lower case, without the last dot.</param>
/// <param name="Type">What it says.</param>
/// <param name="Seconds">How long it may be believed.</param>
internal abstract record DnsRecord(string Owner, DnsType Type, uint Seconds)
{
    internal sealed record Address(string Owner, DnsType Type, uint Seconds, IPAddress Value) : DnsRecord(Owner, Type, Seconds);

    internal sealed record Alias(string Owner, uint Seconds, string Target) : DnsRecord(Owner, DnsType.Alias, Seconds);

    /// <param name="Target">A host; empty when the service is decidedly not offered.</param>
    internal sealed record Srv(string Owner, uint Seconds, int Priority, int Weight, int Port, string Target) : DnsRecord(Owner, DnsType.Srv, Seconds);

    internal sealed record Naptr(string Owner, uint Seconds, int Order, int Preference, string Flags, string Services, string Regexp, string Replacement)
        : DnsRecord(Owner, DnsType.Naptr, Seconds);
}

/// <summary>How a question ended.</summary>
internal enum DnsOutcome
{
    /// <summary>The records are the answer, though there may be none.</summary>
    Answered,

    /// <summary>The name does not exist.</summary>
    NoSuchName,

    /// <summary>No server gave an answer that could be used.</summary>
    Failed,
}

internal sealed record DnsAnswer(DnsOutcome Outcome, ImmutableArray<DnsRecord> Records)
{
    public static DnsAnswer Nothing { get; } = new(DnsOutcome.Failed, []);

    public IEnumerable<T> Of<T>()
        where T : DnsRecord => Records.OfType<T>();
}

/// <summary>Answers questions about names; never throws for what a server says.</summary>
internal interface IDns
{
    Task<DnsAnswer> AskAsync(string name, DnsType type);
}
