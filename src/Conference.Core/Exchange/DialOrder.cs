using System.Collections.Immutable;
using Conference.Core.Accounts;
using Conference.Core.Calls;
using Conference.Core.Routing;
using Conference.Media.Sessions;
using Conference.Sip.Calls;

namespace Conference.Core.Exchange;

/// <summary>Somebody is to be reached.</summary>
/// <param name="Target">Where the router sent the call.</param>
/// <param name="From">Who calls, as the called side is told.</param>
/// <param name="Record">Where the call is told of.</param>
internal sealed record DialOrder(RouteTarget Target, LegParty From, CallRecord Record)
{
    /// <summary>Whose permissions and limits it takes; <see langword="null"/> for somebody outside, who may only call inside.</summary>
    public ExtensionCard? Payer { get; init; }

    /// <summary>Device that must not ring: the one that calls.</summary>
    public string? NotDevice { get; init; }

    /// <summary>The codec of the calling leg, to be offered first; empty for none.</summary>
    public string Codec { get; init; } = "";

    /// <summary>Whether the calling leg has a camera: then the other is offered pictures, too.</summary>
    public bool HasVideo { get; init; }

    public int MaxForwards { get; init; } = 70;

    /// <summary>Among how many at once the call may be split (RFC 5393).</summary>
    public int MaxBreadth { get; init; } = OutgoingCall.UsualBreadth;

    public ImmutableArray<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>How often the call was sent on before.</summary>
    public int Hops { get; init; }

    /// <summary>Who of the house sent it on last, or <see langword="null"/>.</summary>
    public Diversion? Diversion { get; init; }

    /// <summary>Whether the caller has typed the PIN that the rule asks for.</summary>
    public bool HasGivenPin { get; init; }

    /// <summary>Hears of 101 to 199, with the audio of whoever said it.</summary>
    public Func<CallProgress, IMediaSession?, ValueTask>? OnProgress { get; init; }
}

/// <summary>How it went.</summary>
/// <param name="Leg">Who answered; not yet led anywhere. <see langword="null"/> when nobody did.</param>
/// <param name="Elsewhere">The call leads into a room or the menu, and not to a leg.</param>
/// <param name="Status">200, or the refusal for the caller.</param>
/// <param name="Reason">Its phrase.</param>
internal sealed record DialEnd(CallLeg? Leg, RouteTarget? Elsewhere, int Status, string Reason)
{
    public static DialEnd Refused(int status, string reason) => new(null, null, status, reason);

    /// <summary>What the telephone network gave as its cause (Q.850), or <see langword="null"/>.</summary>
    public int? Cause { get; init; }

    /// <summary>What a page is told when the router or a limit said no.</summary>
    public RouteReason? Why { get; init; }
}
