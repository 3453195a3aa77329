using Conference.Core.Routing;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Dashboard;

/// <summary>How far a call into a conference is, for the one who asked for it.</summary>
internal static class DialSentences
{
    public static string Of(Dial dial, IStringLocalizer<SharedWords> T) => dial.State switch
    {
        DialState.Queued => T["is being called"],
        DialState.Ringing => T["ringing"],
        DialState.Answered => T["answered"],
        _ => Of(dial.Why, T)?.Value ?? Of(dial.Status, T),
    };

    public static string ColourOf(Dial dial) => dial.State switch
    {
        DialState.Answered => "good",
        DialState.Failed => "bad",
        _ => "warn",
    };

    /// <summary>What the house itself forbade.</summary>
    private static LocalizedString? Of(RouteReason? why, IStringLocalizer<SharedWords> T) => why switch
    {
        RouteReason.ClassForbidden => T["your permissions do not cover this kind of call"],
        RouteReason.CountryForbidden => T["calls to that country are closed"],
        RouteReason.RuleCloses => T["such numbers are closed"],
        RouteReason.LimitReached => T["the limit of calls outside for this hour is reached"],
        RouteReason.PinNeeded => T["such numbers ask for a PIN and are called from a phone only"],
        RouteReason.CallerDisabled => T["your extension is switched off"],
        RouteReason.ExtensionDisabled => T["that extension is switched off"],
        RouteReason.NoTrunk => T["no line to the outside works now"],
        RouteReason.NotANumber or RouteReason.NoRule or RouteReason.ExtensionUnknown or RouteReason.MayNotLeave => T["no such number"],
        _ => null,
    };

    private static string Of(int status, IStringLocalizer<SharedWords> T) => status switch
    {
        486 or 600 => T["busy"],
        603 => T["declined"],
        487 => T["given up"],
        408 => T["nobody answered"],
        480 => T["not reachable now"],
        404 or 410 or 484 or 604 => T["no such number"],
        401 or 403 or 407 => T["not allowed"],
        488 or 606 or 415 => T["their phone has no audio format in common with us"],
        >= 500 => T["the line is out of order now"],
        _ => T["refused"],
    };
}
