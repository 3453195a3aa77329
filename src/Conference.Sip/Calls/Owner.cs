using Conference.Sip.Messages;

namespace Conference.Sip.Calls;

/// <summary>Whether an address is the account's own: credentials of one must never speak for another.</summary>
internal static class Owner
{
    /// <summary>The user part is the account's user name or its extension.</summary>
    public static bool Is(ReadOnlySpan<byte> uri, SipAccount account)
    {
        if (!SipUri.TryParse(uri, out var parsed) || !parsed.IsSip) return false;
        var user = parsed.UserText();
        return user.Equals(account.Username, StringComparison.OrdinalIgnoreCase) || user == account.Extension;
    }

    /// <summary>A caller who hides: anonymous@anonymous.invalid (RFC 3323 §4.1.1.3).</summary>
    public static bool IsAnonymous(ReadOnlySpan<byte> uri) =>
        SipUri.TryParse(uri, out var parsed) && SipText.Is(parsed.User, "anonymous"u8);
}
