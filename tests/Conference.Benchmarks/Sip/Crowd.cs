using System.Diagnostics;
using System.Net;

namespace Conference.Benchmarks.Sip;

/// <summary>Phones that all do the same for a while.</summary>
internal static class Crowd
{
    /// <param name="pace">How often a second all of them together; <see langword="null"/> for as often as they can.</param>
    /// <param name="act">How long it took, or <see langword="null"/> when it failed.</param>
    /// <returns>How long each took, the shortest first, and how many failed.</returns>
    public static async Task<(List<TimeSpan> Done, int Failed)> Run(IPEndPoint server, int phones, TimeSpan length, int? pace, Func<StormPhone, TimeSpan?> act)
    {
        var watch = Stopwatch.StartNew();
        var all = await Task.WhenAll(Enumerable.Range(1, phones).Select(i => Task.Factory.StartNew(() => One(i), TaskCreationOptions.LongRunning)));
        return ([.. all.SelectMany(a => a.Done).Order()], all.Sum(a => a.Failed));

        (List<TimeSpan> Done, int Failed) One(int number)
        {
            using var phone = new StormPhone(server, IPAddress.Parse($"127.0.20.{number}"), $"phone{number}");
            phone.Register(); // who is known may send more
            var (done, failed) = (new List<TimeSpan>(), 0);
            for (var turn = 0L; watch.Elapsed < length; turn++)
            {
                if (pace is { } rate) Wait(watch, TimeSpan.FromSeconds((turn + number / (double)phones) * phones / rate));
                if (act(phone) is { } took) done.Add(took);
                else failed++;
            }

            return (done, failed);
        }
    }

    private static void Wait(Stopwatch watch, TimeSpan due)
    {
        if (due > watch.Elapsed) Thread.Sleep(due - watch.Elapsed);
    }
}
