using System.Collections.Immutable;
using Conference.Sip.Calls;
using Conference.Sip.Messages;

namespace Conference.Sip.Registrar;

/// <summary>What a REGISTER must keep to, and how it is answered: RFC 3261 §10.3, RFC 3327, RFC 5626 §6, RFC 5627 §5.</summary>
internal sealed class RegisterRules(SipStackOptions options)
{
    /// <summary>What the registrar can do beyond RFC 3261.</summary>
    public const string Supported = "path, outbound, gruu";

    /// <summary>Seconds within which a client shows that its flow lives, or counts as gone (RFC 5626 §4.4.1).</summary>
    public const int FlowTimer = 120;

    private static readonly string[] Extensions = ["path", "outbound", "gruu"];

    /// <summary>Whatever its sender could prove: an address of somebody else's, or an extension nobody here knows.</summary>
    public SipReply? Refuse(SipMessage request)
    {
        if (!IsOurDomain(request.RequestUri)) return new SipReply(404);
        var unknown = new List<string>();
        foreach (var token in request.Values(HeaderId.Require))
            if (!token.IsEmpty && !Extensions.Contains(SipText.Latin(token).ToLowerInvariant()))
                unknown.Add(SipText.IsToken(token) ? SipText.Latin(token) : "unreadable");
        return unknown.Count == 0 ? null : Unsupported(string.Join(", ", unknown.Distinct().Take(16)));
    }

    /// <summary>Once it is known who asks.</summary>
    public SipReply? Refuse(SipMessage request, SipAccount account)
    {
        if (!IsOwn(request, account)) return new SipReply(403);
        if (Refuse(request) is { } refusal) return refusal;
        if (!request.Has(HeaderId.Path)) return null;
        if (!request.Lists(HeaderId.Supported, "path"u8)) return Unsupported("path");
        return Paths(request).Length > 0 ? null : new SipReply(400, "Bad Path");
    }

    /// <summary>The route to the device, nearest proxy first; empty when there is none or it cannot be read.</summary>
    public static ImmutableArray<string> Paths(SipMessage request)
    {
        var paths = ImmutableArray.CreateBuilder<string>();
        foreach (var path in request.Values(HeaderId.Path))
        {
            if (!NameAddr.TryParse(path, out var address) || !SipUri.TryParse(address.Uri, out var uri) || !uri.IsSip || paths.Count == SipLimits.Routes) return [];
            paths.Add(SipText.Latin(SipText.Flat(path)));
        }

        return paths.ToImmutable();
    }

    /// <summary>Whether flows are kept for the device: it asked, and the first hop can hold a flow open, be it the device itself.</summary>
    public static bool IsOutbound(SipMessage request, RegisterContact contact)
    {
        if (contact.Instance.Length == 0 || contact.RegId.Length == 0 || !request.Lists(HeaderId.Supported, "outbound"u8)) return false;
        foreach (var path in request.Values(HeaderId.Path))
            return NameAddr.TryParse(path, out var address) && SipUri.TryParse(address.Uri, out var uri) && Parameters.Find(uri.Parameters, "ob"u8, out _);
        return ViaCount(request) == 1;
    }

    /// <summary>The Contact of a 200: as registered, and with what its device recognises it by.</summary>
    public static string Contact(SipMessage request, Binding binding, DateTimeOffset now)
    {
        var left = Math.Max(0, (long)Math.Ceiling((binding.ExpiresAt - now).TotalSeconds));
        var text = $"<{binding.Contact}>;expires={left}";
        if (binding.Instance.Length == 0) return text;
        text += ";+sip.instance=" + binding.Instance;
        if (binding.RegId.Length > 0) text += ";reg-id=" + binding.RegId;
        var name = Gruu.Name(binding.Instance);
        if (name.Length == 0 || !request.Lists(HeaderId.Supported, "gruu"u8)) return text;
        NameAddr.TryParse(request.Header(HeaderId.To), out var to);
        return text + $";pub-gruu=\"{Gruu.Write(to.Uri, name)}\"";
    }

    /// <summary>The address of record belongs to the account: its user name or its extension.</summary>
    private static bool IsOwn(SipMessage request, SipAccount account)
    {
        NameAddr.TryParse(request.Header(HeaderId.To), out var to);
        NameAddr.TryParse(request.Header(HeaderId.From), out var from);
        return Owner.Is(to.Uri, account) && Owner.Is(from.Uri, account);
    }

    /// <summary>Names are checked only where the operator told which are ours: phones may know us by one that we were never told.</summary>
    private bool IsOurDomain(ReadOnlySpan<byte> requestUri)
    {
        if (options.Domains.IsEmpty || !SipUri.TryParse(requestUri, out var uri)) return true;
        var host = SipText.Latin(uri.Host);
        return host.Equals(options.Realm, StringComparison.OrdinalIgnoreCase)
            || host.Equals(options.AdvertisedAddress, StringComparison.OrdinalIgnoreCase)
            || options.Domains.Contains(host, StringComparer.OrdinalIgnoreCase)
            || System.Net.IPAddress.TryParse(host, out _);
    }

    private static int ViaCount(SipMessage request)
    {
        var count = 0;
        foreach (var _ in request.Values(HeaderId.Via)) count++;
        return count;
    }

    private static SipReply Unsupported(string extensions) => new SipReply(420).With(HeaderId.Unsupported, extensions);
}
