using Conference.Sip.Messages;

namespace Conference.Sip.Calls;

/// <summary>What this server can do, told in OPTIONS, 2xx and refusals, and the header checks that follow from it (RFC 3261 §8.2).</summary>
internal static class Capabilities
{
    public const string Allow = SipMethod.Allowed;
    public const string Events = "dialog, conference, reg, message-summary";
    public const string Supported = "timer, path, outbound, 100rel, replaces, norefersub";
    public const string SupportedWithout100Rel = "timer, path, outbound, replaces, norefersub";
    public const string Accept = "application/sdp";

    private static readonly string[] Extensions = ["timer", "path", "outbound", "gruu", "100rel", "replaces", "norefersub"];

    /// <summary>420 naming what was required and is not known, or <see langword="null"/> (§8.2.2.3).</summary>
    public static SipReply? RefuseExtensions(SipMessage request)
    {
        var unknown = new List<string>();
        foreach (var token in request.Values(HeaderId.Require))
            if (!token.IsEmpty && !Extensions.Contains(SipText.Latin(token).ToLowerInvariant()))
                unknown.Add(SipText.IsToken(token) ? SipText.Latin(token) : "unreadable");
        return unknown.Count == 0 ? null : new SipReply(420).With(HeaderId.Unsupported, string.Join(", ", unknown.Distinct().Take(16)));
    }

    /// <summary>415 for a body nobody here reads, 406 for a caller who does not read SDP, or <see langword="null"/> (§8.2.3, §20.1).</summary>
    public static SipReply? RefuseBody(SipMessage request)
    {
        var encoding = SipText.Trim(request.Header(HeaderId.ContentEncoding));
        if (!encoding.IsEmpty && !SipText.Is(encoding, "identity"u8)) return new SipReply(415).With(HeaderId.AcceptEncoding, "identity");
        if (request.Body.Length > 0 && !IsReadable(request)) return new SipReply(415).With(HeaderId.Accept, Accept);
        return request.Has(HeaderId.Accept) && !AcceptsSdp(request) ? new SipReply(406) : null;
    }

    /// <summary>Multipart is passed on: whoever reads SDP looks for it there.</summary>
    private static bool IsReadable(SipMessage request)
    {
        var type = request.ContentType;
        var semicolon = type.IndexOf(';', StringComparison.Ordinal);
        var bare = (semicolon < 0 ? type : type[..semicolon]).Trim();
        return bare.Equals("application/sdp", StringComparison.OrdinalIgnoreCase) || bare.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase);
    }

    private static bool AcceptsSdp(SipMessage request)
    {
        foreach (var value in request.Values(HeaderId.Accept))
        {
            var semicolon = value.IndexOf((byte)';');
            var range = SipText.TrimEnd(semicolon < 0 ? value : value[..semicolon]);
            if (SipText.Is(range, "application/sdp"u8) || SipText.Is(range, "application/*"u8) || SipText.Is(range, "*/*"u8)) return true;
        }

        return false;
    }
}
