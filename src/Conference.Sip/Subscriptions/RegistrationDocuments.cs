using System.Globalization;
using System.Xml;
using Conference.Sip.Calls;

namespace Conference.Sip.Subscriptions;

/// <summary>reginfo for a device that wants to know whether it is still the one that is registered (RFC 3680): always full, its own account and nobody else's.</summary>
internal sealed class RegistrationDocuments(SubscriptionServices services, Watched watched, SipAccount account) : IDocuments
{
    private const string Namespace = "urn:ietf:params:xml:ns:reginfo";

    private int _version;
    private bool _wasActive;

    public byte[]? Next(bool isWhole, int limit)
    {
        var here = services.Registered(account.Username);
        _wasActive |= here is not null;
        return SafeXml.Write(xml => Write(xml, here));
    }

    private void Write(XmlWriter xml, Registered? here)
    {
        xml.WriteStartElement("reginfo", Namespace);
        xml.WriteAttributeString("version", Number(_version++));
        xml.WriteAttributeString("state", "full");
        xml.WriteStartElement("registration");
        xml.WriteAttributeString("aor", watched.Entity);
        xml.WriteAttributeString("id", "own");
        xml.WriteAttributeString("state", here is not null ? "active" : _wasActive ? "terminated" : "init");
        if (here is not null) Write(xml, here, services.Loop.WallClock);
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void Write(XmlWriter xml, Registered here, DateTimeOffset now)
    {
        xml.WriteStartElement("contact");
        xml.WriteAttributeString("id", SafeXml.Text(here.CallId));
        xml.WriteAttributeString("state", "active");
        xml.WriteAttributeString("event", "registered");
        xml.WriteAttributeString("duration-registered", Seconds(now - here.Since));
        xml.WriteAttributeString("expires", Seconds(here.Until - now));
        xml.WriteAttributeString("callid", SafeXml.Text(here.CallId));
        xml.WriteAttributeString("cseq", Number(here.CSeq));
        xml.WriteElementString("uri", SafeXml.Uri(here.Contact));
        xml.WriteEndElement();
    }

    private static string Seconds(TimeSpan time) => Number((long)Math.Max(0, Math.Ceiling(time.TotalSeconds)));

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>message-summary for phones that ask for a mailbox (RFC 3842): there is none here, and so nothing waits in it.</summary>
internal sealed class MailboxDocuments : IDocuments
{
    public byte[]? Next(bool isWhole, int limit) => "Messages-Waiting: no\r\n"u8.ToArray();
}
