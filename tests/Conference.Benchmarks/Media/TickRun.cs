using System.Diagnostics;
using System.Globalization;

namespace Conference.Benchmarks.Media;

/// <summary>What one tick costs without the kernel's share, for one leg of a large room: the least of many.</summary>
/// <remarks><c>dotnet run -c Release --project tests/Conference.Benchmarks -- tick [legs...]</c>.</remarks>
internal static class TickRun
{
    private const int Warm = 1000;
    private const int Ticks = 1000;

    public static int Run(string[] arguments)
    {
        int[] sizes = arguments.Length > 0 ? [.. arguments.Select(a => int.Parse(a, CultureInfo.InvariantCulture))] : [10, 100, 1000, 2000];
        Console.WriteLine("  legs  ns/leg  median  bytes/tick");
        foreach (var legs in sizes)
            Console.WriteLine(Measure(legs));
        return 0;
    }

    private static string Measure(int legs)
    {
        var bench = new MixerTick { Legs = legs, Talkers = 3 };
        bench.Dial();
        for (var i = 0; i < Warm; i++)
            bench.Tick();
        var times = new double[Ticks];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Ticks; i++)
        {
            var begin = Stopwatch.GetTimestamp();
            bench.Tick();
            times[i] = Stopwatch.GetElapsedTime(begin).TotalNanoseconds / legs;
        }

        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Ticks;
        bench.HangUp();
        Array.Sort(times);
        return string.Create(CultureInfo.InvariantCulture, $"{legs,6}  {times[0],6:F0}  {times[Ticks / 2],6:F0}  {bytes,10:F0}");
    }
}
