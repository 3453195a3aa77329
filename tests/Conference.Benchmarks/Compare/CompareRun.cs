using System.Globalization;

namespace Conference.Benchmarks.Compare;

/// <summary>The built server under the load generator, in the columns in which other bridges were measured, with a floor program in the same run.</summary>
/// <remarks>
/// <c>dotnet run -c Release --project tests/Conference.Benchmarks -- compare [participants...] [pcmu|g722|opus...] [folder of the generator]</c>.
/// The server has the first core to itself, the generator the second.
/// </remarks>
internal static class CompareRun
{
    private const int FirstPort = 28700; // the last it needs for 2000 lies below those that the system lends
    private const int LastPort = 32767;
    private static readonly int[] s_sizes = [100, 500, 1000];
    private static readonly string[] s_codecs = ["pcmu", "g722", "opus"];
    private static readonly TimeSpan s_measure = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(15);

    public static int Run(string[] arguments)
    {
        if (Environment.ProcessorCount < 2) return Fail("This needs two cores: one for the server, one for the load generator.");
        try
        {
            Compare(Wish.Read(arguments));
            return 0;
        }
        catch (InvalidOperationException e)
        {
            return Fail(e.Message);
        }
    }

    private static void Compare(Wish wish)
    {
        var generator = Generator.Build(wish.Folder);
        try
        {
            Introduce(generator);
            var floors = wish.Sizes.ToDictionary(s => s, s => Floor.Measure(generator, s, FirstPort, s_measure));
            using var site = Site.Start(Site.Build(), $"{FirstPort}-{LastPort}");
            generator.Call(site, Shape.All[0], "pcmu", 100, s_warmUp); // nobody measures a program that is still being compiled
            foreach (var codec in wish.Codecs.Where(c => c == "pcmu" || generator.HasCodecs))
                foreach (var shape in Shape.All)
                    Measure(generator, site, codec, shape, floors);
        }
        finally
        {
            generator.Delete();
        }
    }

    private static void Introduce(Generator generator)
    {
        Console.WriteLine("Server on core 0, load generator on core 1; us = CPU of the whole server for a participant and a second;");
        Console.WriteLine("floor = a program that only receives and sends, in this run; share = of what the better of Asterisk and FreeSWITCH");
        Console.WriteLine($"needed for its nearest size, their figures scaled by the floors (then {Shape.PeerFloor} us): G.711 only.");
        if (!Tools.MayHurry) Console.WriteLine("The generator runs without real-time priority here: distrust rows where 'gen. late' is not small.");
        if (!generator.HasCodecs) Console.WriteLine("G.722 and Opus are left out: libspandsp-dev and libopus-dev are not installed.");
    }

    private static void Measure(Generator generator, Site site, string codec, Shape shape, Dictionary<int, Row?> floors)
    {
        Console.WriteLine();
        Console.WriteLine($"{codec}, {shape.Title}");
        Console.WriteLine("participants     up     us  floor us  missing %  p99 ms  delay ms  slowest  share %  gen. late");
        foreach (var (size, floor) in floors)
        {
            var row = generator.Call(site, shape, codec, size, s_measure);
            Console.WriteLine(row is null ? $"{size,12}  the generator failed" : Line(row, size, floor, codec == "pcmu" ? shape : null));
        }
    }

    private static string Line(Row row, int size, Row? floor, Shape? shape)
    {
        var share = shape is null || floor is null ? "-" : Text(100 * row.Cost / (shape.PeerAt(size) * floor.Cost / Shape.PeerFloor), 0);
        var delay = row.Delay < 0 ? "-" : Text(row.Delay, 1);
        var slowest = row.Delay < 0 ? "-" : Text(row.Slowest, 1);
        return $"{size,12}  {row.Up,5}  {Text(row.Cost, 0),5}  {(floor is null ? "-" : Text(floor.Cost, 0)),8}  {Text(Math.Max(0, row.Missing), 3),9}  {Text(row.Spacing, 1),6}  {delay,8}  {slowest,7}  {share,7}  {Text(row.Late, 1),9}";
    }

    private static string Text(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);

    private static int Fail(string sentence)
    {
        Console.Error.WriteLine(sentence);
        return 1;
    }

    /// <summary>What was asked for: numbers are participants, names of codecs codecs, anything else is the generator's folder.</summary>
    private sealed record Wish(int[] Sizes, string[] Codecs, string? Folder)
    {
        public static Wish Read(string[] arguments)
        {
            var sizes = arguments.Where(a => int.TryParse(a, CultureInfo.InvariantCulture, out _)).Select(a => int.Parse(a, CultureInfo.InvariantCulture)).ToArray();
            var codecs = arguments.Where(s_codecs.Contains).ToArray();
            var folder = arguments.FirstOrDefault(a => !int.TryParse(a, CultureInfo.InvariantCulture, out _) && !s_codecs.Contains(a));
            return new Wish(
                sizes.Length > 0 ? sizes : s_sizes,
                codecs.Length > 0 ? codecs : s_codecs,
                folder ?? Environment.GetEnvironmentVariable("CONFERENCE_LOADGEN"));
        }
    }
}
