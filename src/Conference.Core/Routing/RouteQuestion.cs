using System.Collections.Immutable;

namespace Conference.Core.Routing;

/// <summary>What happens if this number is called?</summary>
/// <param name="Dialled">As dialled, or as the trunk sends it.</param>
public sealed record RouteQuestion(string Dialled)
{
    /// <summary>Number of the extension that dials; <see langword="null"/> for a guest, or when <see cref="Trunk"/> is set.</summary>
    public string? Extension { get; init; }

    /// <summary>User name of its device: some may dial only the numbers of their context. <see langword="null"/> for any.</summary>
    public string? Device { get; init; }

    /// <summary>User name of the one device that is called, whatever was dialled; <see langword="null"/> for all of an extension.</summary>
    public string? CalledDevice { get; init; }

    /// <summary>What the house itself may dial, for a room, when no extension asks; <see langword="null"/> for everybody else.</summary>
    public ImmutableHashSet<CallClass>? Permissions { get; init; }

    /// <summary>Name of the trunk the call comes in by, or <see langword="null"/>.</summary>
    public string? Trunk { get; init; }

    /// <summary>The caller's number as the trunk sends it.</summary>
    public string Caller { get; init; } = "";

    /// <summary>When; <see langword="null"/> for now.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>Where a call goes, and why.</summary>
/// <param name="Target">The decision.</param>
/// <param name="Steps">How it came about, in order; the last one of a refusal is its reason.</param>
public sealed record RouteAnswer(RouteTarget Target, ImmutableArray<RouteStep> Steps)
{
    /// <summary>The caller's number as the house writes it; empty when withheld or not from a trunk.</summary>
    public string Caller { get; init; } = "";
}

/// <summary>A decision.</summary>
public abstract record RouteTarget
{
    /// <param name="Number">The room; it may be another than was dialled.</param>
    public sealed record Room(string Number) : RouteTarget;

    /// <param name="Number">Whose devices ring.</param>
    public sealed record Extension(string Number) : RouteTarget
    {
        /// <summary>The only device that rings, by its user name; <see langword="null"/> for all.</summary>
        public string? Device { get; init; }
    }

    /// <summary>The caller is asked for the conference.</summary>
    public sealed record AccessMenu : RouteTarget;

    /// <summary>Out of the house.</summary>
    /// <param name="Number">As the house writes it.</param>
    /// <param name="Class">What it takes.</param>
    /// <param name="Trunks">Best first; at least one.</param>
    /// <param name="EnumSuffix">Tree to ask before, or <see langword="null"/>.</param>
    public sealed record Outside(string Number, CallClass Class, ImmutableArray<TrunkWay> Trunks, string? EnumSuffix) : RouteTarget
    {
        /// <summary>What the caller is asked for first, or <see langword="null"/>.</summary>
        public RulePin? Pin { get; init; }
    }

    /// <param name="Status">The SIP status of the refusal.</param>
    /// <param name="Why">Its reason.</param>
    public sealed record Refused(int Status, RouteReason Why) : RouteTarget;

    private RouteTarget() { }
}

/// <param name="Trunk">Which.</param>
/// <param name="Number">As its provider wants to read it.</param>
public sealed record TrunkWay(TrunkPlan Trunk, string Number);

/// <param name="Reason">What was found.</param>
/// <param name="Values">What fills the gaps of its sentence, as each reason says.</param>
public sealed record RouteStep(RouteReason Reason, params ImmutableArray<string> Values);

/// <summary>What a step says; each has a sentence on the page. In brackets: its values.</summary>
public enum RouteReason
{
    /// <summary>Refused, 404: not a number that can be dialled (dialled).</summary>
    NotANumber,

    /// <summary>Refused, 403: no such extension calls (number).</summary>
    CallerUnknown,

    /// <summary>Refused, 403: the calling extension is switched off (number).</summary>
    CallerDisabled,

    /// <summary>The call comes from an extension (number, name).</summary>
    CallerExtension,

    /// <summary>The house itself calls, for a room.</summary>
    CallerHouse,

