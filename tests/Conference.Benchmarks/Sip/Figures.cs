using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Conference.Benchmarks.Sip;

/// <summary>
/// What signalling promises, measured in one go and told as one table: the parser on one thread, then one process with real UDP on
/// loopback whose callers share the machine with it, so that those figures are a lower bound.
/// </summary>
/// <param name="steady">How long the calls at an even pace go on.</param>
internal sealed class Figures(TimeSpan steady)
{
    private const int CallsPerSecond = 200;
    private const int Callers = 8;

    private readonly List<(string What, string Figure, bool IsGood)> _rows = [];

    /// <returns>0 when everything promised was kept.</returns>
    public async Task<int> RunAsync()
    {
        Parser();
        var house = new StormHouse();
        await using var stack = StormHouse.Open(house);
        var server = stack.Listening[0].Address;
        await Registrations(server);
        await SteadyCalls(server);
        foreach (var addresses in new[] { 200, 1 }) await Strangers(server, house, addresses);

        var width = _rows.Max(r => r.What.Length);
        foreach (var (what, figure, isGood) in _rows) Console.WriteLine($"{what.PadRight(width)}  {figure}{(isGood ? "" : "   NOT AS PROMISED")}");
        return _rows.All(r => r.IsGood) ? 0 : 1;
    }

    private void Parser()
    {
        var subject = new SipParserBenchmarks();
        Parse("message indexed", () => subject.Index());
        Parse("message indexed and read", () => subject.IndexAndViews());
        Parse("message kept", () => subject.Retain());
        Parse("request answered", () => subject.Answer());
    }

    private void Parse(string what, Action act)
    {
        for (var i = 0; i < 200_000; i++) act(); // compiled, and compiled again
        const int rounds = 400_000;
        var best = TimeSpan.MaxValue;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var series = 0; series < 5; series++)
        {
            var begun = Stopwatch.GetTimestamp();
            for (var i = 0; i < rounds; i++) act();
            best = TimeSpan.FromTicks(Math.Min(best.Ticks, Stopwatch.GetElapsedTime(begun).Ticks));
        }

        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (5 * rounds);
        Add(what, $"{best.TotalNanoseconds / rounds:F0} ns, {rounds / best.TotalSeconds / 1e6:F2} million a second on one core, {bytes} bytes allocated");
    }

    private async Task Registrations(IPEndPoint server)
    {
        var (done, failed) = await Crowd.Run(server, Callers, TimeSpan.FromSeconds(10), pace: null, phone => phone.Register() ? TimeSpan.Zero : null);
        Add("registrations", $"{done.Count / 10.0:F0} a second, {failed} failed", failed == 0);
    }

    private async Task SteadyCalls(IPEndPoint server)
    {
        var (waits, failed) = await Crowd.Run(server, Callers, steady, CallsPerSecond, phone => phone.Call());
        var rate = waits.Count / steady.TotalSeconds;
        Add($"calls at {CallsPerSecond} a second for {steady.TotalSeconds:F0} s", $"{rate:F0} a second, {failed} failed; 99 % answered within {waits[waits.Count * 99 / 100].TotalMilliseconds:F1} ms, the slowest after {waits[^1].TotalMilliseconds:F1} ms", failed == 0 && rate >= CallsPerSecond * 0.98);
        (waits, failed) = await Crowd.Run(server, Callers, TimeSpan.FromSeconds(10), pace: null, phone => phone.Call());
        Add("calls as fast as they go", $"{waits.Count / 10.0:F0} a second, {failed} failed", failed == 0);
    }

    private async Task Strangers(IPEndPoint server, StormHouse house, int addresses)
    {
        var (sent, waits, failed) = await Storm.WhileStrangersKnock(server, addresses);
        var p95 = waits[waits.Count * 95 / 100];
        Add($"{sent:F0} bogus REGISTER a second from {addresses} addresses", $"{waits.Count} calls set up, 95 % within {p95.TotalMilliseconds:F1} ms, the slowest after {waits[^1].TotalMilliseconds:F1} ms, {failed} failed", failed == 0 && p95 <= Storm.Goal && house.Troubles == 0);
    }

    private void Add(string what, FormattableString figure, bool isGood = true) => _rows.Add((what, figure.ToString(CultureInfo.InvariantCulture), isGood));
}
