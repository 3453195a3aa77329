using System.Globalization;

namespace Conference.Benchmarks.Media;

/// <summary>CPU time of threads of this process by their name (Linux).</summary>
internal static class ThreadClock
{
    /// <summary>Time spent running by all threads of that name so far.</summary>
    public static TimeSpan OfThreads(string name)
    {
        long nanoseconds = 0;
        foreach (var task in Directory.GetDirectories("/proc/self/task"))
        {
            if (File.ReadAllText($"{task}/comm").Trim() != name) continue;
            var first = File.ReadAllText($"{task}/schedstat").Split(' ')[0];
            nanoseconds += long.Parse(first, CultureInfo.InvariantCulture);
        }

        return TimeSpan.FromTicks(nanoseconds / 100);
    }
}
