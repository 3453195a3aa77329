using System.Globalization;

namespace Conference.EndToEnd.Tools;

/// <summary>The attack and conformance programs beside the repository; they are Python and need nothing but its library.</summary>
public static class KitTool
{
    /// <summary>Runs one to its end.</summary>
    /// <param name="program">Below the kit, for instance tools/sip_check.py.</param>
    /// <returns>Its exit code and what it printed.</returns>
    public static async Task<(int Code, string Said)> Run(string program, TimeSpan within, params string[] arguments)
    {
        var folder = Repository.Kit(Path.GetDirectoryName(program)!);
        await using var child = Child.Start("python3", [Path.Combine(folder, Path.GetFileName(program)), .. arguments], folder, new Dictionary<string, string> { ["PYTHONDONTWRITEBYTECODE"] = "1" });
        var code = await child.Ends(within);
        return (code, child.Log);
    }

    /// <summary>How long a search for faults goes on; FUZZ_SECONDS lengthens it.</summary>
    public static TimeSpan SearchTime { get; } = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("FUZZ_SECONDS"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? Math.Max(seconds, 1) : 20);
}
