using Conference.Sip.Messages;

namespace Conference.Sip.Registrar;

/// <summary>One Contact of a REGISTER.</summary>
/// <param name="Uri">Character for character as written.</param>
/// <param name="Expires">Seconds asked for; 0 removes.</param>
/// <param name="Q">Preference in thousandths.</param>
/// <param name="Instance">+sip.instance, quotes and all, or empty (RFC 5626).</param>
/// <param name="RegId">reg-id, or empty.</param>
internal sealed record RegisterContact(string Uri, uint Expires, int Q, string Instance, string RegId);

/// <summary>What a REGISTER asks for (RFC 3261 §10.3 steps 6 and 7).</summary>
/// <param name="IsStar">"Contact: *": forget everything.</param>
/// <param name="Contacts">The contacts in order; empty for a query.</param>
internal sealed record RegisterContacts(bool IsStar, IReadOnlyList<RegisterContact> Contacts)
{
    private const int Most = 10;
    private const int LongestUri = 1_024;
    private const int LongestInstance = 256;
    private const uint Usual = 3_600;

    /// <summary>Reads the contacts; <see langword="null"/> when they contradict each other or are no SIP addresses.</summary>
    public static RegisterContacts? Read(SipMessage request)
    {
        var contacts = new List<RegisterContact>();
        var stars = 0;
        foreach (var value in request.Values(HeaderId.Contact))
        {
            if (value is [(byte)'*']) stars++;
            else if (contacts.Count < Most && ReadOne(request, value) is { } contact) contacts.Add(contact);
            else return null;
        }

        var isStar = stars == 1 && contacts.Count == 0;
        return stars == 0 || (isStar && IsZero(request)) ? new RegisterContacts(isStar, contacts) : null;
    }

    private static bool IsZero(SipMessage request) => SipText.TryNumber(request.Header(HeaderId.Expires), out var expires) && expires == 0;

    private static RegisterContact? ReadOne(SipMessage request, ReadOnlySpan<byte> value)
    {
        if (!NameAddr.TryParse(value, out var address) || !SipUri.TryParse(address.Uri, out var uri) || !uri.IsSip) return null;
        if (address.Uri.Length > LongestUri) return null;
        return new RegisterContact(SipText.Utf8(address.Uri), Expires(request, address), Q(address), Instance(address), RegId(address));
    }

    /// <summary>What it can be recognised by; something endless is nothing that needs recognising.</summary>
    private static string Instance(NameAddr contact) =>
        Parameters.Find(contact.Parameters, "+sip.instance"u8, out var instance) && instance.Length <= LongestInstance ? SipText.Latin(SipText.Flat(instance)) : "";

    /// <summary>A number from 1 to 2**31 - 1 (RFC 5626 §4.2).</summary>
    private static string RegId(NameAddr contact) =>
        Parameters.Find(contact.Parameters, "reg-id"u8, out var text) && SipText.TryNumber(text, out var number) && number is > 0 and <= int.MaxValue
            ? number.ToString(System.Globalization.CultureInfo.InvariantCulture)
            : "";

    /// <summary>The contact's own wish, else the header's, else an hour; what is no number counts as an hour (§20.19).</summary>
    private static uint Expires(SipMessage request, NameAddr contact)
    {
        var value = Parameters.Find(contact.Parameters, "expires"u8, out var own) ? Parameters.Unquote(own) : request.Header(HeaderId.Expires);
        return SipText.TryNumber(value, out var seconds) ? seconds : Usual;
    }

    private static int Q(NameAddr contact)
    {
        if (!Parameters.Find(contact.Parameters, "q"u8, out var q)) return 1_000;
        return decimal.TryParse(SipText.Latin(q), System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out var value)
            ? (int)(Math.Clamp(value, 0, 1) * 1_000)
            : 1_000;
    }
}
