using System.Globalization;
using System.Xml;

namespace Conference.Sip.Subscriptions;

/// <summary>dialog-info for lamps (RFC 4235): always full, every call with both sides, and an idle number as one terminated dialog.</summary>
/// <remarks>
/// Without that one dialog Yealink's lamps stay lit; without local and remote identity phones show only "busy". The tags are those of our
/// own end, so that the Replaces a phone makes of them names a dialog of ours (RFC 3891 §3).
/// </remarks>
internal sealed class DialogDocuments(ISipState state, Watched watched) : IDocuments
{
    private const string Namespace = "urn:ietf:params:xml:ns:dialog-info";
    private const int Most = 32; // calls of one number anybody can look at

    private int _version;

    public byte[]? Next(bool isWhole, int limit)
    {
        if (state.Dialogs(watched.User) is not { } picture) return null;
        var version = _version++;
        var shown = picture.Dialogs.OrderBy(d => d.State == DialogEntryState.Confirmed).Take(Most).ToList(); // what rings can be picked up
        while (true)
        {
            var document = Write(version, shown);
            if (document.Length <= limit || shown.Count <= 1) return document;
            shown.RemoveAt(shown.Count - 1);
        }
    }

    private byte[] Write(int version, List<DialogEntry> dialogs) => SafeXml.Write(xml =>
    {
        xml.WriteStartElement("dialog-info", Namespace);
        xml.WriteAttributeString("version", version.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("state", "full");
        xml.WriteAttributeString("entity", watched.Entity);
        foreach (var dialog in dialogs) Write(xml, dialog);
        if (dialogs.Count == 0) WriteIdle(xml);
        xml.WriteEndElement();
    });

    private static void WriteIdle(XmlWriter xml)
    {
        xml.WriteStartElement("dialog");
        xml.WriteAttributeString("id", "idle");
        xml.Element("state", "terminated");
        xml.WriteEndElement();
    }

    private void Write(XmlWriter xml, DialogEntry dialog)
    {
        xml.WriteStartElement("dialog");
        xml.WriteAttributeString("id", SafeXml.Text(dialog.Id));
        if (dialog.Dialog.CallId is { Length: > 0 } callId)
        {
            xml.WriteAttributeString("call-id", SafeXml.Text(callId));
            xml.WriteAttributeString("local-tag", SafeXml.Text(dialog.Dialog.LocalTag));
            if (dialog.Dialog.RemoteTag.Length > 0) xml.WriteAttributeString("remote-tag", SafeXml.Text(dialog.Dialog.RemoteTag));
        }

        xml.WriteAttributeString("direction", dialog.IsInitiator ? "initiator" : "recipient");
        xml.Element("state", Name(dialog.State));
        WriteSide(xml, "local", dialog.LocalNumber, dialog.LocalName);
        WriteSide(xml, "remote", dialog.RemoteNumber, dialog.RemoteName);
        xml.WriteEndElement();
    }

    private void WriteSide(XmlWriter xml, string side, string number, string name)
    {
        var uri = watched.Uri(number);
        xml.WriteStartElement(side);
        xml.WriteStartElement("identity");
        if (name.Length > 0) xml.WriteAttributeString("display", SafeXml.Text(name));
        xml.WriteString(uri);
        xml.WriteEndElement();
        xml.WriteStartElement("target");
        xml.WriteAttributeString("uri", uri);
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static string Name(DialogEntryState state) => state switch
    {
        DialogEntryState.Proceeding => "proceeding",
        DialogEntryState.Early => "early",
        DialogEntryState.Confirmed => "confirmed",
        _ => "terminated",
    };
}
