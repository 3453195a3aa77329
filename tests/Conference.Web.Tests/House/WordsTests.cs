using System.Text.RegularExpressions;
using System.Xml.Linq;
using Conference.Web.Tests.Testing;

namespace Conference.Web.Tests.House;

/// <summary>Every sentence of the pages in every language.</summary>
public sealed partial class WordsTests
{
    [Theory]
    [InlineData("it")]
    [InlineData("ru")]
    [InlineData("zh")]
    public void Every_sentence_used_is_there_and_none_besides(string language) =>
        Assert.Equal(Used().Order(StringComparer.Ordinal).ToArray(), Written(language).Keys.Order(StringComparer.Ordinal).ToArray());

    [Theory]
    [InlineData("it")]
    [InlineData("ru")]
    [InlineData("zh")]
    public void A_translation_has_the_same_gaps_to_fill(string language)
    {
        foreach (var (key, text) in Written(language))
        {
            Assert.NotEqual("", text.Trim());
            Assert.Equal(Gaps(key), Gaps(text));
        }
    }

    [Theory]
    [InlineData("it", "Accedi")]
    [InlineData("ru", "Войти")]
    [InlineData("zh-CN", "登录")]
    [InlineData("fr", "Sign in")]
    public async Task Pages_speak_the_language_of_the_browser(string asked, string heading)
    {
        using var site = await new TestSite(peopled: false).StartedAsync();
        var visitor = site.Visitor();
        visitor.Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd(asked);

        Assert.Equal(heading, (await visitor.PageAsync("/sign-in")).QuerySelector("h1")!.TextContent);
    }

    [Fact]
    public async Task A_language_once_chosen_stays()
    {
        using var site = await new TestSite(peopled: false).StartedAsync();
        var visitor = site.Visitor();

        await visitor.SubmitAsync("/sign-in", "form[action='/language']", ("tag", "ru"));

        Assert.Equal("ru", (await visitor.PageAsync("/sign-in")).DocumentElement.GetAttribute("lang"));
    }

    private static string[] Gaps(string text) => [.. Gap().Matches(text).Select(m => m.Value).Distinct().Order(StringComparer.Ordinal)];

    private static HashSet<string> Used()
    {
        var web = Path.Combine(FolderArrowTests.Root(), "src", "Conference.Web");
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(web, "*.cs*", SearchOption.AllDirectories).Where(p => p.EndsWith(".cs", StringComparison.Ordinal) || p.EndsWith(".cshtml", StringComparison.Ordinal)))
        {
            if (path.Contains("/obj/", StringComparison.Ordinal) || path.Contains("/bin/", StringComparison.Ordinal)) continue;
            foreach (Match match in Sentence().Matches(File.ReadAllText(path))) used.Add(Regex.Unescape(match.Groups[1].Value));
        }

        return used;
    }

    private static Dictionary<string, string> Written(string language) =>
        XDocument.Load(Path.Combine(FolderArrowTests.Root(), "src", "Conference.Web", "Resources", $"SharedWords.{language}.resx"))
            .Descendants("data").ToDictionary(d => d.Attribute("name")!.Value, d => d.Element("value")!.Value, StringComparer.OrdinalIgnoreCase); // resource names know no case

    [GeneratedRegex("""(?:\bT\[|Display\(Name = |ErrorMessage = )"((?:[^"\\]|\\.)*)["]""", RegexOptions.NonBacktracking)]
    private static partial Regex Sentence();

    [GeneratedRegex(@"\{[0-9]\}", RegexOptions.NonBacktracking)]
    private static partial Regex Gap();
}
