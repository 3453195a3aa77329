using System.Collections.Immutable;

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
    private const int MostLines = 100_000;

    private readonly ImmutableArray<ConfSection>.Builder _sections = ImmutableArray.CreateBuilder<ConfSection>();
    private readonly ImmutableArray<ConfEntry>.Builder _entries = ImmutableArray.CreateBuilder<ConfEntry>();
    private readonly Action<int, string> _report;
    private ConfSection _current = new("", false, [], [], 1);
    private bool _inBlock;

    private ConfFile(Action<int, string> report) => _report = report;

    /// <summary>Reads a whole file; what is no line of the format is reported and left out.</summary>
    /// <param name="report">Given line number and sentence.</param>
    public static ImmutableArray<ConfSection> Read(string text, Action<int, string> report)
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

        file.EndSection();
        return file._sections.ToImmutable();
    }

    private void Take(string raw, int number)
    {
        var line = WithoutComment(raw).Trim();
        if (line.Length == 0) return;
        if (line[0] == '[') BeginSection(line, number);
        else if (line[0] == '#') _report(number, $"'{line.Split(' ', 2)[0]}' is not followed: put the lines of that file here.");
        else Add(line, number);
    }

    /// <summary>A semicolon begins a comment unless a backslash stands before it.</summary>
    private string WithoutComment(string line)
    {
        if (_inBlock)
        {
            var end = line.IndexOf("--;", StringComparison.Ordinal);
            if (end < 0) return "";
            _inBlock = false;
            return WithoutComment(line[(end + 3)..]);
        }

        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] != ';' || (i > 0 && line[i - 1] == '\\')) continue;
            if (!line.AsSpan(i).StartsWith(";--") || line.AsSpan(i).StartsWith(";---")) return line[..i].Replace("\\;", ";", StringComparison.Ordinal);
            _inBlock = true;
            return line[..i] + WithoutComment(line[(i + 3)..]);
        }

        return line.Replace("\\;", ";", StringComparison.Ordinal);
    }

    private void BeginSection(string line, int number)
    {
        var close = line.IndexOf(']', StringComparison.Ordinal);
        if (close < 2)
        {
            _report(number, $"'{line}' does not close its section name with ']'.");
            return;
        }

        EndSection();
        var marks = line[(close + 1)..].Trim().Trim('(', ')').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        _current = new ConfSection(line[1..close].Trim(), marks.Contains("!"), [.. marks.Where(m => m is not ("!" or "+"))], [], number);
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
            _report(number, "This line is neither 'key = value' nor a [section].");
            return;
        }

        var value = line[(equals + 1)..];
        _entries.Add(new ConfEntry(line[..equals].Trim(), (value.StartsWith('>') ? value[1..] : value).Trim(), number));
    }
}
