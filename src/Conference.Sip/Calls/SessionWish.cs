using Conference.Sip.Dialogs;
using Conference.Sip.Messages;
using Conference.Sip.Trunks;

namespace Conference.Sip.Calls;

/// <summary>The session timer we ask for (RFC 4028 §7.1).</summary>
/// <param name="Seconds">Session-Expires; 0 asks for none.</param>
/// <param name="Least">Min-SE, as somebody on the way told us; 0 when nobody did.</param>
internal readonly record struct SessionWish(uint Seconds, uint Least)
{
    private const uint Longest = 86_400;

    public static SessionWish For(TrunkLine? line)
    {
        if (line is null) return new SessionWish(SessionInterval.Usual, 0);
        var asked = (uint)Math.Clamp(line.SessionExpires.TotalSeconds, 0, Longest);
        return new SessionWish(asked == 0 ? 0 : Math.Max(asked, SessionInterval.Shortest), 0);
    }

    /// <summary>We refresh where we may: it costs nobody a renegotiation.</summary>
    public IEnumerable<(HeaderId Id, string Value)> Headers
    {
        get
        {
            if (Seconds == 0) yield break;
            yield return (HeaderId.SessionExpires, new SessionInterval(Seconds, Refresher.Uac).Header);
            if (Least > 0) yield return (HeaderId.MinSe, Least.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    /// <summary>Asks for what a 422 wants at least.</summary>
    /// <returns>Whether it wants more than was asked, within reason.</returns>
    public bool Lengthen(SipMessage refusal, out SessionWish longer)
    {
        longer = this;
        if (Seconds == 0 || !SipText.TryNumber(SipText.Trim(refusal.Header(HeaderId.MinSe)), out var least) || least <= Seconds || least > Longest) return false;
        longer = new SessionWish(least, least);
        return true;
    }
}
