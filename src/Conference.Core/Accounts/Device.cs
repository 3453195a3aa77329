using System.Collections.Immutable;
using System.Net;
using Conference.Core.Routing;

namespace Conference.Core.Accounts;

/// <summary>A phone that registers: its credentials, kept so that digest works without the clear text.</summary>
public sealed class Device
{
    public const int UsernameLength = 64;
    public const int LabelLength = 100;

    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Letters, digits, dot, dash, underscore; unique without regard to case.</summary>
    public required string Username { get; set; }

    /// <summary>H(A1) by MD5 for the realm of this installation, lower-case hex.</summary>
    public required string Ha1Md5 { get; set; }

    /// <summary>H(A1) by SHA-256, lower-case hex.</summary>
    public required string Ha1Sha256 { get; set; }

    /// <summary>H(A1) by SHA-512/256, lower-case hex; empty for a secret older than that.</summary>
    public string Ha1Sha512Of256 { get; set; } = "";

    public Guid ExtensionId { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>What people call it: desk, mobile, reception.</summary>
    public string Label { get; set; } = "";

    /// <summary>Networks it may come from, beside what its extension allows; empty for anywhere.</summary>
    public ImmutableArray<IPNetwork> AllowedNetworks { get; set; } = [];

    /// <summary>Transports it may register by; empty for any.</summary>
    public ImmutableHashSet<string> Transports { get; set; } = [];

    /// <summary>Whether answers go to the port it sends from even when it does not ask for that.</summary>
    public bool ForcesRport { get; set; }

    /// <summary>Codecs by name, best first; empty for all.</summary>
    public ImmutableArray<string> Codecs { get; set; } = [];

    public VoiceProtection Protection { get; set; }

    public KeyMode Keys { get; set; }

    /// <summary>How it is asked to prove that it knows its secret, first to last, and no other way; empty for MD5 and SHA-256.</summary>
    public ImmutableArray<SecretHash> Algorithms { get; set; } = [];

    /// <summary>Whether it may call with its secret alone, without being registered.</summary>
    public bool PlacesUnregistered { get; set; } = true;

    /// <summary>How voices and keys travel to it.</summary>
    public VoiceProfile Voice => new() { Codecs = Codecs, Protection = Protection, Keys = Keys };

    /// <summary>Takes over all of some settings.</summary>
    public void Follow(DeviceSettings settings)
    {
        (Label, AllowedNetworks, Transports, ForcesRport) = (settings.Label, settings.AllowedNetworks, settings.Transports, settings.ForcesRport);
        (Codecs, Protection, Keys) = (settings.Voice.Codecs, settings.Voice.Protection, settings.Voice.Keys);
        (Algorithms, PlacesUnregistered) = (settings.Algorithms, settings.PlacesUnregistered);
    }

    /// <summary>What signalling needs to know of it.</summary>
    public DeviceCard CardOf(Extension extension) => new(Username, extension.Number, extension.Name, Ha1Md5, Ha1Sha256)
    {
        Label = Label,
        AllowedNetworks = AllowedNetworks,
        Transports = Transports,
        ForcesRport = ForcesRport,
        Voice = Voice,
        Algorithms = Algorithms,
        PlacesUnregistered = PlacesUnregistered,
        Ha1Sha512Of256 = Ha1Sha512Of256,
        PersonId = extension.PersonId,
    };
}

/// <summary>What signalling needs to know of one device, wherever it was configured.</summary>
/// <param name="Context">The dialplan context of <c>sip.conf</c> it may dial in, or <see langword="null"/> for all.</param>
public sealed record DeviceCard(string Username, string Extension, string Name, string Ha1Md5, string Ha1Sha256, string? Context = null, int? MaxCalls = null) : DeviceSettings
{
    /// <summary>H(A1) by SHA-512/256; empty when it was not kept.</summary>
    public string Ha1Sha512Of256 { get; init; } = "";

    /// <summary>Whose phone it is among those who sign in on the pages, or <see langword="null"/>.</summary>
    public string? PersonId { get; init; }

    /// <summary>Hashes stay out of logs.</summary>
    public override string ToString() => $"device {Username}";
}

/// <summary>Where a device can be reached now.</summary>
public sealed record Reachable(string Username, string Address, string Transport, DateTimeOffset Since, DateTimeOffset Until, string? UserAgent)
{
    /// <summary>Whether it is registered but answers no more: calls need not try it.</summary>
    public bool IsSilent { get; init; }
}
