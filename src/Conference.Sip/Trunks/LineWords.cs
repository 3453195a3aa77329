using Conference.Sip.Messages;
using Conference.Sip.Transport;

namespace Conference.Sip.Trunks;

/// <summary>What went wrong with a line, for people: short, and nothing a stranger must not read.</summary>
internal static class LineWords
{
    public static string Silent(Hop? hop) => hop is null ? "No answer." : $"No answer from {At(hop)}.";

    public static string At(Hop hop) => $"{hop.Remote} ({hop.Transport})";

    /// <summary>What a refusal of REGISTER means to whoever typed the settings.</summary>
    public static string Refused(SipMessage answer)
    {
        var status = Status(answer);
        return answer.Status switch
        {
            401 or 407 => $"The server does not accept user name or password ({status}).",
            403 => $"The server refuses the account: user name, password or our address are not to its liking ({status}).",
            404 or 604 => $"The server does not know the user or the domain ({status}).",
            423 => $"The server wants registrations to last longer than is sensible ({status}).",
            503 or 500 or 502 or 504 => $"The server is in trouble itself ({status}).",
            _ => $"The server refuses to register us ({status}).",
        };
    }

    /// <summary>Status and phrase; the phrase is a stranger's, so it is short and plain.</summary>
    public static string Status(SipMessage answer) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{answer.Status} {SipReason.Of(answer.Status)}");
}
