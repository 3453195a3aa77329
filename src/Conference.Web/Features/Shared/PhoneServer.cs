using System.Collections.Immutable;

namespace Conference.Web.Features.Shared;

/// <summary>What a person types into a phone to reach us.</summary>
/// <param name="Host">The advertised address or name; empty when phones use the one the browser used.</param>
/// <param name="Ways">Transports that are listened on, each with its port; at least one.</param>
public sealed record PhoneServer(string Host, ImmutableArray<PhoneWay> Ways)
{
    /// <param name="otherwise">The host name of this page.</param>
    public string HostOr(string otherwise) => Host.Length > 0 ? Host : otherwise;
}

/// <param name="Transport">UDP, TCP or TLS.</param>
public sealed record PhoneWay(string Transport, int Port);
