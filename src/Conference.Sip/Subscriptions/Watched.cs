using Conference.Sip.Messages;

namespace Conference.Sip.Subscriptions;

/// <summary>What somebody subscribed to.</summary>
/// <param name="User">The number.</param>
/// <param name="Domain">Host of the URI subscribed to.</param>
internal sealed record Watched(string User, string Domain)
{
    private const string Nobody = "sip:anonymous@anonymous.invalid";

    /// <summary>The URI subscribed to, without its port: what a phone finds its lamp by.</summary>
    public string Entity => Uri(User);

    public static Watched? Of(SipMessage subscribe) =>
        SipUri.TryParse(subscribe.RequestUri, out var uri) && uri.IsSip && !uri.User.IsEmpty
            ? new Watched(uri.UserText(), SipText.Latin(uri.Host))
            : null;

    /// <summary>A number of the house as a URI; a withheld one is nobody's.</summary>
    public string Uri(string number) => number.Length == 0 ? Nobody : $"sip:{SipUri.EscapeUser(SafeXml.Text(number))}@{Domain}";
}
