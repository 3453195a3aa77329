using System.Globalization;
using System.Xml;

namespace Conference.Sip.Subscriptions;

/// <summary>conference-info for rosters (RFC 4575): full, or what changed for subscribers who proved that they keep state.</summary>
internal sealed class ConferenceDocuments(ISipState state, Watched watched) : IDocuments
{
    private const string Namespace = "urn:ietf:params:xml:ns:conference-info";
    private const int MostUsers = 200;
    private const int MostOctets = 60_000;
    private const int FullEvery = 10;

    private int _version;
    private int _sinceFull;
    private ConferencePicture? _told;

    public byte[]? Next(bool isWhole, int limit)
    {
        if (state.Conference(watched.User) is not { } now) return null;
        var isFull = isWhole || _told is null || ++_sinceFull >= FullEvery || now.Users.Length > MostUsers;
        if (isFull) _sinceFull = 0;
        _version++;
        var document = isFull ? Full(now, now.Users.Length <= MostUsers) : Partial(_told!, now);
        if (document.Length > MostOctets) document = Full(now, withUsers: false);
        _told = now;
        return document;
    }

    private byte[] Full(ConferencePicture now, bool withUsers) => Document("full", xml =>
    {
        WriteDescription(xml, now);
        WriteState(xml, now);
        if (!withUsers) return;
        xml.WriteStartElement("users");
        xml.WriteAttributeString("state", "full");
        foreach (var user in ByEntity(now)) WriteUser(xml, user.Key, user);
        xml.WriteEndElement();
    });

    private byte[] Partial(ConferencePicture before, ConferencePicture now) => Document("partial", xml =>
    {
        var (was, @is) = (ByEntity(before), ByEntity(now));
        if (before.Title != now.Title || before.Seats != now.Seats) WriteDescription(xml, now);
        WriteState(xml, now);
        xml.WriteStartElement("users");
        xml.WriteAttributeString("state", "partial");
        foreach (var user in @is.Where(u => !was[u.Key].SequenceEqual(u))) WriteUser(xml, user.Key, user);
        foreach (var gone in was.Where(u => !@is.Contains(u.Key))) WriteGone(xml, gone.Key);
        xml.WriteEndElement();
    });

    private byte[] Document(string kind, Action<XmlWriter> body) => SafeXml.Write(xml =>
    {
        xml.WriteStartElement("conference-info", Namespace);
        xml.WriteAttributeString("entity", watched.Entity);
        xml.WriteAttributeString("state", kind);
        xml.WriteAttributeString("version", _version.ToString(CultureInfo.InvariantCulture));
        body(xml);
        xml.WriteEndElement();
    });

    private static void WriteDescription(XmlWriter xml, ConferencePicture now)
    {
        xml.WriteStartElement("conference-description");
        xml.Element("display-text", now.Title);
        xml.Element("maximum-user-count", now.Seats);
        xml.WriteEndElement();
    }

    private static void WriteState(XmlWriter xml, ConferencePicture now)
    {
        xml.WriteStartElement("conference-state");
        xml.Element("user-count", now.Users.Length);
        xml.Element("active", now.IsActive);
        xml.Element("locked", now.IsLocked);
        xml.WriteEndElement();
    }

    /// <summary>Somebody with two phones in the room is one user with two endpoints; who withholds a number is somebody else each time.</summary>
    private ILookup<string, ConferenceUser> ByEntity(ConferencePicture picture) =>
        picture.Users.ToLookup(u => u.Number.Length > 0 ? watched.Uri(u.Number) : $"sip:anonymous-{Id(u)}@anonymous.invalid");

    private static string Id(ConferenceUser user) => string.Concat(user.Id.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-').Take(64));

    private static void WriteUser(XmlWriter xml, string entity, IEnumerable<ConferenceUser> legs)
    {
        var first = legs.First();
        xml.WriteStartElement("user");
        xml.WriteAttributeString("entity", entity);
        xml.WriteAttributeString("state", "full");
        if (first.Name.Length > 0) xml.Element("display-text", first.Name);
        xml.WriteStartElement("roles");
        xml.Element("entry", legs.Any(l => l.IsHost) ? "admin" : "member");
        xml.WriteEndElement();
        foreach (var leg in legs) WriteEndpoint(xml, entity, leg);
        xml.WriteEndElement();
    }

    private static void WriteEndpoint(XmlWriter xml, string entity, ConferenceUser leg)
    {
        xml.WriteStartElement("endpoint");
        xml.WriteAttributeString("entity", $"{entity};leg={Id(leg)}");
        xml.Element("status", leg.Status);
        xml.Element("joining-method", leg.IsDialledOut ? "dialed-out" : "dialed-in");
        xml.WriteStartElement("joining-info");
        xml.Element("when", leg.JoinedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        xml.WriteEndElement();
        WriteMedia(xml, leg);
        xml.WriteEndElement();
    }

    private static void WriteMedia(XmlWriter xml, ConferenceUser leg)
    {
        xml.WriteStartElement("media");
        xml.WriteAttributeString("id", "1");
        xml.Element("type", "audio");
        xml.Element("label", "main");
        xml.Element("status", leg.Status switch { "muted-via-focus" => "recvonly", "on-hold" => "inactive", _ => "sendrecv" });
        xml.WriteEndElement();
    }

    private static void WriteGone(XmlWriter xml, string entity)
    {
        xml.WriteStartElement("user");
        xml.WriteAttributeString("entity", entity);
        xml.WriteAttributeString("state", "deleted");
        xml.WriteEndElement();
    }
}
