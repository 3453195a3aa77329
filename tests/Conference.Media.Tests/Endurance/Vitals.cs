using System.Diagnostics;
using System.Globalization;
using Conference.Media.Sessions;

namespace Conference.Media.Tests.Endurance;

/// <summary>What must not grow in a process that runs for months.</summary>
/// <param name="At">Since the beginning.</param>
/// <param name="Calls">Calls that stood.</param>
/// <param name="Joins">Calls that have begun so far.</param>
/// <param name="Resident">Memory of the process, in MB.</param>
/// <param name="Heap">Objects that live, in MB.</param>
/// <param name="Handles">Open handles besides the two sockets of each call; -1 where the system does not say.</param>
/// <param name="Threads">Threads of the process.</param>
/// <param name="Faults">Work that failed and was left out.</param>
/// <param name="Skipped">Ticks left out because the machine stood still.</param>
internal sealed record Vitals(TimeSpan At, int Calls, long Joins, double Resident, double Heap, int Handles, int Threads, long Faults, long Skipped)
{
    public const string Header = " minute  calls    joins  RSS MB  heap MB  handles  threads  faults  skipped";

    private const string Descriptors = "/proc/self/fd";
    private const double Mega = 1024 * 1024;

    public static Vitals Take(TimeSpan at, int calls, long joins, MediaHealth health)
    {
        using var process = Process.GetCurrentProcess();
        var handles = Directory.Exists(Descriptors) ? Directory.GetFileSystemEntries(Descriptors).Length - 2 * health.Sessions : -1;
        var heap = GC.GetTotalMemory(forceFullCollection: true) / Mega;
        return new Vitals(at, calls, joins, process.WorkingSet64 / Mega, heap, handles, process.Threads.Count, health.Faults, health.SkippedTicks);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{At.TotalMinutes,7:F1}  {Calls,5}  {Joins,7}  {Resident,6:F0}  {Heap,7:F1}  {Handles,7}  {Threads,7}  {Faults,6}  {Skipped,7}");

    /// <summary>What has grown since the process had warmed up.</summary>
    /// <param name="early">Taken then.</param>
    /// <param name="late">Taken at the end.</param>
    /// <returns>Sentences; none when all is flat.</returns>
    public static IEnumerable<string> Growth(Vitals early, Vitals late)
    {
        if (late.Resident > early.Resident * 1.15 + 16) yield return $"Memory grew from {early.Resident:F0} to {late.Resident:F0} MB.";
        if (late.Heap > early.Heap * 1.1 + 4) yield return $"Live objects grew from {early.Heap:F1} to {late.Heap:F1} MB.";
        if (late.Handles > early.Handles + 8) yield return $"Handles grew from {early.Handles} to {late.Handles}.";
        if (late.Threads > early.Threads + 6) yield return $"Threads grew from {early.Threads} to {late.Threads}.";
        if (late.Faults > 0) yield return $"{late.Faults} pieces of work failed.";
    }
}
