using System.Globalization;
using Conference.Media.Tests.Endurance;

namespace Conference.Benchmarks.Media;

/// <summary>People come, go, mute and lose packets for half an hour; nothing of the process may grow.</summary>
/// <remarks><c>dotnet run -c Release --project tests/Conference.Benchmarks -- soak [minutes] [participants]</c>.</remarks>
internal static class SoakRun
{
    private const int FirstPort = 27200;

    public static int Run(string[] arguments)
    {
        var minutes = arguments.Length > 0 ? Number(arguments[0]) : 30;
        var participants = arguments.Length > 1 ? Number(arguments[1]) : 200;
        Console.WriteLine(Vitals.Header);
        using var soak = new Soak(participants, seed: 1, FirstPort);
        var rows = new List<Vitals>();
        for (var minute = 0; minute < minutes; minute++)
        {
            rows.Add(soak.Live(TimeSpan.FromMinutes(1)));
            Console.WriteLine(rows[^1]);
        }

        var growth = Vitals.Growth(rows[Math.Min(4, rows.Count - 1)], rows[^1]).ToList(); // compiled and warm after five minutes
        Console.WriteLine(growth.Count == 0 ? "Flat." : string.Join('\n', growth));
        return growth.Count;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
