using System.Text.RegularExpressions;

namespace Conference.Sip.Tests;

/// <summary>Namespaces equal folders, so a using line is an arrow; these are all the arrows there may be.</summary>
public partial class FolderArrowTests
{
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Messages"] = [],
        ["Loop"] = [],
        ["Digests"] = ["Messages"],
        ["Transport"] = ["Messages"],
        ["Resolver"] = ["Messages", "Transport"],
        ["Transactions"] = ["Messages", "Loop", "Transport"],
        ["Dialogs"] = ["Messages", "Loop", "Transport", "Transactions"],
        ["Requests"] = ["Messages", "Digests", "Loop", "Transport", "Transactions"],
        ["Trunks"] = ["Messages", "Loop", "Transport", "Transactions", "Dialogs", "Requests"],
        ["Calls"] = ["Messages", "Digests", "Loop", "Transport", "Transactions", "Dialogs", "Requests", "Trunks"],
        ["Authentication"] = ["Messages", "Digests", "Loop", "Transport", "Calls"],
        ["Registrar"] = ["Messages", "Loop", "Transport", "Transactions", "Dialogs", "Calls"],
        ["Subscriptions"] = ["Messages", "Loop", "Transport", "Transactions", "Dialogs", "Calls"],
        ["Tracing"] = ["Messages", "Loop", "Transport"],
    };

    [Fact]
    public void Every_using_line_follows_the_arrows()
    {
        var source = Path.Combine(Kit.Root, "src", "Conference.Sip");
        var wrong = Arrows.Keys.SelectMany(folder => Directory.GetFiles(Path.Combine(source, folder), "*.cs").SelectMany(file => Wrong(folder, File.ReadAllText(file)).Select(a => $"{Path.GetFileName(file)}: {a}")));

        Assert.Empty(wrong);
        Assert.Empty(Directory.GetDirectories(source).Select(Path.GetFileName).Except([.. Arrows.Keys, "bin", "obj"]));
    }

    [Fact]
    public void A_planted_violation_is_found()
    {
        Assert.Equal(["Transactions"], Wrong("Messages", "using System;\nusing Conference.Sip.Transactions;\n"));
        Assert.Equal(["Conference.Media.Rtp"], Wrong("Calls", "using Conference.Media.Rtp;\nusing Conference.Sip.Dialogs;\n"));
        Assert.Equal(["Calls"], Wrong("Transport", "using static Conference.Sip.Calls.Refusals;\n"));
    }

    private static IEnumerable<string> Wrong(string folder, string text) => Using().Matches(text)
        .Select(m => m.Groups[1].Value)
        .Where(n => n.StartsWith("Conference.", StringComparison.Ordinal))
        .Select(n => n.StartsWith("Conference.Sip.", StringComparison.Ordinal) ? n.Split('.')[2] : n)
        .Where(to => to != folder && !Arrows[folder].Contains(to));

    [GeneratedRegex(@"^using (?:static )?([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();
}
