using System.Globalization;
using System.Text;
using System.Xml;

namespace Conference.Sip.Subscriptions;

/// <summary>Writes documents whose words come from strangers: whatever they call themselves, it stays text, and short.</summary>
internal static class SafeXml
{
    private const int Longest = 128; // characters of a name

    private static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        Indent = true, // no line of it is long, whoever reads it line by line
        IndentChars = "",
        NewLineChars = "\n",
    };

    public static byte[] Write(Action<XmlWriter> body)
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, Settings)) body(xml);
        return bytes.ToArray();
    }

    /// <summary>What XML cannot hold becomes a blank: control characters, halves of characters.</summary>
    public static string Text(string text)
    {
        var plain = new StringBuilder();
        for (var i = 0; i < text.Length && plain.Length < Longest; i++)
        {
            var isPair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            if (isPair) plain.Append(text[i]).Append(text[++i]);
            else plain.Append(XmlConvert.IsXmlChar(text[i]) && !char.IsControl(text[i]) ? text[i] : ' ');
        }

        return plain.ToString();
    }

    /// <summary>An address: whole, or it is none.</summary>
    public static string Uri(string uri) => uri.All(c => c is > ' ' and < (char)127) ? uri : "";

    public static void Element(this XmlWriter xml, string name, string text) => xml.WriteElementString(name, Text(text));

    public static void Element(this XmlWriter xml, string name, long number) => xml.WriteElementString(name, number.ToString(CultureInfo.InvariantCulture));

    public static void Element(this XmlWriter xml, string name, bool isTrue) => xml.WriteElementString(name, isTrue ? "true" : "false");
}
