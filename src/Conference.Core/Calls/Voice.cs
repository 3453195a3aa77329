using Conference.Media.Files;

namespace Conference.Core.Calls;

/// <summary>The spoken sentences, by the names telephone people know them by.</summary>
/// <param name="find">Looks a prompt up by language and name; <see langword="null"/> when it is not there.</param>
/// <param name="site">The language of the house.</param>
public sealed class Voice(Func<string, string, Sound?> find, Func<string> site)
{
    private const string BuiltIn = "en";

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

    private string? Language { get; init; }

    /// <summary>The same voice for somebody who has a language of his own.</summary>
    /// <param name="language">en, it, ru or zh; <see langword="null"/> for that of the house.</param>
    public Voice In(string? language) => language is null ? this : new(find, site) { Language = language };

    /// <summary>The sounds of some sentences, in order; a missing one is left out rather than ending the call.</summary>
    public IReadOnlyList<Sound> Say(params IEnumerable<string> keys) => [.. keys.Select(Find).OfType<Sound>()];

    private Sound? Find(string key) => (Language is null ? null : find(Language, key)) ?? find(site(), key) ?? find(BuiltIn, key);
}