    /// <summary>The call comes from somebody without an account.</summary>
    CallerGuest,

    /// <summary>The call comes in by a trunk (trunk).</summary>
    CallerTrunk,

    /// <summary>Refused, 403: no such trunk (trunk).</summary>
    TrunkUnknown,

    /// <summary>Refused, 403: the trunk is switched off (trunk).</summary>
    TrunkDisabled,

    /// <summary>The called number was rewritten (before, after, pattern).</summary>
    CalledRewritten,

    /// <summary>The caller's number was rewritten (before, after, pattern).</summary>
    CallerRewritten,

    /// <summary>A route in matched (pattern, called number).</summary>
    InboundMatched,

    /// <summary>Refused, 404: no route in matches (called number).</summary>
    NoInboundRoute,

    /// <summary>Leads into a room (number, title).</summary>
    LeadsToRoom,

    /// <summary>Refused, 404: nobody planned that room (number).</summary>
    RoomUnknown,

    /// <summary>Refused, 403: strangers must know a PIN and that room has none (number).</summary>
    RoomWithoutPin,

    /// <summary>Leads to the menu that asks for the conference (dialled).</summary>
    LeadsToAccessMenu,

    /// <summary>Leads to an extension (number, name).</summary>
    LeadsToExtension,

    /// <summary>Refused, 404: no such extension (number).</summary>
    ExtensionUnknown,

    /// <summary>Refused, 480: the called extension is switched off (number).</summary>
    ExtensionDisabled,

    /// <summary>Devices that would ring now (count).</summary>
    DevicesRing,

    /// <summary>None of its devices is registered (number).</summary>
    NoDeviceRegistered,

    /// <summary>Where the call goes when nobody is registered (number).</summary>
    ForwardsWhenUnreachable,

    /// <summary>Where the call goes when all devices are busy (number).</summary>
    ForwardsWhenBusy,

    /// <summary>Where the call goes when nobody answers (number, seconds).</summary>
    ForwardsWhenUnanswered,

    /// <summary>A rule out matched (name, pattern, class).</summary>
    RuleMatched,

    /// <summary>Refused, 404: nothing answers to that number and no rule out matches (dialled).</summary>
    NoRule,

    /// <summary>Refused, 404: what the rule makes of it may not leave the house (number).</summary>
    MayNotLeave,

    /// <summary>The rule did not mean it, yet the number is an international one: it takes that permission (number).</summary>
    RaisedToInternational,

    /// <summary>Refused, 403: the caller may not make such calls (class).</summary>
    ClassForbidden,

    /// <summary>Refused, 403: calls to that country are closed (number).</summary>
    CountryForbidden,

    /// <summary>Refused, 403: strangers may not call outside.</summary>
    GuestsStayInside,

    /// <summary>Refused, 403: the rule names no trunk, to close that number (name).</summary>
    RuleCloses,

    /// <summary>A rule out would match, but not at this hour (name, pattern, hours).</summary>
    RuleResting,

    /// <summary>A route in would match, but not at this hour (pattern, hours).</summary>
    InboundResting,

    /// <summary>A trunk of the rule is switched off or gone (trunk).</summary>
    TrunkSkipped,

    /// <summary>No call goes out by that trunk at this hour (trunk, hours).</summary>
    TrunkResting,

    /// <summary>That trunk carries no such calls (trunk, class).</summary>
    TrunkNotForClass,

    /// <summary>The caller is asked for a PIN, three times at most, before it is dialled (name).</summary>
    PinAsked,

    /// <summary>Refused, 403: a PIN is needed, and nobody is there who could be asked (name).</summary>
    PinNeeded,

    /// <summary>Refused, 480: no trunk of the rule is left (name).</summary>
    NoTrunk,

    /// <summary>Refused, 403: a limit against fraud is reached (limit).</summary>
    LimitReached,

    /// <summary>ENUM is asked first (suffix).</summary>
    EnumAsked,

    /// <summary>The call goes out by a trunk (trunk, number as sent, caller number as shown).</summary>
    TrunkTried,
}
