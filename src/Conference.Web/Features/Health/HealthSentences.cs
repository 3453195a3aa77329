using Conference.Media.Recording;
using Conference.Media.Sessions;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Health;

/// <summary>How the parts are doing, in words.</summary>
public static class HealthSentences
{
    public static string OfPart(string part, IStringLocalizer T) => part switch
    {
        "database" => T["Database"],
        "sip" => T["Signalling"],
        "media" => T["Mixer"],
        "disk" => T["Disk"],
        _ => part,
    };

    /// <summary>What recordings do with the space that is left.</summary>
    public static string Of(DiskLevel level, IStringLocalizer T) => level switch
    {
        DiskLevel.Fine => T["Space enough"],
        DiskLevel.Low => T["Little space: no recording is started"],
        DiskLevel.Scarce => T["Very little space: recordings go on without tracks of the talkers"],
        _ => T["No space: recordings wait until there is some"],
    };

    /// <summary>What a mixer gives up for now.</summary>
    public static string Of(OverloadStep step, IStringLocalizer T) => step switch
    {
        OverloadStep.None => T["Time for everything"],
        OverloadStep.Closed => T["Full: new calls go to other mixers, or are refused"],
        OverloadStep.Simple or OverloadStep.Simpler or OverloadStep.Simplest => T["Short of time: Opus is encoded with less effort"],
        OverloadStep.Spare => T["Very short of time: whoever is silent is not decoded, video waits"],
        _ => T["Too much work: audio is left out"],
    };
}
