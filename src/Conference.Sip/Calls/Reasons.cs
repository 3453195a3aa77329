using System.Collections.Frozen;
using System.Globalization;
using Conference.Sip.Messages;

namespace Conference.Sip.Calls;

/// <summary>The Reason header: why a request is sent, or refused, in the words of SIP and of the telephone network (RFC 3326, RFC 6432).</summary>
internal static class Reasons
{
    /// <summary>Told to devices that rang for nothing, so that they note no missed call.</summary>
    public const string Elsewhere = "SIP;cause=200;text=\"Call completed elsewhere\"";

    /// <summary>RFC 3398 §8.2.6.1, and of Q.850 what fits the statuses it does not name.</summary>
    private static readonly FrozenDictionary<int, int> s_causes = new Dictionary<int, int>
    {
        [200] = 16,
        [400] = 41,
        [401] = 21,
        [402] = 21,
        [403] = 21,
        [404] = 1,
        [405] = 63,
        [406] = 79,
        [407] = 21,
        [408] = 102,
        [410] = 22,
        [413] = 127,
        [414] = 127,
        [415] = 79,
        [416] = 127,
        [420] = 127,
        [421] = 127,
        [423] = 127,
        [480] = 18,
        [481] = 41,
        [482] = 25,
        [483] = 25,
        [484] = 28,
        [485] = 1,
        [486] = 17,
        [487] = 16,
        [488] = 65,
        [500] = 41,
        [501] = 79,
        [502] = 38,
        [503] = 41,
        [504] = 102,
        [505] = 127,
        [513] = 127,
        [600] = 17,
        [603] = 21,
        [604] = 1,
        [606] = 65,
    }.ToFrozenDictionary();

    public static string Write(int status, string text) => $"SIP;cause={status};text=\"{Quotable(text)}\"";

    public static string Q850(int cause) => string.Create(CultureInfo.InvariantCulture, $"Q.850;cause={cause}");

    /// <summary>The cause to tell: the one we were told; else, to a trunk, what the status is called in the telephone network (31, "normal, unspecified", where nothing fits).</summary>
    public static int? ToTell(int? told, int status, string? trunk) => told ?? (trunk is null ? null : s_causes.GetValueOrDefault(status, 31));

    /// <summary>The cause that a message gives as the telephone network numbers it, 1 to 127, or <see langword="null"/>.</summary>
    public static int? CauseIn(SipMessage message)
    {
        foreach (var value in message.Values(HeaderId.Reason))
        {
            var semicolon = value.IndexOf((byte)';');
            if (semicolon < 0 || !SipText.Is(SipText.Trim(value[..semicolon]), "Q.850"u8)) continue;
            if (Parameters.Find(value[semicolon..], "cause"u8, out var text) && SipText.TryNumber(SipText.Trim(text), out var cause) && cause is > 0 and < 128) return (int)cause;
        }

        return null;
    }

    private static string Quotable(string text) => new([.. text.Where(c => c is >= ' ' and < (char)127 and not '"' and not '\\').Take(64)]);
}
