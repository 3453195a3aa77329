using System.Collections.Immutable;
using System.Text;

namespace Conference.Infrastructure.Import;

/// <summary>One line of meaning: <c>key = value</c> or <c>key => value</c>.</summary>
/// <param name="Line">1, 2, 3 … in the file.</param>
internal sealed record ConfEntry(string Key, string Value, int Line);

/// <summary>A section and what stands in it; the empty name for lines before any section.</summary>
/// <param name="IsTemplate"><c>[name](!)</c>: only there to be taken over by others.</param>
/// <param name="Templates"><c>[name](a,b)</c>: sections whose lines count as if they stood here first.</param>
internal sealed record ConfSection(string Name, bool IsTemplate, ImmutableArray<string> Templates, ImmutableArray<ConfEntry> Entries, int Line);

/// <summary>Reads Asterisk's configuration format: sections, <c>=</c> and <c>=></c>, <c>;</c> comments, <c>;-- … --;</c> blocks.</summary>
internal sealed class ConfFile
{
    /// <summary>More than any real file has; beyond it the rest is not read.</summary>
    private const int MostLines = 1_000_000;

    private const int MostTemplates = 20;

    private readonly ImmutableArray<ConfSection>.Builder _sections = ImmutableArray.CreateBuilder<ConfSection>();
    private readonly ImmutableArray<ConfEntry>.Builder _entries = ImmutableArray.CreateBuilder<ConfEntry>();
    private readonly Action<int, FormattableString> _report;
    private ConfSection _current = new("", false, [], [], 1);
    private int _blockSince; // line of an open ;-- , 0 when none is

    private ConfFile(Action<int, FormattableString> report) => _report = report;

    /// <summary>Reads a whole file; what is no line of the format is reported and left out.</summary>
    /// <param name="report">Given line number and sentence.</param>
    public static ImmutableArray<ConfSection> Read(string text, Action<int, FormattableString> report)
    {
        var file = new ConfFile(report);
        var number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (++number > MostLines)
            {
                report(number, $"The file has more than {MostLines} lines; the rest is not read.");
                break;
            }

            file.Take(line.ToString(), number);
        }

        if (file._blockSince > 0) report(file._blockSince, $"The comment that begins here with ';--' is never closed with '--;'; everything after it is left out.");
        file.EndSection();
        return file._sections.ToImmutable();
    }

    private void Take(string raw, int number)
    {
        var line = WithoutComment(raw, number).Trim();
        if (line.Length == 0) return;
        if (line[0] == '[') BeginSection(line, number);
        else if (line[0] == '#') _report(number, $"'{line.Split(' ', 2)[0]}' is not followed: put the lines of that file here.");
        else Add(line, number);
    }

    /// <summary>A semicolon begins a comment unless a backslash stands before it; <c>;--</c> begins one that ends at <c>--;</c>, on this line or a later one.</summary>
    private string WithoutComment(string line, int number)
    {
        var kept = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            if (_blockSince > 0)
            {
                var end = line.IndexOf("--;", i, StringComparison.Ordinal);
                if (end < 0) break;
                (i, _blockSince) = (end + 2, 0);
            }
            else if (line[i] == '\\' && i + 1 < line.Length && line[i + 1] == ';') kept.Append(line[++i]);
            else if (line[i] != ';') kept.Append(line[i]);
            else if (line.AsSpan(i).StartsWith(";--") && !line.AsSpan(i).StartsWith(";---")) (i, _blockSince) = (i + 2, number);
            else break;
        }

        return kept.ToString();
    }

    private void BeginSection(string line, int number)
    {
        var close = line.IndexOf(']', StringComparison.Ordinal);
        if (close < 2)
        {
            _report(number, $"This section name is empty or not closed with ']'.");
            return;
        }

        EndSection();
        var marks = line[(close + 1)..].Trim().Trim('(', ')').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        _current = new ConfSection(line[1..close].Trim(), marks.Contains("!"), [.. marks.Where(m => m is not ("!" or "+")).Distinct(StringComparer.OrdinalIgnoreCase).Take(MostTemplates)], [], number);
    }

    private void EndSection()
    {
        if (_entries.Count > 0 || _current.Name.Length > 0) _sections.Add(_current with { Entries = _entries.ToImmutable() });
        _entries.Clear();
    }

    private void Add(string line, int number)
    {
        var equals = line.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            _report(number, $"This line is neither 'key = value' nor a [section].");
            return;
        }

        var value = line[(equals + 1)..];
        _entries.Add(new ConfEntry(line[..equals].Trim(), (value.StartsWith('>') ? value[1..] : value).Trim(), number));
    }
}
