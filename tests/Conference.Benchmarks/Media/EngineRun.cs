using System.Globalization;
using System.Net;
using System.Text;
using Conference.Media.Mixing;
using Conference.Media.Sessions;
using Conference.Media.Tests.Testing;

namespace Conference.Benchmarks.Media;

/// <summary>The whole engine over real UDP on loopback: so many participants, three of whom talk in every room, for some seconds.</summary>
/// <remarks>
/// <c>dotnet run -c Release --project tests/Conference.Benchmarks -- engine [participants] [people in a room] [seconds]</c>.
/// The phones live on a thread of their own; CPU is that of the mixer threads alone; bytes are those of the whole process.
/// </remarks>
internal static class EngineRun
{
    private const int Talkers = 3;
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(4);

    public static int Run(string[] arguments)
    {
        int[] sizes = arguments.Length > 0 ? [Number(arguments[0])] : [100, 250, 500, 1000];
        var people = arguments.Length > 1 ? Number(arguments[1]) : 0;
        var seconds = arguments.Length > 2 ? Number(arguments[2]) : 10;
        Console.WriteLine("participants  rooms of  CPU us/part.s  missing %  latest us  B/tick  skipped");
        foreach (var size in sizes)
            Console.WriteLine(Measure(size, people == 0 ? size : people, TimeSpan.FromSeconds(seconds)));
        return 0;
    }

    private static string Measure(int participants, int people, TimeSpan time)
    {
        using var engine = new MediaEngine(new MediaOptions { FirstPort = 30000, LastPort = 30000 + 2 * participants + 200 }, TimeProvider.System);
        using var phones = new LoopbackPhones(participants, index => index % people < Talkers);
        var seats = Enumerable.Range(0, participants).Select(i => Call(engine, phones, i)).ToArray();
        var rooms = seats.Chunk(people).Select(chunk => Open(engine, chunk)).ToArray();
        phones.Start();
        Thread.Sleep(Settle);

        var before = ThreadClock.OfThreads("mixer");
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        phones.BeginCounting();
        Thread.Sleep(time);
        var missing = phones.EndCounting(time);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        var used = ThreadClock.OfThreads("mixer") - before;
        var health = engine.Health;
        foreach (var room in rooms)
            room.Dispose();
        foreach (var seat in seats)
            seat.Session.Dispose();
        var cost = used.TotalMicroseconds / participants / time.TotalSeconds;
        var late = health.WorstLateness.TotalMicroseconds;
        return string.Create(CultureInfo.InvariantCulture,
            $"{participants,12}  {people,8}  {cost,13:F0}  {missing,9:F2}  {late,9:F0}  {allocated / (time.TotalSeconds * 50),6:F0}  {health.SkippedTicks,7}");
    }

    private static Seat Call(MediaEngine engine, LoopbackPhones phones, int index)
    {
        var session = engine.OpenSession(IPAddress.Loopback) ?? throw new InvalidOperationException("No port is free.");
        var offer = $"v=0\r\no=- {index} 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {phones.PortOf(index)} RTP/AVP 0\r\n";
        if (session.Answer(Encoding.UTF8.GetBytes(offer), out _) != MediaProblem.None) throw new InvalidOperationException("The offer was refused.");
        phones.Target(index, session.Port);
        return new Seat(Guid.NewGuid(), session, Speaks: true, Hears: true);
    }

    private static IMixRoom Open(MediaEngine engine, Seat[] seats)
    {
        var room = engine.OpenRoom();
        room.Use(new MixPlan([.. seats]));
        return room;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
