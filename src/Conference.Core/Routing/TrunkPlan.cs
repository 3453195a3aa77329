using System.Collections.Immutable;
using System.Net;
using Conference.Sip.Trunks;

namespace Conference.Core.Routing;

/// <summary>A trunk as an administrator set it up: the line for signalling, and the rules for numbers and money.</summary>
/// <param name="Line">What signalling needs; its name is the trunk's.</param>
public sealed record TrunkPlan(TrunkLine Line)
{
    public bool IsEnabled { get; init; } = true;

    /// <summary>Addresses that may call without a digest, beside the registration's own flow; empty for none.</summary>
    public ImmutableArray<IPNetwork> PeerNetworks { get; init; } = [];

    /// <summary>Whether P-Asserted-Identity, Remote-Party-ID, Diversion and History-Info of it are believed.</summary>
    public bool TrustsIdentity { get; init; }

    /// <summary>Where the called number of an incoming call stands.</summary>
    public CalledNumberSource CalledFrom { get; init; } = CalledNumberSource.RequestUri;

    /// <summary>Called and calling numbers as they come in, to how the house writes them; the first that matches counts.</summary>
    public ImmutableArray<NumberRewrite> NumbersIn { get; init; } = [];

    /// <summary>Numbers as the house writes them, to what the provider wants; the first that matches counts.</summary>
    public ImmutableArray<NumberRewrite> NumbersOut { get; init; } = [];

    /// <summary>Who calls, as the provider wants to read it.</summary>
    public OutgoingIdentity Identity { get; init; } = OutgoingIdentity.AccountInFrom;

    /// <summary>Whether the number is written into Remote-Party-ID as well: older exchanges read nothing else.</summary>
    public bool WritesRemotePartyId { get; init; }

    /// <summary>How it is told who sent a call on to it.</summary>
    public RedirectionStyle Redirection { get; init; } = RedirectionStyle.Diversion;

    /// <summary>The number shown for extensions without one of their own, or <see langword="null"/> for the account.</summary>
    public string? MainNumber { get; init; }

    /// <summary>Simultaneous calls, both ways; <see langword="null"/> for no limit. Emergency calls pass it.</summary>
    public int? MaxChannels { get; init; }

    /// <summary>Calls begun by us per second; one more waits a moment or goes by another trunk. <see langword="null"/> for no limit. Emergency calls pass it.</summary>
    public int? MaxCallsPerSecond { get; init; }

    /// <summary>Kinds of calls it may carry out of the house; empty for all. Emergency calls always may.</summary>
    public ImmutableHashSet<CallClass> Classes { get; init; } = [];

    /// <summary>When calls may go out by it, or <see langword="null"/> for always. Emergency calls know no hours.</summary>
    public TimeTable? Hours { get; init; }

    /// <summary>Answers after which the next trunk of a rule is tried, beside silence and a broken connection; empty for those that usually speak of the trunk and not of the number.</summary>
    public ImmutableArray<int> FailoverCodes { get; init; } = [];

    /// <summary>Whether voices on it are encrypted.</summary>
    public VoiceProtection Protection { get; init; }

    /// <summary>What callers hear of it before it answers.</summary>
    public EarlyMedia EarlyMedia { get; init; }

    /// <summary>Headers written into every call to it.</summary>
    public ImmutableArray<ExtraHeader> ExtraHeaders { get; init; } = [];

    /// <summary>Names of codecs in order, for instance PCMA, PCMU, G722; empty for all we have.</summary>
    public ImmutableArray<string> Codecs { get; init; } = [];

    /// <summary>How keys are sent to it.</summary>
    public KeyMode Keys { get; init; } = KeyMode.Events;

    /// <summary>Whether user=phone is written.</summary>
    public bool WritesUserPhone { get; init; }
}

public enum CalledNumberSource
{
    RequestUri,
    To,
    CalledPartyId,
}

/// <summary>How an outgoing call names its caller.</summary>
public enum OutgoingIdentity
{
    /// <summary>From is the account; the number stands in P-Asserted-Identity.</summary>
    AccountInFrom,

    /// <summary>From is the account; the number stands in P-Preferred-Identity.</summary>
    AccountInFromPreferred,

    /// <summary>From is the number.</summary>
    NumberInFrom,
}

/// <summary>How a call that was forwarded names the one who forwarded it.</summary>
public enum RedirectionStyle
{
    /// <summary>Diversion (RFC 5806): what most providers read.</summary>
    Diversion,

    /// <summary>History-Info (RFC 7044).</summary>
    HistoryInfo,

    /// <summary>Both, for those who say different things on different days.</summary>
    Both,

    /// <summary>Neither.</summary>
    Nothing,
}

/// <summary>What a caller hears before the called side answers.</summary>
public enum EarlyMedia
{
    /// <summary>What the trunk sends: announcements, its own ringing.</summary>
    Accept,

    /// <summary>Nothing of it: silence, until the trunk says that it rings.</summary>
    Ignore,

    /// <summary>Ringing from the first sign of life on, whatever the trunk plays.</summary>
    Ringing,
}

/// <param name="Name">A token; none that calls are routed or known by.</param>
/// <param name="Value">One line.</param>
public sealed record ExtraHeader(string Name, string Value);
