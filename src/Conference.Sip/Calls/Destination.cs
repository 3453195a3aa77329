using System.Collections.Immutable;
using Conference.Sip.Messages;
using Conference.Sip.Requests;
using Conference.Sip.Transport;
using Conference.Sip.Trunks;

namespace Conference.Sip.Calls;

/// <summary>A target that was found: what to write and where to send it.</summary>
/// <param name="Uri">Request-URI.</param>
/// <param name="Way">The flow or the places.</param>
/// <param name="Routes">Route headers, nearest first.</param>
internal sealed record Destination(string Uri, Way Way, ImmutableArray<string> Routes)
{
    /// <summary>User of the To URI at our own host; <see langword="null"/> takes the Request-URI.</summary>
    public string? ToUser { get; init; }

    /// <summary>The line it goes by, or <see langword="null"/>.</summary>
    public TrunkLine? Line { get; init; }

    /// <summary>Answers challenges of that line's servers.</summary>
    public Keyring? Keys { get; init; }
}

/// <summary>Finds where a target is: the flow of a device, the servers of a trunk, or what RFC 3263 says. Lives on the SIP loop.</summary>
internal sealed class DestinationFinder(IDeviceLookup devices, ITrunkLookup trunks, ILocator locator)
{
    private readonly Dictionary<(string User, string Secret, string? Realm), Keyring> _keys = [];

    /// <param name="target">Whom.</param>
    /// <param name="found">Called once: the destination, or <see langword="null"/> with the status and reason that mean it.</param>
    public void Find(CallTarget target, Action<Destination?, int, string> found)
    {
        if (target.Account is { } account) FindDevice(account, found);
        else if (target.Uri is null || !IsCallable(target.Uri)) found(null, 404, "No SIP address");
        else if (target.Trunk is null && AccountOf(target.Uri) is { } device) FindDevice(device, found);
        else if (target.Trunk is { } trunk) FindTrunk(target, trunk, found);
        else FindUri(target, found);
    }

    /// <summary>The account of the one device that a URI means when it is a GRUU of ours (RFC 5627), or <see langword="null"/>.</summary>
    public string? AccountOf(ReadOnlySpan<byte> uri) => devices.AccountOf(uri);

    private string? AccountOf(string uri) => AccountOf(System.Text.Encoding.ASCII.GetBytes(uri));

    private void FindDevice(string account, Action<Destination?, int, string> found) => devices.Find(account, place =>
    {
        if (place is null) found(null, 480, "Not registered");
        else found(new Destination(place.Contact, place.Again is { } hop ? Way.To([hop]) : Way.By(place.Flow), [.. place.Path.Select(Bracketed)]) { ToUser = account }, 0, "");
    });

    private void FindUri(CallTarget target, Action<Destination?, int, string> found)
    {
        var routes = target.Route.Select(Bracketed).ToImmutableArray();
        var first = target.Route.IsEmpty ? target.Uri! : Bare(target.Route[0]);
        locator.Locate(first, hops =>
        {
            var places = target.StaysOutside ? hops.RemoveAll(h => InsideNetworks.Contain(h.Remote.Address)) : hops;
            if (places.IsEmpty) found(null, 503, "No server found for " + first);
            else found(new Destination(target.Uri!, Way.To(places), routes), 0, "");
        });
    }

    private void FindTrunk(CallTarget target, string name, Action<Destination?, int, string> found)
    {
        if (trunks.Find(name) is not { } line)
        {
            found(null, 503, "No such trunk");
            return;
        }

        TrunkServers.Locate(line, locator, hops =>
        {
            if (trunks.Current(name) is { } current) hops = [current, .. hops.Where(h => !h.Remote.Equals(current.Remote) || h.Transport != current.Transport)];
            if (hops.IsEmpty) found(null, 503, "No server found for " + line.Name);
            else found(Over(line, target, hops), 0, "");
        });
    }

    private Destination Over(TrunkLine line, CallTarget target, ImmutableArray<Hop> hops)
    {
        var routes = target.Route.Select(Bracketed);
        if (line.RoutesByProxy && !line.Servers.IsEmpty) routes = routes.Prepend(TrunkServers.Loose(line.Servers[0]));
        return new Destination(target.Uri!, Way.To([.. hops.Select(h => TrunkServers.Of(line, h))]), [.. routes])
        {
            Line = line,
            Keys = line.Secret.Length == 0 ? null : KeysOf(line),
        };
    }

    /// <summary>One keyring per secret: the count of a nonce goes on from call to call.</summary>
    private Keyring KeysOf(TrunkLine line)
    {
        var user = line.AuthUser.Length > 0 ? line.AuthUser : line.User;
        var key = (user, line.Secret, line.Realm);
        if (!_keys.TryGetValue(key, out var keys)) _keys[key] = keys = new Keyring(user, line.Secret, line.Realm);
        return keys;
    }

    private static bool IsCallable(string uri) =>
        uri.All(c => c is > ' ' and < (char)127) && SipUri.TryParse(System.Text.Encoding.ASCII.GetBytes(uri), out var parsed) && parsed.IsSip;

    private static string Bracketed(string route) => route.Contains('<', StringComparison.Ordinal) ? route : $"<{route}>";

    private static string Bare(string route)
    {
        var open = route.IndexOf('<', StringComparison.Ordinal);
        var close = route.IndexOf('>', StringComparison.Ordinal);
        return open >= 0 && close > open ? route[(open + 1)..close] : route;
    }
}
