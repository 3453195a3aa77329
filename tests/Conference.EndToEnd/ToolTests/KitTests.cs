using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.ToolTests;

/// <summary>Nothing of the shared test material lies unused.</summary>
public class KitTests
{
    private static readonly Lazy<string> Sources = new(() => string.Join('\n', Directory.GetFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
        .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
        .Select(File.ReadAllText)));

    public static TheoryData<string> Scenarios() => [.. new[] { "sipp", "tools/sipp" }
        .SelectMany(folder => Directory.GetFiles(Repository.Kit(folder), "*.xml"))
        .Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Fact]
    public void The_scenarios_are_all_there() => Assert.Equal(50, Scenarios().Count);

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void Every_scenario_is_played_by_a_test(string scenario) => Assert.Contains($"\"{scenario}\"", Sources.Value, StringComparison.Ordinal);
}
