using Conference.Sip.Messages;

namespace Conference.Sip.Dialogs;

/// <summary>Who refreshes a session, seen from the transaction that agreed on it (RFC 4028 §4).</summary>
internal enum Refresher
{
    /// <summary>The one who sent the request.</summary>
    Uac,

    /// <summary>The one who answered it.</summary>
    Uas,
}

/// <summary>A session timer as agreed by one transaction (RFC 4028).</summary>
/// <param name="Seconds">Session-Expires; 0 when the session has no timer.</param>
/// <param name="Refresher">Whose duty it is.</param>
internal readonly record struct SessionInterval(uint Seconds, Refresher Refresher)
{
    public const uint Usual = 1_800;
    public const uint Shortest = 90;
    private const uint Longest = 86_400;

    /// <summary>The Session-Expires header.</summary>
    public string Header => $"{Seconds};refresher={(Refresher == Refresher.Uac ? "uac" : "uas")}";

    /// <summary>Agrees on a timer as the one who answers (RFC 4028 §9).</summary>
    /// <param name="request">An INVITE or UPDATE.</param>
    /// <param name="interval">What to answer; no timer when the peer does not know them.</param>
    /// <returns><see langword="false"/> when the interval is too small and 422 is due.</returns>
    public static bool Answer(SipMessage request, out SessionInterval interval)
    {
        interval = default;
        if (!request.Lists(HeaderId.Supported, "timer"u8)) return true;
        var value = request.Header(HeaderId.SessionExpires);
        var semicolon = value.IndexOf((byte)';');
        var number = SipText.Trim(semicolon < 0 ? value : value[..semicolon]);
        var isAsked = SipText.TryNumber(number, out var seconds);
        if (isAsked && seconds < Shortest) return false;

        SipText.TryNumber(SipText.Trim(request.Header(HeaderId.MinSe)), out var least);
        seconds = Math.Clamp(isAsked ? seconds : Usual, Math.Max(Shortest, Math.Min(least, Longest)), Longest);
        interval = new SessionInterval(seconds, Choose(request, semicolon < 0 ? [] : value[semicolon..]));
        return true;
    }

    /// <summary>What a 2xx to a request of ours agreed on; a peer that names no refresher means us.</summary>
    public static SessionInterval Agreed(SipMessage response)
    {
        var value = response.Header(HeaderId.SessionExpires);
        var semicolon = value.IndexOf((byte)';');
        if (!SipText.TryNumber(SipText.Trim(semicolon < 0 ? value : value[..semicolon]), out var seconds) || seconds < Shortest) return default;
        var isUas = semicolon >= 0 && Parameters.Find(value[semicolon..], "refresher"u8, out var who) && SipText.Is(who, "uas"u8);
        return new SessionInterval(Math.Min(seconds, Longest), isUas ? Refresher.Uas : Refresher.Uac);
    }

    /// <summary>The asker's wish, else us when the peer takes UPDATE, which costs nobody a renegotiation.</summary>
    private static Refresher Choose(SipMessage request, ReadOnlySpan<byte> parameters)
    {
        if (Parameters.Find(parameters, "refresher"u8, out var who)) return SipText.Is(who, "uas"u8) ? Refresher.Uas : Refresher.Uac;
        return request.Lists(HeaderId.Allow, "UPDATE"u8) ? Refresher.Uas : Refresher.Uac;
    }
}
