using System.Globalization;
using System.Text;

namespace Conference.EndToEnd.Tools;

/// <summary>A SIP message as text, for whoever wants to look something up in it.</summary>
/// <param name="First">Its first line.</param>
public sealed record SipText(string First, IReadOnlyList<(string Name, string Value)> Headers, string Body)
{
    public bool IsRequest => !First.StartsWith("SIP/2.0 ", StringComparison.Ordinal);

    public string Method => First.Split(' ')[0];

    public int Status => int.Parse(First.Split(' ')[1], CultureInfo.InvariantCulture);

    /// <summary>The first header of a name; empty when there is none.</summary>
    public string this[string name] => Headers.FirstOrDefault(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value ?? "";

    public static SipText Read(string message)
    {
        var end = message.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var lines = message[..(end < 0 ? message.Length : end)].Split("\r\n");
        return new SipText(lines[0], [.. lines.Skip(1).Select(l => l.Split(':', 2)).Where(l => l.Length == 2).Select(l => (l[0].Trim(), l[1].Trim()))], end < 0 ? "" : message[(end + 4)..]);
    }

    /// <summary>The bytes of the first complete message of a stream.</summary>
    /// <returns>0 when more is needed.</returns>
    public static int LengthOf(ReadOnlySpan<byte> stream)
    {
        var end = stream.IndexOf("\r\n\r\n"u8);
        if (end < 0) return 0;
        var length = int.TryParse(Read(Encoding.Latin1.GetString(stream[..end]))["Content-Length"], CultureInfo.InvariantCulture, out var body) ? body : 0;
        return stream.Length < end + 4 + length ? 0 : end + 4 + length;
    }

    /// <summary>A parameter behind a header's value, such as a tag.</summary>
    public static string Parameter(string value, string name) =>
        value.Split(';').Skip(1).Select(p => p.Split('=', 2)).FirstOrDefault(p => p[0].Trim().Equals(name, StringComparison.OrdinalIgnoreCase))?.ElementAtOrDefault(1)?.Trim() ?? "";
}
