using System.Diagnostics;

namespace Conference.Infrastructure.Tests.Testing;

internal static class Eventually
{
    /// <summary>Asks until the answer is yes; fails after ten seconds.</summary>
    public static async Task TrueAsync(Func<Task<bool>> question, string what)
    {
        for (var since = Stopwatch.StartNew(); since.Elapsed < TimeSpan.FromSeconds(10); await Task.Delay(20))
            if (await question()) return;
        Assert.Fail($"Never happened: {what}");
    }

    public static Task TrueAsync(Func<bool> question, string what) => TrueAsync(() => Task.FromResult(question()), what);
}
