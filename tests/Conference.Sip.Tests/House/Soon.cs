namespace Conference.Sip.Tests.House;

/// <summary>Results that are there already, or within a moment of the pool.</summary>
internal static class Soon
{
    public static T Now<T>(this Task<T> task) =>
        task.Wait(TimeSpan.FromSeconds(5)) ? task.GetAwaiter().GetResult() : throw new TimeoutException("It did not happen.");

    public static bool IsDone(this Task task) => task.Wait(TimeSpan.FromSeconds(5));
}
