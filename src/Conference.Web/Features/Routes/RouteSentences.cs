using Conference.Core.Routing;
using Conference.Web.Features.Shared;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Routes;

/// <summary>Each step of a decision as a sentence.</summary>
internal static class RouteSentences
{
    public static string NoPattern(IStringLocalizer<SharedWords> T) => T["This is no pattern. Write digits, X (0-9), Z (1-9), N (2-9), [1-5], and a dot at the end for the rest."];

    public static string Of(InboundKind kind, IStringLocalizer<SharedWords> T) => kind switch
    {
        InboundKind.Room => T["a conference"],
        InboundKind.Extension => T["an extension"],
        _ => T["the menu that asks for the conference"],
    };

    public static string CountryOf(string code, IStringLocalizer<SharedWords> T) => code switch
    {
        "it" => T["Italy"],
        "de" => T["Germany"],
        "gb" => T["United Kingdom"],
        "us" => T["United States, Canada"],
        "ru" => T["Russia"],
        _ => T["China"],
    };

    /// <summary>The last word about the call.</summary>
    public static string Of(RouteTarget target, IStringLocalizer<SharedWords> T) => target switch
    {
        RouteTarget.Room room => T["The call reaches the conference {0}.", room.Number],
        RouteTarget.Extension extension => T["The call rings at {0}.", extension.Number],
        RouteTarget.AccessMenu => T["The caller is asked for the conference."],
        RouteTarget.Outside outside => T["The call goes out by {0}.", string.Join(", ", outside.Trunks.Select(w => w.Trunk.Line.Name))],
        RouteTarget.Refused refused => T["The call is refused, with status {0}.", refused.Status],
        _ => "",
    };

    public static string Of(RouteStep step, IStringLocalizer<SharedWords> T)
    {
        string At(int i) => i < step.Values.Length ? step.Values[i] : "";
        return step.Reason switch
        {
            RouteReason.NotANumber => T["{0} is no number that can be dialled.", At(0)],
            RouteReason.CallerUnknown => T["There is no extension {0} to call from.", At(0)],
            RouteReason.CallerDisabled => T["The extension {0} is switched off.", At(0)],
            RouteReason.CallerExtension => T["The extension {0} ({1}) calls.", At(0), At(1)],
            RouteReason.CallerHouse => T["The house itself calls, for a conference."],
            RouteReason.CallerGuest => T["Somebody without an account calls."],
            RouteReason.CallerTrunk => T["The call comes in by the trunk {0}.", At(0)],
            RouteReason.TrunkUnknown => T["There is no trunk {0}.", At(0)],
            RouteReason.TrunkDisabled => T["The trunk {0} is switched off.", At(0)],
            RouteReason.CalledRewritten => T["The called number {0} is written {1}, by the pattern {2} of the trunk.", At(0), At(1), At(2)],
            RouteReason.CallerRewritten => T["The caller’s number {0} is written {1}, by the pattern {2} of the trunk.", At(0), At(1), At(2)],
            RouteReason.InboundMatched => T["The route in for {0} fits the number {1}.", At(0), At(1)],
            RouteReason.NoInboundRoute => T["No route in fits the number {0}. Make one, or one for “!”, which fits all.", At(0)],
            RouteReason.LeadsToRoom => T["It leads to the conference {0} {1}.", At(0), At(1)],
            RouteReason.RoomUnknown => T["There is no conference {0} at this time.", At(0)],
            RouteReason.RoomWithoutPin => T["The conference {0} has no PIN, so callers from outside stay outside.", At(0)],
            RouteReason.LeadsToAccessMenu => T["{0} leads to the menu that asks for the conference.", At(0)],
            RouteReason.LeadsToExtension => T["It leads to the extension {0} ({1}).", At(0), At(1)],
            RouteReason.ExtensionUnknown => T["There is no extension {0}.", At(0)],
            RouteReason.ExtensionDisabled => T["The extension {0} is switched off.", At(0)],
            RouteReason.DevicesRing => T["Phones that ring now: {0}.", At(0)],
            RouteReason.NoDeviceRegistered => T["No phone of {0} is registered now.", At(0)],
            RouteReason.ForwardsWhenUnreachable => T["With no phone registered, it goes on to {0}.", At(0)],
            RouteReason.ForwardsWhenBusy => T["When busy, it goes on to {0}.", At(0)],
            RouteReason.ForwardsWhenUnanswered => T["When nobody answers within {1} seconds, it goes on to {0}.", At(0), At(1)],
            RouteReason.RuleMatched => T["The rule “{0}” ({1}) fits: {2}.", At(0), At(1), ClassOf(At(2), T)],
            RouteReason.NoRule => T["Nothing in the house answers to {0}, and no rule for calls outside fits it.", At(0)],
            RouteReason.MayNotLeave => T["What the rule makes of it, {0}, is no number for a provider.", At(0)],
            RouteReason.RaisedToInternational => T["{0} is a number abroad, so it takes the permission for international calls.", At(0)],
            RouteReason.ClassForbidden => T["The caller has no permission for this kind of call: {0}.", ClassOf(At(0), T)],
            RouteReason.CountryForbidden => T["Calls to the country of {0} are closed. Open its code under Limits.", At(0)],
            RouteReason.GuestsStayInside => T["Callers without an account never reach numbers outside."],
            RouteReason.RuleCloses => T["The rule “{0}” names no trunk: such numbers are closed.", At(0)],
            RouteReason.RuleResting => T["The rule “{0}” ({1}) fits too, but counts only {2}; the next is asked.", At(0), At(1), HoursOf(At(2), T)],
            RouteReason.InboundResting => T["The route in for {0} fits too, but counts only {1}; the next is asked.", At(0), HoursOf(At(1), T)],
            RouteReason.TrunkResting => T["The trunk {0} takes calls only {1}, so it is passed over.", At(0), HoursOf(At(1), T)],
            RouteReason.TrunkNotForClass => T["The trunk {0} carries no such calls ({1}), so it is passed over.", At(0), ClassOf(At(1), T)],
            RouteReason.PinAsked => T["First the caller is asked for the PIN of the rule “{0}”, three times at most.", At(0)],
            RouteReason.PinNeeded => T["The rule “{0}” asks for a PIN, and nobody is there who could be asked.", At(0)],
            RouteReason.TrunkSkipped => T["The trunk {0} is switched off or gone, so it is passed over.", At(0)],
            RouteReason.NoTrunk => T["No trunk of the rule “{0}” is left.", At(0)],
            RouteReason.LimitReached => LimitOf(At(0), T),
            RouteReason.EnumAsked => T["ENUM is asked first, in {0}.", At(0)],
            RouteReason.TrunkTried => T["By the trunk {0}, as {1}; the called person sees {2}.", At(0), At(1), At(2)],
            _ => step.Reason.ToString(),
        };
    }

    private static string HoursOf(string hours, IStringLocalizer<SharedWords> T) => TimeTable.Read(hours) is { } table ? HoursSentences.Of(table, T) : hours;

    private static string ClassOf(string name, IStringLocalizer<SharedWords> T) => Enum.TryParse<CallClass>(name, out var kind) ? ExchangeSentences.Of(kind, T) : name;

    private static string LimitOf(string name, IStringLocalizer<SharedWords> T) => name switch
    {
        nameof(TollLimit.PerCaller) => T["The extension has made as many calls outside this hour as it may."],
        nameof(TollLimit.PerDestination) => T["That destination was called as often this hour as it may be."],
        _ => T["The house has made as many international and premium calls this hour as it may."],
    };
}
