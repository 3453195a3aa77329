using System.Diagnostics;
using System.Globalization;
using System.Net;
using Conference.Sip;

namespace Conference.Benchmarks.Sip;

/// <summary>
/// What one process takes over real UDP on loopback: registrations and calls a second, and how long a caller waits while strangers send
/// ten thousand REGISTERs a second. Clients and server share the machine, so the figures are a lower bound.
/// </summary>
internal static class Storm
{
    private const int Bogus = 10_000; // a second
    private static readonly TimeSpan Phase = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Goal = TimeSpan.FromMilliseconds(200);

    /// <returns>0 when every caller was through in time.</returns>
    public static async Task<int> RunAsync()
    {
        var house = new StormHouse();
        var listen = new SipListen("udp", new IPEndPoint(IPAddress.Loopback, 0));
        await using var stack = new SipStack(new SipStackOptions { Listen = [listen], Realm = StormPhone.Realm }, house, house, TimeProvider.System);
        stack.Start(StormHouse.Answer, []);
        var server = stack.Listening[0].Address;

        await Measure("registrations", server, 8, phone => phone.Register());
        await Measure("calls set up and ended", server, 8, phone => phone.Call() is not null);
        var fromMany = await WhileStrangersKnock(server, house, 200);
        var fromOne = await WhileStrangersKnock(server, house, 1);
        return fromMany && fromOne ? 0 : 1;
    }

    private static async Task Measure(string what, IPEndPoint server, int phones, Func<StormPhone, bool> act)
    {
        var (done, failed) = (0, 0);
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(1, phones).Select(i => Task.Factory.StartNew(() => Repeat(i), TaskCreationOptions.LongRunning)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {done / watch.Elapsed.TotalSeconds:F0} a second, {failed} failed"));

        void Repeat(int number)
        {
            using var phone = new StormPhone(server, IPAddress.Parse($"127.0.20.{number}"), $"phone{number}");
            phone.Register(); // who is known may send more
            while (watch.Elapsed < Phase)
            {
                if (act(phone)) Interlocked.Increment(ref done);
                else Interlocked.Increment(ref failed);
            }
        }
    }

    /// <returns>Whether the caller was through in time.</returns>
    private static async Task<bool> WhileStrangersKnock(IPEndPoint server, StormHouse house, int addresses)
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

        var sent = await strangers;
        waits.Sort();
        var p95 = waits.Count == 0 ? TimeSpan.MaxValue : waits[waits.Count * 95 / 100];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"storm: {sent / Phase.TotalSeconds:F0} bogus REGISTER a second from {addresses} addresses; {waits.Count} calls set up, 95 % within {p95.TotalMilliseconds:F1} ms, slowest {waits.LastOrDefault().TotalMilliseconds:F1} ms, {failed} failed, {house.Troubles} troubles"));
        return failed == 0 && p95 <= Goal && house.Troubles == 0;
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
