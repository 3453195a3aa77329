namespace Conference.Sip.Calls;

/// <summary>The Reason header: why a request is sent (RFC 3326).</summary>
internal static class Reasons
{
    /// <summary>Told to devices that rang for nothing, so that they note no missed call.</summary>
    public const string Elsewhere = "SIP;cause=200;text=\"Call completed elsewhere\"";

    public static string Write(int status, string text) => $"SIP;cause={status};text=\"{Quotable(text)}\"";

    private static string Quotable(string text) => new([.. text.Where(c => c is >= ' ' and < (char)127 and not '"' and not '\\').Take(64)]);
}
