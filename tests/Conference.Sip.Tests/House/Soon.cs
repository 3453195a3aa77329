namespace Conference.Sip.Tests.House;

/// <summary>Results that are there already, or within a moment of the pool.</summary>
internal static class Soon
{
    public static T Now<T>(this Task<T> task) =>
        task.Wait(TimeSpan.FromSeconds(5)) ? task.GetAwaiter().GetResult() : throw new TimeoutException("It did not happen.");

    /// <summary>Waits for a condition, with patience for machines that stand still.</summary>
    public static async Task Until(Func<bool> holds)
    {
        for (var i = 0; i < 3_000 && !holds(); i++) await Task.Delay(10);
        Assert.True(holds(), "It did not happen.");
    }

    public static bool IsDone(this Task task) => task.Wait(TimeSpan.FromSeconds(5));
}
