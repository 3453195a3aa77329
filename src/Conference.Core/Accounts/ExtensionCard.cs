using System.Collections.Immutable;
using System.Net;
using Conference.Core.Routing;

namespace Conference.Core.Accounts;

/// <summary>What calls need to know of one extension: a number of the house, whoever's devices ring as it.</summary>
/// <param name="Number">2 to 15 digits, optionally after a star.</param>
/// <param name="Name">The name others see.</param>
public sealed record ExtensionCard(string Number, string Name)
{
    /// <summary>The part of <see cref="Name"/> that is a first name; empty for a place, or when nobody told them apart.</summary>
    public string FirstName { get; init; } = "";

    /// <summary>The rest of the name.</summary>
    public string LastName => Name[FirstName.Length..].TrimStart();

    /// <summary>Company or department, as a directory shows it; may be empty.</summary>
    public string Organisation { get; init; } = "";

    /// <summary>Whose phone it is among those who sign in, or <see langword="null"/>.</summary>
    public string? PersonId { get; init; }

    /// <summary>Switched off: devices still register, calls from it get 403 and calls to it 480.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>Language of what it is told: en, it, ru or zh; <see langword="null"/> for the site's.</summary>
    public string? Language { get; init; }

    /// <summary>Networks its devices may register and call from; empty for anywhere.</summary>
    public ImmutableArray<IPNetwork> AllowedNetworks { get; init; } = [];

    /// <summary>What it may dial. Rooms, extensions and emergency numbers are always allowed.</summary>
    public ImmutableHashSet<CallClass> Permissions { get; init; } = [];

    /// <summary>The number shown outside, or <see langword="null"/> for the trunk's own.</summary>
    public string? OutsideNumber { get; init; }

    /// <summary>Whether its number is withheld outside (RFC 3323).</summary>
    public bool IsPrivate { get; init; }

    /// <summary>How long its devices ring.</summary>
    public TimeSpan RingTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Simultaneous calls; a further one to it is busy, a further one from it is refused.</summary>
    public int MaxCalls { get; init; } = 4;

    /// <summary>Where a call goes when all devices are busy, or <see langword="null"/>.</summary>
    public string? OnBusy { get; init; }

    /// <summary>Where a call goes when nobody answers, or <see langword="null"/>.</summary>
    public string? OnNoAnswer { get; init; }

    /// <summary>Where a call goes when no device is registered, or <see langword="null"/>.</summary>
    public string? OnUnreachable { get; init; }

    /// <summary>Whether a device that declines (603) silences the others.</summary>
    public bool DeclineEndsCall { get; init; }

    /// <summary>Who may watch its lamp and pick its calls up.</summary>
    public LampVisibility Lamp { get; init; } = LampVisibility.Everybody;

    /// <summary>Who belongs together, for <see cref="LampVisibility.Group"/>; empty for nobody.</summary>
    public string Group { get; init; } = "";

    /// <summary>The name as others see it: "First Last".</summary>
    public static string Named(string first, string last) => $"{first.Trim()} {last.Trim()}".Trim();
}

/// <summary>Who sees whether an extension is in a call.</summary>
public enum LampVisibility
{
    Everybody,

    /// <summary>Extensions of the same group.</summary>
    Group,
    Nobody,
}
