namespace Conference.Web.Tests.Testing;

/// <summary>A clock the test moves.</summary>
internal sealed class MovedTime(DateTimeOffset? start = null) : TimeProvider
{
    private DateTimeOffset _now = start ?? new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    public void Move(TimeSpan by) => _now += by;

    public override DateTimeOffset GetUtcNow() => _now;
}
