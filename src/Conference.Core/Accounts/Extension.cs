using System.Collections.Immutable;
using System.Net;
using Conference.Core.Routing;

namespace Conference.Core.Accounts;

/// <summary>How an extension behaves; what an extension and a template for extensions have in common. See <see cref="ExtensionCard"/> for what each means.</summary>
public abstract class ExtensionRules
{
    /// <summary>Longest number a call can be passed on to, and the longest shown outside.</summary>
    public const int TargetLength = 32;

    public const int GroupLength = 40;

    public bool IsEnabled { get; set; } = true;

    public string? Language { get; set; }

    public ImmutableArray<IPNetwork> AllowedNetworks { get; set; } = [];

    public ImmutableHashSet<CallClass> Permissions { get; set; } = [];

    public string? OutsideNumber { get; set; }

    public bool IsPrivate { get; set; }

    public TimeSpan RingTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public int MaxCalls { get; set; } = 4;

    public string? OnBusy { get; set; }

    public string? OnNoAnswer { get; set; }

    public string? OnUnreachable { get; set; }

    public bool DeclineEndsCall { get; set; }

    public LampVisibility Lamp { get; set; } = LampVisibility.Everybody;

    public string LampGroup { get; set; } = "";

    /// <summary>Takes over everything but number and name.</summary>
    public void Follow(ExtensionCard card)
    {
        (IsEnabled, Language, AllowedNetworks, Permissions) = (card.IsEnabled, card.Language, card.AllowedNetworks, card.Permissions);
        (OutsideNumber, IsPrivate, RingTimeout, MaxCalls) = (card.OutsideNumber, card.IsPrivate, card.RingTimeout, card.MaxCalls);
        (OnBusy, OnNoAnswer, OnUnreachable) = (card.OnBusy, card.OnNoAnswer, card.OnUnreachable);
        (DeclineEndsCall, Lamp, LampGroup) = (card.DeclineEndsCall, card.Lamp, card.Group);
    }

    /// <summary>The card of an extension that behaves like this.</summary>
    public ExtensionCard CardFor(string number, string name) => new(number, name)
    {
        IsEnabled = IsEnabled,
        Language = Language,
        AllowedNetworks = AllowedNetworks,
        Permissions = Permissions,
        OutsideNumber = OutsideNumber,
        IsPrivate = IsPrivate,
        RingTimeout = RingTimeout,
        MaxCalls = MaxCalls,
        OnBusy = OnBusy,
        OnNoAnswer = OnNoAnswer,
        OnUnreachable = OnUnreachable,
        DeclineEndsCall = DeclineEndsCall,
        Lamp = Lamp,
        Group = LampGroup,
    };
}

/// <summary>A phone number of the house and the name behind it; one or more devices ring and call as it.</summary>
public sealed class Extension : ExtensionRules
{
    /// <summary>15 digits and a star.</summary>
    public const int NumberLength = 16;
    public const int NameLength = 100;

    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>2 to 15 digits, perhaps after a star; unique.</summary>
    public required string Number { get; set; }

    /// <summary>The whole name: "First Last".</summary>
    public required string Name { get; set; }

    public string FirstName { get; set; } = "";

    public string Organisation { get; set; } = "";

    /// <summary>Somebody who signs in; one extension each.</summary>
    public string? PersonId { get; set; }

    public List<Device> Devices { get; } = [];

    public ExtensionCard Card => CardFor(Number, Name) with { FirstName = FirstName, Organisation = Organisation, PersonId = PersonId };

    /// <summary>Takes over all of a card.</summary>
    public void Become(ExtensionCard card)
    {
        (Number, Name, FirstName, Organisation, PersonId) = (card.Number, card.Name, card.FirstName, card.Organisation, card.PersonId);
        Follow(card);
    }
}

/// <summary>Settings that many extensions share: taken over when somebody applies it, not followed afterwards.</summary>
public sealed class ExtensionTemplate : ExtensionRules
{
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Unique.</summary>
    public required string Name { get; set; }
}
