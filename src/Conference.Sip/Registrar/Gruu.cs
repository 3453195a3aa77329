using System.Text;
using Conference.Sip.Messages;

namespace Conference.Sip.Registrar;

/// <summary>Public GRUUs: an address of record that means one device (RFC 5627 §3.1).</summary>
internal static class Gruu
{
    /// <summary>The instance without quotes and brackets, or empty when it cannot stand in a URI as it is.</summary>
    public static string Name(string instance)
    {
        var name = instance.Trim('"').TrimStart('<').TrimEnd('>');
        return name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is ':' or '-' or '.' or '_') ? name : "";
    }

    /// <summary>What a device is found by: the user of its address of record, and its instance.</summary>
    public static string Key(string user, string name) => user.ToLowerInvariant() + ";" + name.ToLowerInvariant();

    /// <summary>What a URI with gr asks for, or <see langword="null"/> when it is none.</summary>
    public static string? KeyOf(ReadOnlySpan<byte> text) =>
        SipUri.TryParse(text, out var uri) && uri.IsSip && Parameters.Find(uri.Parameters, "gr"u8, out var gr) && !gr.IsEmpty
            ? Key(uri.UserText(), SipText.Latin(gr))
            : null;

    /// <summary>The GRUU of a device registered for this address of record.</summary>
    public static string Write(ReadOnlySpan<byte> addressOfRecord, string name)
    {
        SipUri.TryParse(addressOfRecord, out var to);
        var port = to.Port < 0 ? "" : ":" + to.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return $"sip:{Encoding.UTF8.GetString(to.User)}@{SipText.Latin(to.Host)}{port};gr={name}";
    }
}
