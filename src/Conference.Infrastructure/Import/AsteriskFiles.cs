using System.Collections.Frozen;
using System.Collections.Immutable;
using Conference.Core;
using Conference.Core.Accounts;
using Conference.Core.Calls;
using Conference.Core.Rooms;
using Conference.Infrastructure.Accounts;

namespace Conference.Infrastructure.Import;

/// <summary>Reads <c>meetme.conf</c>, <c>sip.conf</c> and <c>extensions.conf</c> as they stand. A bad line is reported; the rest works.</summary>
/// <param name="realm">Digest realm the secrets of <c>sip.conf</c> are hashed for.</param>
public sealed class AsteriskFiles(string realm)
{
    public const string Rooms = "meetme.conf";
    public const string Phones = "sip.conf";
    public const string Numbers = "extensions.conf";

    /// <summary>Nobody reads more about one file.</summary>
    private const int MostProblems = 500;

    /// <summary>MeetMe counts nobody: a room of its file is as large as the machine carries.</summary>
    private const int MostSeats = 10_000;

    /// <summary>Keys of a phone that are honoured, and those that only say how to reach or encode, which is settled with each phone anew.</summary>
    private static readonly FrozenSet<string> s_phoneKeys = new[]
    {
        "type", "secret", "host", "context", "callerid", "call-limit",
        "nat", "qualify", "qualifyfreq", "canreinvite", "directmedia", "allow", "disallow", "dtmfmode", "port", "defaultip", "defaultuser", "username",
        "language", "mailbox", "accountcode", "amaflags", "videosupport", "progressinband", "rtptimeout", "rtpholdtimeout", "session-timers",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly ImmutableArray<ImportProblem>.Builder _problems = ImmutableArray.CreateBuilder<ImportProblem>();

    public static IReadOnlyList<string> Names { get; } = [Rooms, Phones, Numbers];

    /// <summary>Reads the texts of the files; an absent one is empty.</summary>
    public static AsteriskPlan Read(string realm, IReadOnlyDictionary<string, string> texts)
    {
        var files = new AsteriskFiles(realm);
        var rooms = files.ReadRooms(texts.GetValueOrDefault(Rooms, ""));
        var (devices, guests) = files.ReadPhones(texts.GetValueOrDefault(Phones, ""));
        var numbers = new DialplanReader(files.Report(Numbers)).Read(texts.GetValueOrDefault(Numbers, ""), rooms);
        return new AsteriskPlan(rooms, devices, numbers, files._problems.ToImmutable(), guests);
    }

    /// <summary><c>conf => 1234[,pin[,adminpin]]</c>; as in Asterisk, the first line of a number counts.</summary>
    private ImmutableArray<RoomPlan> ReadRooms(string text)
    {
        var report = Report(Rooms);
        var rooms = new Dictionary<RoomNumber, RoomPlan>();
        var sections = ConfFile.Read(text, report);
        foreach (var other in sections.Where(s => !IsSection(s, "rooms") && !s.Entries.IsEmpty)) report(other.Line, $"[{other.Name}] is not used; rooms stand in [rooms].");
        foreach (var entry in sections.Where(s => IsSection(s, "rooms")).SelectMany(s => s.Entries))
        {
            if (!entry.Key.Equals("conf", StringComparison.OrdinalIgnoreCase)) report(entry.Line, $"'{entry.Key}' is not known here; rooms are written as 'conf => number,pin,adminpin'.");
            else if (ReadRoom(entry, report) is not { } room) continue;
            else if (!rooms.TryAdd(room.Number, room)) report(entry.Line, $"Room {room.Number} stands here a second time; its first line counts.");
        }

        return [.. rooms.Values];
    }

    private static RoomPlan? ReadRoom(ConfEntry entry, Action<int, FormattableString> report)
    {
        var parts = entry.Value.Split(',', '|').Select(p => p.Trim()).ToList();
        if (!IsDiallable(parts[0]))
        {
            report(entry.Line, $"A room needs a number of 1 to 20 digits, as in 'conf => 1234,pin,adminpin'.");
            return null;
        }

        var (pin, adminPin) = (parts.ElementAtOrDefault(1) ?? "", parts.ElementAtOrDefault(2) ?? "");
        if (!IsTypable(pin) || !IsTypable(adminPin)) report(entry.Line, $"A PIN holds something no telephone can type; callers will not get past it.");
        return new RoomPlan(new RoomNumber(parts[0]), $"Room {parts[0]}", adminPin, pin, Seats: MostSeats);
    }

    private (ImmutableArray<DeviceCard> Devices, string? GuestContext) ReadPhones(string text)
    {
        var report = Report(Phones);
        var sections = ConfFile.Read(text, report);
        var templates = sections.Where(s => s.IsTemplate).ToLookup(s => s.Name, StringComparer.OrdinalIgnoreCase);
        var devices = new Dictionary<string, DeviceCard>(StringComparer.OrdinalIgnoreCase);
        string? guests = null;
        foreach (var section in sections.Where(s => !s.IsTemplate))
        {
            if (IsSection(section, "general") && section.Name.Length > 0) guests = ReadGeneral(section, report);
            else if (section.Name.Length == 0) report(section.Line, $"Lines before the first [user] belong to nobody.");
            else if (IsSection(section, "authentication")) report(section.Line, $"[authentication] is for outgoing calls and is not used.");
            else if (ReadPhone(section, templates, report) is { } device && !devices.TryAdd(device.Username, device)) report(section.Line, $"[{section.Name}] stands here a second time; the first one counts.");
        }

        return ([.. devices.Values], guests);
    }

    private DeviceCard? ReadPhone(ConfSection section, ILookup<string, ConfSection> templates, Action<int, FormattableString> report)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in section.Templates.SelectMany(t => templates[t]).SelectMany(t => t.Entries).Concat(section.Entries)) values[entry.Key] = entry.Value;

