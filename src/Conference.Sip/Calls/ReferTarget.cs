using Conference.Sip.Dialogs;
using Conference.Sip.Messages;

namespace Conference.Sip.Calls;

/// <summary>Where a REFER wants somebody to go (RFC 3515 §2.1).</summary>
/// <param name="Uri">The URI without its headers.</param>
/// <param name="User">Its user part, unescaped.</param>
/// <param name="Method">INVITE unless the URI says otherwise.</param>
/// <param name="Replaces">The dialog to be taken over, or <see langword="null"/>.</param>
internal sealed record ReferTarget(string Uri, string User, string Method, DialogId? Replaces)
{
    /// <summary>Reads Refer-To; <see langword="null"/> when it is missing, repeated or no address we could call.</summary>
    public static ReferTarget? Read(SipMessage refer)
    {
        var fields = 0;
        foreach (var _ in refer.Fields(HeaderId.ReferTo)) fields++;
        if (fields != 1 || !NameAddr.TryParse(refer.Header(HeaderId.ReferTo), out var address)) return null;
        if (!SipUri.TryParse(address.Uri, out var uri) || !(uri.IsSip || uri.IsTel)) return null;
        var method = Parameters.Find(uri.Parameters, "method"u8, out var named) ? SipText.Latin(named).ToUpperInvariant() : SipMethod.Invite;
        var question = address.Uri.IndexOf((byte)'?');
        var bare = question < 0 ? address.Uri : address.Uri[..question];
        if (!TryReplaces(uri.Headers, out var replaces)) return null;
        return new ReferTarget(SipText.Latin(bare), uri.UserText(), method, replaces);
    }

    /// <summary>Finds Replaces among the URI's headers; the others are not obeyed (RFC 3261 §19.1.5).</summary>
    /// <returns>Whether it is sound, or not there.</returns>
    private static bool TryReplaces(ReadOnlySpan<byte> headers, out DialogId? replaces)
    {
        replaces = null;
        foreach (var header in SipText.Latin(headers).Split('&'))
        {
            var equals = header.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !header[..equals].Equals("Replaces", StringComparison.OrdinalIgnoreCase)) continue;
            var value = System.Text.Encoding.UTF8.GetBytes(System.Uri.UnescapeDataString(header[(equals + 1)..]));
            replaces = ReplacesHeader.Read(value)?.Id;
            return replaces is not null;
        }

        return true;
    }
}
