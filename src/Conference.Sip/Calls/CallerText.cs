using Conference.Sip.Messages;

namespace Conference.Sip.Calls;

/// <summary>How a caller is written: From, and what RFC 3325 and RFC 3323 add for those who are trusted with it.</summary>
internal static class CallerText
{
    private const int LongestName = 80;

    /// <summary>Name and address for From, without a tag.</summary>
    public static string Address(CallerIdentity caller, string host) => caller.IsPrivate
        ? "\"Anonymous\" <sip:anonymous@anonymous.invalid>"
        : $"{Name(caller.DisplayName)}<{Uri(caller.User, host)}>";

    /// <summary>P-Asserted-Identity, P-Preferred-Identity, Remote-Party-ID and Privacy, as far as they are wanted.</summary>
    public static IEnumerable<(HeaderId Id, string Value)> Assertions(CallerIdentity caller, string host)
    {
        if (caller.Asserted is { } asserted) yield return (HeaderId.PAssertedIdentity, $"{Name(caller.DisplayName)}<{Uri(asserted, host)}>");
        if (caller.Preferred is { } preferred) yield return (HeaderId.PPreferredIdentity, $"{Name(caller.DisplayName)}<{Uri(preferred, host)}>");
        if (caller.RemoteParty is { } party)
            yield return (HeaderId.RemotePartyId, $"{Name(caller.DisplayName)}<{Uri(party, host)}>;party=calling;screen=yes;privacy={(caller.IsPrivate ? "full" : "off")}");
        if (caller.IsPrivate) yield return (HeaderId.Privacy, "id");
    }

    private static string Uri(string user, string host) => user.Length == 0 ? $"sip:{host}" : $"sip:{SipUri.EscapeUser(user)}@{host}";

    private static string Name(string text)
    {
        var plain = new string([.. text.Where(c => !char.IsControl(c)).Take(LongestName)]).Trim();
        return plain.Length == 0 ? "" : $"\"{plain.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\" ";
    }
}
