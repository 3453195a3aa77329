using System.Collections.Immutable;
using System.Net;
using Conference.Core.Accounts;
using Conference.Core.Routing;
using Conference.Sip.Calls;
using Conference.Sip.Digests;

namespace Conference.Core.Calls;

/// <summary>Answers signalling's questions from memory: who that is, which trunk that is, who may call without proving anything.</summary>
public sealed class CallPolicy(DeviceBook devices, ExtensionBook extensions, DialBook numbers, RouteBook routes) : ISipPolicy
{
    /// <summary>An address nobody calls from: what is left when two lists of networks have nothing in common.</summary>
    private static readonly ImmutableArray<IPNetwork> s_nowhere = [IPNetwork.Parse("255.255.255.255/32")];

    public SipAccount? FindAccount(string username) => devices.Find(username) is not { } card ? null
        : new SipAccount(card.Username, card.Extension, card.Name, SecretsOf(card), card.MaxCalls)
        {
            AllowedNetworks = Both(card.AllowedNetworks, extensions.Find(card.Extension)?.AllowedNetworks ?? []),
            Transports = card.Transports,
            ForcesRport = card.ForcesRport,
            Algorithms = [.. card.Algorithms.Select(Of)],
            PlacesUnregistered = card.PlacesUnregistered,
            TrustedPerson = devices.TrustsPeople ? card.PersonId : null,
        };

    /// <summary>What the device may prove its secret with: a secret that is older than an algorithm has no hash by it.</summary>
    private static ImmutableArray<DigestSecret> SecretsOf(DeviceCard card)
    {
        DigestSecret[] all = [new(DigestAlgorithm.Md5, card.Ha1Md5), new(DigestAlgorithm.Sha256, card.Ha1Sha256), new(DigestAlgorithm.Sha512Of256, card.Ha1Sha512Of256)];
        return [.. all.Where(s => s.Ha1.Length > 0)];
    }

    private static DigestAlgorithm Of(SecretHash hash) => hash switch
    {
        SecretHash.Sha256 => DigestAlgorithm.Sha256,
        SecretHash.Sha512Of256 => DigestAlgorithm.Sha512Of256,
        _ => DigestAlgorithm.Md5,
    };

    public bool IsOpenToGuests(string dialled) => numbers.IsOpenToGuests(dialled);

    public bool IsEmergency(string dialled) =>
        DialledNumber.IsValid(dialled) && routes.Plan.Out.Any(r => r.Class == CallClass.Emergency && DialPattern.Matches(r.Pattern, dialled));

    /// <summary>
    /// A trunk is known by its certificate, wherever it calls from; by the contact we registered with it, when its addresses are known also by
    /// those; else by the flow of its registration or its address. Of several there the one whose domain is named, and of those the one whose
    /// number is called: two accounts at one provider differ by nothing else.
    /// </summary>
    public SipPeer? FindPeer(IncomingSource source)
    {
        var trunks = routes.Plan.Trunks.Where(t => t.IsEnabled).ToImmutableArray();
        var address = source.Remote.Address.IsIPv4MappedToIPv6 ? source.Remote.Address.MapToIPv4() : source.Remote.Address;
        var trunk = trunks.FirstOrDefault(t => source.ProvenAs.Contains(t.Line.Name, StringComparer.OrdinalIgnoreCase))
            ?? trunks.FirstOrDefault(t => t.Line.Token.Length > 0 && t.Line.Token == source.User && MayComeFrom(t, source, address))
            ?? trunks.Where(t => source.RegisteredBy.Contains(t.Line.Name, StringComparer.OrdinalIgnoreCase) || t.PeerNetworks.Any(n => n.Contains(address)))
                .OrderBy(t => Distance(t, source)).ThenBy(t => NumberDistance(t, source)).FirstOrDefault();
        return trunk is null ? null : new SipPeer(trunk.Line.Name, trunk.TrustsIdentity);
    }

    /// <summary>A token that leaked opens nothing from elsewhere: calls come from the line's servers, as they are now, or from networks that the administrator named.</summary>
    private static bool MayComeFrom(TrunkPlan trunk, IncomingSource source, IPAddress address) =>
        source.ServerOf.Contains(trunk.Line.Name, StringComparer.OrdinalIgnoreCase)
        || trunk.PeerNetworks.Any(n => n.Contains(address))
        || trunk.Line.Servers.Append(trunk.Line.Domain).Select(AddressOf).Contains(address);

    /// <summary>The address that a URI or a host is written with, or <see langword="null"/> for a name.</summary>
    private static IPAddress? AddressOf(string server)
    {
        var start = server.StartsWith("sip", StringComparison.OrdinalIgnoreCase) ? server.IndexOf(':', StringComparison.Ordinal) + 1 : 0;
        var host = server[start..].Split(';', '?')[0];
        return IPEndPoint.TryParse(host[(host.IndexOf('@', StringComparison.Ordinal) + 1)..], out var place) ? place.Address : null;
    }

    private static int Distance(TrunkPlan trunk, IncomingSource source) =>
        Is(source.FromHost, trunk) ? 0 : Is(source.Host, trunk) ? 1 : 2;

    /// <summary>0 when a number or a route of that trunk is called, 1 when a route for every trunk is, 2 otherwise.</summary>
    private int NumberDistance(TrunkPlan trunk, IncomingSource source) => source.AlsoCalled.Prepend(source.User).Where(n => n.Length > 0).Select(n => NumberDistance(trunk, n)).DefaultIfEmpty(2).Min();

    private int NumberDistance(TrunkPlan trunk, string called)
    {
        var written = trunk.NumbersIn.Rewrite(called);
        if (called == trunk.Line.User || IsSame(written, trunk.MainNumber) || IsSame(called, trunk.MainNumber)) return 0;
        var fits = routes.Plan.In.Where(r => Spellings(written).Any(n => DialPattern.Matches(r.Pattern, n))).ToList();
        if (fits.Any(r => trunk.Line.Name.Equals(r.Trunk, StringComparison.OrdinalIgnoreCase))) return 0;
        return fits.Any(r => r.Trunk is null) ? 1 : 2;
    }

    /// <summary>Providers write a plus, 00 or nothing before the same number.</summary>
    private static bool IsSame(string one, string? other) => other is not null && one.Length > 0 && DialledNumber.WithoutPrefix(one) == DialledNumber.WithoutPrefix(other);

    private static string[] Spellings(string number) => [number, DialledNumber.WithoutPrefix(number), "+" + DialledNumber.WithoutPrefix(number)];

    private static bool Is(string host, TrunkPlan trunk) => host.Equals(trunk.Line.Domain, StringComparison.OrdinalIgnoreCase);

    /// <summary>Networks that stand in both lists; an empty list stands for everywhere.</summary>
    private static ImmutableArray<IPNetwork> Both(ImmutableArray<IPNetwork> one, ImmutableArray<IPNetwork> other)
    {
        if (one.IsEmpty || other.IsEmpty) return one.IsEmpty ? other : one;
        ImmutableArray<IPNetwork> both = [.. one.Where(n => other.Any(o => Holds(o, n))), .. other.Where(n => one.Any(o => Holds(o, n)))];
        return both.IsEmpty ? s_nowhere : [.. both.Distinct()];
    }

    private static bool Holds(IPNetwork wide, IPNetwork narrow) => wide.PrefixLength <= narrow.PrefixLength && wide.Contains(narrow.BaseAddress);
}
