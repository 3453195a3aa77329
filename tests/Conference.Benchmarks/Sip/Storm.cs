using System.Diagnostics;
using System.Net;

namespace Conference.Benchmarks.Sip;

/// <summary>How long a caller waits while strangers send ten thousand REGISTERs a second.</summary>
internal static class Storm
{
    /// <summary>From INVITE to answer, for 95 of 100 callers.</summary>
    public static readonly TimeSpan Goal = TimeSpan.FromMilliseconds(200);

    private const int Bogus = 10_000; // a second
    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(10);

    /// <returns>What they sent a second, how long each call took to set up, the shortest first, and how many failed.</returns>
    public static async Task<(double Sent, List<TimeSpan> Waits, int Failed)> WhileStrangersKnock(IPEndPoint server, int addresses)
    {
        using var over = new CancellationTokenSource(Phase);
        var strangers = Task.Factory.StartNew(() => Knock(server, addresses, over.Token), TaskCreationOptions.LongRunning);
        using var phone = new StormPhone(server, IPAddress.Parse("127.0.21.1"), "phone1");
        phone.Register();
        var waits = new List<TimeSpan>();
        var failed = 0;
        while (!over.IsCancellationRequested)
        {
            if (phone.Call() is { } wait) waits.Add(wait);
            else failed++;
            await Task.Delay(100, CancellationToken.None);
        }

        waits.Sort();
        return (await strangers / Phase.TotalSeconds, waits, failed);
    }

    /// <summary>Strangers at an even pace.</summary>
    private static long Knock(IPEndPoint server, int addresses, CancellationToken over)
    {
        var strangers = Enumerable.Range(1, addresses).Select(i => new StormPhone(server, IPAddress.Parse($"127.0.22.{i}"), "nobody" + i)).ToList();
        var watch = Stopwatch.StartNew();
        long sent = 0;
        while (!over.IsCancellationRequested)
        {
            for (var due = (long)(watch.Elapsed.TotalSeconds * Bogus); sent < due; sent++) strangers[(int)(sent % strangers.Count)].Knock();
            Thread.Sleep(1);
        }

        foreach (var stranger in strangers) stranger.Dispose();
        return sent;
    }
}
