using System.Diagnostics;

namespace Conference.EndToEnd.Tools;

/// <summary>Waiting for something that real processes do in their own time.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static Task True(Func<bool> condition, TimeSpan within, Func<string> what) =>
        True(() => Task.FromResult(condition()), within, what);

    /// <summary>Asks again and again until the answer is yes.</summary>
    /// <returns>How long that took.</returns>
    /// <exception cref="TimeoutException">It did not become true in time; the message is <paramref name="what"/>.</exception>
    public static async Task<TimeSpan> True(Func<Task<bool>> condition, TimeSpan within, Func<string> what)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > within) throw new TimeoutException($"Waited {within.TotalSeconds} s in vain for {what()}");
            await Task.Delay(Pause);
        }

        return watch.Elapsed;
    }
}
