using System.Text.Json;

namespace Conference.Benchmarks.Compare;

/// <summary>What the load generator measured in one run.</summary>
/// <param name="Up">Calls that stood.</param>
/// <param name="Cost">CPU of the server for one participant and one second, in microseconds.</param>
/// <param name="Missing">Percent of the packets due that did not come.</param>
/// <param name="Spacing">99th percentile of the time between two packets to one participant, in ms.</param>
/// <param name="Delay">Median of the time from a talker's burst leaving the generator to its arrival at a listener, in ms; below zero when it was not measured.</param>
/// <param name="Late">99th percentile of the generator's own lateness in ms: a run where it is not small says little.</param>
internal sealed record Row(int Up, double Cost, double Missing, double Spacing, double Delay, double Slowest, double Late)
{
    /// <summary>Reads the generator's line of JSON.</summary>
    public static Row? Read(string json)
    {
        var start = json.IndexOf('{', StringComparison.Ordinal);
        if (start < 0) return null;
        using var document = JsonDocument.Parse(json[start..]);
        var of = document.RootElement;
        return new Row(
            of.GetProperty("up").GetInt32(),
            of.GetProperty("cpu_per_part_us").GetDouble(),
            of.GetProperty("deficit_pct").GetDouble(),
            of.GetProperty("ia_p99").GetDouble(),
            of.GetProperty("delay_p50").GetDouble(),
            of.GetProperty("delay_max").GetDouble(),
            of.GetProperty("lg_late_p99").GetDouble());
    }
}
