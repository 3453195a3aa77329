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
internal sealed class DialplanReader(Action<int, string> report)
{
    /// <summary>Steps that change nothing on the way into a room.</summary>
    private static readonly ImmutableHashSet<string> s_harmless =
        ImmutableHashSet.Create(StringComparer.OrdinalIgnoreCase, "Answer", "NoOp", "Wait", "Ringing", "Verbose", "Progress", "Hangup");

    private readonly List<(string Exten, string Context, string Call, int Line)> _steps = [];
    private readonly List<(string Context, string Includes)> _includes = [];

    public ImmutableArray<NumberRule> Read(string text, ImmutableArray<RoomPlan> rooms)
    {
        foreach (var section in ConfFile.Read(text, report))
            if (!section.Name.Equals("general", StringComparison.OrdinalIgnoreCase) && !section.Name.Equals("globals", StringComparison.OrdinalIgnoreCase))
                ReadContext(section);
        return [.. _steps.GroupBy(s => (s.Exten, s.Context)).SelectMany(steps => RulesOf(steps.Key.Exten, steps.Key.Context, [.. steps], rooms))];
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
                    report(entry.Line, "'same =>' has no 'exten =>' before it.");
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

        report(entry.Line, "A number needs a priority and an application, as in 'exten => 6001,1,MeetMe(1234)'.");
        return null;
    }

    private void ReadStep(string exten, string rest, string context, int line)
    {
        var parts = rest.Split(',', 2);
        if (parts.Length == 2) _steps.Add((exten, context, parts[1].Trim(), line));
        else report(line, "A step needs a priority and an application, as in '1,MeetMe(1234)'.");
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

        return [];
    }

    private IEnumerable<NumberRule> Rules(string exten, string context, string arguments, int line, ImmutableArray<RoomPlan> rooms)
    {
        var parts = arguments.Split(',', '|').Select(p => p.Trim()).ToList();
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
        var reached = context.Length == 0 ? ImmutableHashSet<string>.Empty : ImmutableHashSet.Create(context);
        for (var before = -1; before != reached.Count;)
        {
            before = reached.Count;
            reached = reached.Union(_includes.Where(i => reached.Contains(i.Includes)).Select(i => i.Context));
        }

        return reached;
    }

    private static (string Name, string Arguments) Split(string call)
    {
        var open = call.IndexOf('(', StringComparison.Ordinal);
        return open < 0 ? (call.Trim(), "") : (call[..open].Trim(), call[(open + 1)..].TrimEnd().TrimEnd(')'));
    }
}
