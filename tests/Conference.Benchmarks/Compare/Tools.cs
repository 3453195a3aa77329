using System.Diagnostics;

namespace Conference.Benchmarks.Compare;

/// <summary>Other programs: started on a core of their own, waited for, and never left behind.</summary>
internal static class Tools
{
    /// <summary>Above the mixer: who measures must not be late himself.</summary>
    private static readonly string[] s_urgent = ["chrt", "-f", "45"];

    /// <summary>Whether the system lets us run a program before all others.</summary>
    public static bool MayHurry { get; } = Try([.. s_urgent, "true"]);

    /// <summary>Starts a program on one core.</summary>
    public static Process StartOn(int core, IEnumerable<string> command, bool isUrgent = false)
    {
        IEnumerable<string> pinned = ["taskset", "-c", $"{core}", .. command];
        return Start([.. isUrgent && MayHurry ? s_urgent : [], .. pinned]);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it wrote; its errors when it failed.</returns>
    public static (bool IsGood, string Text) Run(IReadOnlyList<string> command)
    {
        using var process = Start(command);
        var errors = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? (true, text) : (false, $"{text}{errors.Result}".Trim());
    }

    public static Process Start(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in command.Skip(1))
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }

    private static bool Try(IReadOnlyList<string> command)
    {
        try
        {
            return Run(command).IsGood;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // it is not installed
        }
    }
}
