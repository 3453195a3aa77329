using System.Collections.Immutable;
using Conference.Core;
using Conference.Core.Calls;
using Conference.Core.Rooms;

namespace Conference.Infrastructure.Import;

/// <summary>Reads the numbers of <c>extensions.conf</c> that lead into rooms.</summary>
/// <remarks>
/// Understood: <c>exten => 6001,1,MeetMe(1234,options,pin)</c>, <c>same => n,…</c>, labels, <c>include =></c>, <c>_6XXX</c> patterns whose
/// room is <c>${EXTEN}</c> or fixed, and before MeetMe the steps Answer, NoOp, Wait, Ringing, Verbose. Everything else is reported with its line.
/// </remarks>
internal sealed class DialplanReader(Action<int, FormattableString> report)
{
    /// <summary>Steps that change nothing on the way into a room.</summary>
    private static readonly ImmutableHashSet<string> s_harmless =
        ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, "Answer", "NoOp", "Wait", "Ringing", "Verbose", "Progress", "Hangup");

    /// <summary>Numbers in all; patterns over many rooms multiply.</summary>
    private const int MostRules = 100_000;

    /// <summary>As deep as Asterisk follows includes.</summary>
    private const int DeepestInclude = 128;

    /// <summary>Contexts that reach numbers, over all numbers; beyond any real dialplan, a context reaches only its own.</summary>
    private const int MostReached = 1_000_000;

    private readonly List<(string Exten, string Context, string Call, int Line)> _steps = [];
    private readonly Dictionary<string, ImmutableHashSet<string>> _reaching = [];
    private ILookup<string, string>? _includers;
    private int _reachedInAll;
    private readonly List<(string Context, string Includes)> _includes = [];

    public ImmutableArray<NumberRule> Read(string text, ImmutableArray<RoomPlan> rooms)
    {
        foreach (var section in ConfFile.Read(text, report))
        {
            if (section.Name.Equals("globals", StringComparison.OrdinalIgnoreCase)) report(section.Line, $"The variables of [globals] are not used.");
            else if (!section.Name.Equals("general", StringComparison.OrdinalIgnoreCase)) ReadContext(section);
        }

        ImmutableArray<NumberRule> rules = [.. _steps.GroupBy(s => (s.Exten, s.Context)).SelectMany(steps => RulesOf(steps.Key.Exten, steps.Key.Context, [.. steps], rooms)).Take(MostRules + 1)];
        if (rules.Length <= MostRules) return rules;
        report(0, $"The numbers and patterns come to more than {MostRules}; the rest is left out.");
        return rules[..MostRules];
    }

    private void ReadContext(ConfSection section)
    {
        string? last = null;
        foreach (var entry in section.Entries)
        {
            switch (entry.Key.ToLowerInvariant())
            {
                case "exten":
                    last = ReadExten(entry, section.Name) ?? last;
                    break;
                case "same" when last is null:
                    report(entry.Line, $"'same =>' has no 'exten =>' before it.");
                    break;
                case "same":
                    ReadStep(last, entry.Value, section.Name, entry.Line);
                    break;
                case "include":
                    _includes.Add((section.Name, entry.Value));
                    break;
                default:
                    report(entry.Line, $"'{entry.Key}' is not known here; numbers are written as 'exten => 6001,1,MeetMe(1234)'.");
                    break;
            }
        }
    }

    private string? ReadExten(ConfEntry entry, string context)
    {
        var comma = entry.Value.IndexOf(',', StringComparison.Ordinal);
        if (comma > 0)
        {
            var exten = entry.Value[..comma].Trim();
            ReadStep(exten, entry.Value[(comma + 1)..], context, entry.Line);
            return exten;
        }

        report(entry.Line, $"A number needs a priority and an application, as in 'exten => 6001,1,MeetMe(1234)'.");
        return null;
    }

    private void ReadStep(string exten, string rest, string context, int line)
    {
        var parts = rest.Split(',', 2);
        if (parts.Length < 2) report(line, $"A step needs a priority and an application, as in '1,MeetMe(1234)'.");
        else if (parts[0].Trim().Equals("hint", StringComparison.OrdinalIgnoreCase)) report(line, $"The hint of {exten} is not used.");
        else if (!IsPriority(parts[0].Trim())) report(line, $"The priority must be a number or 'n', as in '1,MeetMe(1234)'.");
        else _steps.Add((exten, context, parts[1].Trim(), line));
    }

    /// <summary><c>1</c>, <c>n</c>, <c>n(label)</c>, <c>s+2</c>.</summary>
    private static bool IsPriority(string text)
    {
        var bare = text.AsSpan(0, text.IndexOf('(', StringComparison.Ordinal) is >= 0 and var open ? open : text.Length);
        return bare.Length > 0 && (bare[0] is 'n' or 's' or 'N' or 'S' || !bare.ContainsAnyExceptInRange('0', '9'));
    }

    private IEnumerable<NumberRule> RulesOf(string exten, string context, List<(string Exten, string Context, string Call, int Line)> steps, ImmutableArray<RoomPlan> rooms)
    {
        foreach (var step in steps)
        {
            var (name, arguments) = Split(step.Call);
            if (name.Equals("MeetMe", StringComparison.OrdinalIgnoreCase)) return Rules(exten, context, arguments, step.Line, rooms);
            if (s_harmless.Contains(name)) continue;
            report(step.Line, $"{name}() is not run yet, so {exten} leads nowhere. Numbers that go straight to MeetMe() work.");
            return [];
        }

        report(steps[0].Line, $"{exten} does not come to MeetMe(), so it leads nowhere.");
        return [];
    }

    private IEnumerable<NumberRule> Rules(string exten, string context, string arguments, int line, ImmutableArray<RoomPlan> rooms)
    {
        var parts = Arguments(arguments);
        var options = MeetMeLetters.Read(parts.ElementAtOrDefault(1) ?? "", sentence => report(line, sentence));
        var pin = parts.ElementAtOrDefault(2) is { Length: > 0 } given ? given : null;
        var numbers = exten.StartsWith('_') ? Expand(exten, parts[0], line, rooms) : Plain(exten, line);
        foreach (var number in numbers)
        {
            var room = parts[0].Replace("${EXTEN}", number, StringComparison.OrdinalIgnoreCase);
            if (room.Length > 0 && !AsteriskFiles.IsDiallable(room)) report(line, $"MeetMe({parts[0]}) names no room number.");
            else yield return new NumberRule(number, ContextsReaching(context), room.Length > 0 ? new RoomNumber(room) : null, options, pin);
        }
    }

    private IEnumerable<string> Plain(string exten, int line)
    {
        if (AsteriskFiles.IsDiallable(exten.Replace("*", "", StringComparison.Ordinal))) return [exten];
        report(line, $"'{exten}' is no number that can be dialled into a room.");
        return [];
    }

    /// <summary>A pattern stands for the rooms it can reach: those of <c>meetme.conf</c> it matches.</summary>
    private IEnumerable<string> Expand(string pattern, string room, int line, ImmutableArray<RoomPlan> rooms)
    {
        if (!room.Contains("${EXTEN}", StringComparison.OrdinalIgnoreCase))
        {
            report(line, $"The pattern {pattern} leads to one fixed room; write the numbers out instead.");
            return [];
        }

        return rooms.Select(r => r.Number.Value).Where(n => DialPattern.Matches(pattern, n));
    }

    /// <summary>The context itself and every one that includes it, directly or through others; none for lines outside any context.</summary>
    private ImmutableHashSet<string> ContextsReaching(string context)
    {
        if (_reaching.TryGetValue(context, out var known)) return known;
        _includers ??= _includes.ToLookup(i => i.Includes, i => i.Context);
        var reached = context.Length == 0 ? new HashSet<string>() : [context];
        var latest = reached.ToList();
        for (var depth = 0; depth < DeepestInclude && latest.Count > 0 && _reachedInAll < MostReached; depth++)
            latest = [.. latest.SelectMany(c => _includers[c]).Where(reached.Add)];
        _reachedInAll += reached.Count;
        return _reaching[context] = [.. reached];
    }

    /// <summary>What commas and bars divide, except inside the brackets of an option: <c>1234,w(30)M(a,b),pin</c>.</summary>
    private static List<string> Arguments(string text)
    {
        var (parts, depth, start) = (new List<string>(), 0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth > 0 || text[i] is not (',' or '|')) continue;
            parts.Add(text[start..i].Trim());
            start = i + 1;
        }

        parts.Add(text[start..].Trim());
        return parts;
    }

    /// <summary><c>MeetMe(1234,M)</c>, and <c>MeetMe,1234|M</c> of the oldest files.</summary>
    private static (string Name, string Arguments) Split(string call)
    {
        var end = call.AsSpan().IndexOfAny('(', ',', '|');
        if (end < 0) return (call.Trim(), "");
        var arguments = call[(end + 1)..].TrimEnd();
        return (call[..end].Trim(), call[end] == '(' && arguments.EndsWith(')') ? arguments[..^1] : arguments);
    }
}
