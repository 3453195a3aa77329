using Conference.Sip.Messages;

namespace Conference.Sip.Calls;

/// <summary>What a trusted trunk says of the caller (RFC 3325, RFC 3323), also the way it was said before there was an RFC for it.</summary>
internal static class AssertedCaller
{
    /// <summary>P-Asserted-Identity, the SIP one before the tel one; else Remote-Party-ID; <see langword="null"/> when there is neither.</summary>
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

        return tel ?? RemoteParty(request);
    }

    /// <summary>The calling party of Remote-Party-ID: what it says of privacy is said for itself.</summary>
    private static CallerIdentity? RemoteParty(SipMessage request)
    {
        foreach (var value in request.Values(HeaderId.RemotePartyId))
        {
            if (!NameAddr.TryParse(value, out var address) || !SipUri.TryParse(address.Uri, out var uri) || !(uri.IsSip || uri.IsTel)) continue;
            if (Parameters.Find(address.Parameters, "party"u8, out var party) && !SipText.Is(party, "calling"u8)) continue;
            var isOpen = !Parameters.Find(address.Parameters, "privacy"u8, out var privacy) || SipText.Is(Parameters.Unquote(privacy), "off"u8);
            return new CallerIdentity(uri.UserText(), address.DisplayText(), uri.IsSip ? SipText.Latin(uri.Host) : null) { IsPrivate = !isOpen || Hides(request), Asserted = uri.UserText() };
        }

        return null;
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
