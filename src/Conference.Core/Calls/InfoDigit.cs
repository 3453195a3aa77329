using System.Text;
using Conference.Sip.Calls;

namespace Conference.Core.Calls;

/// <summary>A key carried by INFO: <c>application/dtmf-relay</c> ("Signal=5") or <c>application/dtmf</c> ("5").</summary>
internal static class InfoDigit
{
    private const int Longest = 256;

    /// <returns>0-9, *, # or A-D; <see langword="null"/> when the body holds none.</returns>
    public static char? Read(SipBody body)
    {
        if (body.Bytes.Length > Longest) return null;
        var text = Encoding.ASCII.GetString(body.Bytes.Span);
        var type = body.ContentType.Split(';')[0].Trim();
        if (type.Equals("application/dtmf", StringComparison.OrdinalIgnoreCase)) return Key(text.Trim());
        if (!type.Equals("application/dtmf-relay", StringComparison.OrdinalIgnoreCase)) return null;
        return text.Split('\n')
            .Select(line => line.Split('=', 2))
            .Where(pair => pair.Length == 2 && pair[0].Trim().Equals("Signal", StringComparison.OrdinalIgnoreCase))
            .Select(pair => Key(pair[1].Trim()))
            .FirstOrDefault();
    }

    /// <summary>10 and 11 are what some phones write for the star and the pound key.</summary>
    private static char? Key(string text) => text.ToUpperInvariant() switch
    {
        "10" => '*',
        "11" => '#',
        [var key] when "0123456789*#ABCD".Contains(key, StringComparison.Ordinal) => key,
        _ => null,
    };
}
