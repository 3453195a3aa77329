using Conference.Core.Accounts;
using Conference.Core.Routing;
using Conference.Sip.Calls;

namespace Conference.Core.Calls;

/// <summary>Who calls, as a provider wants to read it, and who a provider says is calling.</summary>
public static class TrunkIdentity
{
    /// <summary>The caller of a call going out by a trunk.</summary>
    /// <param name="caller">Whose call it is, or <see langword="null"/> for the house's own.</param>
    /// <param name="isEmergency">Then the number is shown whatever the extension wishes: somebody may have to call back.</param>
    public static CallerIdentity Outgoing(TrunkPlan trunk, ExtensionCard? caller, bool isEmergency)
    {
        var number = caller?.OutsideNumber is { Length: > 0 } own ? trunk.NumbersOut.Rewrite(own) : trunk.MainNumber;
        var account = new CallerIdentity(trunk.Line.User, "", trunk.Line.Domain)
        {
            IsPrivate = caller is { IsPrivate: true } && !isEmergency,
            RemoteParty = trunk.WritesRemotePartyId ? number ?? trunk.Line.User : null,
        };
        return trunk.Identity switch
        {
            OutgoingIdentity.NumberInFrom => account with { User = number ?? trunk.Line.User },
            OutgoingIdentity.AccountInFromPreferred => account with { Preferred = number },
            _ => account with { Asserted = number },
        };
    }

    /// <summary>The number that identity shows; empty when it is withheld.</summary>
    public static string Shown(CallerIdentity identity) =>
        identity.IsPrivate ? "" : identity.Asserted ?? identity.Preferred ?? identity.User;

    /// <summary>The called number of an incoming call, as the trunk sends it.</summary>
    public static string Called(TrunkPlan trunk, IIncomingCall call) => trunk.CalledFrom switch
    {
        CalledNumberSource.To => call.ToUser,
        CalledNumberSource.CalledPartyId => UserOf(call.Header("P-Called-Party-ID")) ?? call.Dialled,
        _ when trunk.Line.Token.Length > 0 && call.Dialled == trunk.Line.Token => call.ToUser, // our registered contact was called
        _ => call.Dialled,
    };

    /// <summary>The caller's number and name as the trunk sends them; what it asserts counts only when it is believed (RFC 3325 §5).</summary>
    public static (string Number, string Name) Calling(TrunkPlan trunk, IIncomingCall call) => call switch
    {
        { Asserted: { IsPrivate: true } } when trunk.TrustsIdentity => ("", ""),
        { Asserted: { User.Length: > 0 } asserted } when trunk.TrustsIdentity => (asserted.User, asserted.DisplayName.Length > 0 ? asserted.DisplayName : call.FromDisplayName),
        _ when call.FromUser.Equals("anonymous", StringComparison.OrdinalIgnoreCase) => ("", ""),
        _ => (call.FromUser, call.FromDisplayName),
    };

    /// <summary>The user part of a URI in angle brackets or alone; enough for a header that holds a number.</summary>
    private static string? UserOf(string? header)
    {
        if (header is null) return null;
        var start = header.IndexOf(':', StringComparison.Ordinal) + 1;
        var end = start > 0 ? header.AsSpan(start).IndexOfAny("@;>") : -1;
        return end > 0 ? Uri.UnescapeDataString(header.Substring(start, end)) : null;
    }
}
