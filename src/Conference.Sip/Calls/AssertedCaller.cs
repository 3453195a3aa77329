using Conference.Sip.Messages;

namespace Conference.Sip.Calls;

/// <summary>What a trusted trunk says of the caller (RFC 3325, RFC 3323, RFC 5806).</summary>
internal static class AssertedCaller
{
    /// <summary>P-Asserted-Identity, the SIP one before the tel one; <see langword="null"/> when there is none.</summary>
    public static CallerIdentity? Read(SipMessage request)
    {
        CallerIdentity? tel = null;
        foreach (var value in request.Values(HeaderId.PAssertedIdentity))
        {
            if (!NameAddr.TryParse(value, out var address) || !SipUri.TryParse(address.Uri, out var uri) || !(uri.IsSip || uri.IsTel)) continue;
            var user = uri.UserText();
            var identity = new CallerIdentity(user, address.DisplayText(), uri.IsSip ? SipText.Latin(uri.Host) : null)
            {
                IsPrivate = Hides(request),
                Asserted = user,
            };
            if (uri.IsSip) return identity;
            tel ??= identity;
        }

        return tel;
    }

    /// <summary>Whether the caller asked not to be shown: id, user or full (RFC 3323 §4.2, RFC 3325 §9.3).</summary>
    private static bool Hides(SipMessage request)
    {
        foreach (var field in request.Fields(HeaderId.Privacy))
            if (SipText.Latin(field).Split(';', ',').Any(p => p.Trim().ToLowerInvariant() is "id" or "user" or "full"))
                return true;
        return false;
    }
}
