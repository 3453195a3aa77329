using System.Diagnostics;
using System.Globalization;
using Conference.Media.Tests.Security.Fuzzing;
using Conference.Media.Tests.Sessions.Fuzzing;

namespace Conference.Benchmarks.Media;

/// <summary>The fuzz tests of descriptions, checks, handshakes, packets and the whole engine with as many rounds as one has time for.</summary>
internal static class FuzzRun
{
    private const int HandshakesPerFlight = 1000; // a whole handshake costs a thousand datagrams

    public static int Run(string[] arguments)
    {
        var rounds = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 10_000_000;
        var seed = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : Environment.TickCount;
        Console.WriteLine($"seed {seed}");
        (string Name, Func<string?> Search)[] searches =
        [
            ("descriptions", () => ProtectionFuzz.Descriptions(rounds, seed)),
            ("checks", () => ProtectionFuzz.Checks(rounds, seed)),
            ("handshakes", () => ProtectionFuzz.Handshakes(rounds, seed)),
            ("flights", () => ProtectionFuzz.Flights(rounds / HandshakesPerFlight, seed)),
            ("packets", () => ProtectionFuzz.Packets(rounds, seed)),
            ("engine", () => EngineFuzz.Datagrams(rounds, seed)),
        ];
        var failures = 0;
        foreach (var (name, search) in searches)
        {
            var start = Stopwatch.GetTimestamp();
            var found = search();
            if (found is not null) failures++;
            Console.WriteLine($"{name,-14}{Stopwatch.GetElapsedTime(start).TotalSeconds,8:F0} s  {found ?? "nothing found"}");
        }

        return failures;
    }
}
