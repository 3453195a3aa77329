using Conference.Media.Files;

namespace Conference.Core.Calls;

/// <summary>The spoken sentences, by the names telephone people know them by.</summary>
/// <param name="find">Looks a prompt up; <see langword="null"/> when it is not there.</param>
public sealed class Voice(Func<string, Sound?> find)
{
    public const string GetNumber = "conf-getconfno";
    public const string InvalidNumber = "conf-invalid";
    public const string GetPin = "conf-getpin";
    public const string InvalidPin = "conf-invalidpin";
    public const string Goodbye = "conf-goodbye";
    public const string TooEarly = "conf-has-not-started";
    public const string Locked = "conf-locked";
    public const string Full = "conf-full";
    public const string OnlyPerson = "conf-onlyperson";
    public const string WaitForHost = "conf-waitforleader";
    public const string PlacedInto = "conf-placeintoconf";
    public const string Removed = "conf-kicked";
    public const string Muted = "conf-muted";
    public const string Unmuted = "conf-unmuted";
    public const string Ended = "conf-ended";
    public const string PressOne = "conf-press-one";
    public const string Recording = "conf-now-recording";
    public const string RecordingStopped = "conf-recording-stopped";

    /// <summary>Every sentence the call desk can say.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        GetNumber, InvalidNumber, GetPin, InvalidPin, Goodbye, TooEarly, Locked, Full, OnlyPerson, WaitForHost,
        PlacedInto, PressOne, Removed, Muted, Unmuted, Ended, Recording, RecordingStopped,
    ];

    /// <summary>The sounds of some sentences, in order; a missing one is left out rather than ending the call.</summary>
    public IReadOnlyList<Sound> Say(params IEnumerable<string> keys) => [.. keys.Select(find).OfType<Sound>()];
}