        foreach (var entry in section.Entries.Where(e => !s_phoneKeys.Contains(e.Key))) report(entry.Line, $"'{entry.Key}' of [{section.Name}] is not honoured yet; the phone works without it.");
        if (!DeviceDirectory.IsUsername(section.Name)) return Not($"[{section.Name}] is no user name: letters, digits, dot, dash and underscore only.");
        if (values.GetValueOrDefault("type", "friend") is var type and not ("friend" or "user" or "peer")) return Not($"type={type} is not known; write type=friend.");
        if (values.GetValueOrDefault("host", "dynamic") is var host and not "dynamic") return Not($"[{section.Name}] has host={host}: only phones that sign in (host=dynamic) are taken over.");
        if (values.GetValueOrDefault("secret") is not { Length: > 0 } secret) return Not($"[{section.Name}] has no secret=, so nobody may sign in as it.");

        var (md5, sha256, sha512) = DigestSecrets.Hash(section.Name, realm, secret);
        var (name, number) = CallerId(values.GetValueOrDefault("callerid", ""), section.Name);
        return new DeviceCard(section.Name, number, name, md5, sha256, values.GetValueOrDefault("context"), CallLimit(values)) { Ha1Sha512Of256 = sha512 };

        DeviceCard? Not(FormattableString sentence)
        {
            report(section.Line, sentence);
            return null;
        }
    }

    private static string? ReadGeneral(ConfSection general, Action<int, FormattableString> report)
    {
        foreach (var entry in general.Entries.Where(e => e.Key.ToLowerInvariant() is not ("allowguest" or "context") && !s_phoneKeys.Contains(e.Key)))
            report(entry.Line, $"'{entry.Key}' of [general] is not honoured; listening, names and codecs are set in appsettings.json.");
        return GuestContext(general);
    }

    /// <summary>Guests get in only where the file says so in as many words, unlike Asterisk, where silence meant yes.</summary>
    private static string? GuestContext(ConfSection general)
    {
        var allow = general.Entries.LastOrDefault(e => e.Key.Equals("allowguest", StringComparison.OrdinalIgnoreCase))?.Value;
        return allow is "yes" or "true" or "1" or "on"
            ? general.Entries.LastOrDefault(e => e.Key.Equals("context", StringComparison.OrdinalIgnoreCase))?.Value ?? "default"
            : null;
    }

    /// <summary><c>"Anna Rossi" &lt;201&gt;</c>, <c>Anna &lt;201&gt;</c>, <c>201</c> or nothing.</summary>
    private static (string Name, string Number) CallerId(string text, string username)
    {
        var open = text.IndexOf('<', StringComparison.Ordinal);
        var number = (open >= 0 ? text[(open + 1)..].TrimEnd('>', ' ') : text).Trim();
        var name = (open >= 0 ? text[..open] : "").Trim().Trim('"').Trim();
        if (number.Length == 0 || !number.All(c => char.IsAsciiDigit(c) || c == '+')) number = username;
        return (name.Length > 0 ? name : username, number);
    }

    private static int? CallLimit(Dictionary<string, string> values) =>
        int.TryParse(values.GetValueOrDefault("call-limit"), System.Globalization.CultureInfo.InvariantCulture, out var limit) && limit > 0 ? limit : null;

    /// <summary>Lines before any section are taken as meant: guides show them so.</summary>
    private static bool IsSection(ConfSection section, string name) => section.Name.Length == 0 || section.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    internal static bool IsDiallable(string number) => number.Length is > 0 and <= 20 && number.All(char.IsAsciiDigit);

    /// <summary>Letters pass: guides write the word 'pin' where a number belongs, and that must not lose the room.</summary>
    private static bool IsTypable(string pin) => pin.All(c => char.IsAsciiDigit(c) || c is '*');

    /// <summary>Words of a file are shown to people: one line, nothing invisible, not without end.</summary>
    private Action<int, FormattableString> Report(string file)
    {
        var said = 0;
        return (line, sentence) =>
        {
            if (++said < MostProblems) _problems.Add(ImportSentence.Of(file, line, sentence));
            else if (said == MostProblems) _problems.Add(ImportSentence.Of(file, 0, $"There are more than {MostProblems - 1} lines like these; mend some to see the rest."));
        };
    }
}
