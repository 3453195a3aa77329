using System.Globalization;
using System.Text;
using Conference.Sip.Calls;

namespace Conference.Core.Calls;

/// <summary>Keys carried by INFO: <c>application/dtmf-relay</c> ("Signal=5") or <c>application/dtmf</c> ("5", or a whole number as some gateways send it).</summary>
internal static class InfoDigit
{
    private const int Longest = 256;

    /// <returns>0-9, *, # or A-D; empty when the body holds none.</returns>
    public static string Read(SipBody body)
    {
        if (body.Bytes.Length > Longest) return "";
        var text = Encoding.ASCII.GetString(body.Bytes.Span);
        var type = body.ContentType.Split(';')[0].Trim();
        if (type.Equals("application/dtmf", StringComparison.OrdinalIgnoreCase)) return Keys(text.Trim());
        if (!type.Equals("application/dtmf-relay", StringComparison.OrdinalIgnoreCase)) return "";
        return text.Split('\n')
            .Select(line => line.Split('=', 2))
            .Where(pair => pair.Length == 2 && pair[0].Trim().Equals("Signal", StringComparison.OrdinalIgnoreCase))
            .Select(pair => Keys(pair[1].Trim()))
            .FirstOrDefault(keys => keys.Length == 1, "");
    }

    /// <summary>How long the key had been held when the message was sent, as far as it says ("Duration=250", milliseconds); zero otherwise.</summary>
    public static TimeSpan HeldFor(SipBody body)
    {
        if (body.Bytes.Length > Longest) return TimeSpan.Zero;
        var value = Encoding.ASCII.GetString(body.Bytes.Span).Split('\n')
            .Select(line => line.Split('=', 2))
            .FirstOrDefault(pair => pair.Length == 2 && pair[0].Trim().Equals("Duration", StringComparison.OrdinalIgnoreCase))?[1].Trim();
        return ushort.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var held) ? TimeSpan.FromMilliseconds(held) : TimeSpan.Zero;
    }

    /// <summary>10 and 11 are what some phones write for the star and the pound key.</summary>
    private static string Keys(string text) => text.ToUpperInvariant() switch
    {
        "10" => "*",
        "11" => "#",
        var keys when keys.All("0123456789*#ABCD".Contains) => keys,
        _ => "",
    };
}
