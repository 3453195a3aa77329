namespace Conference.Media.Remote;

/// <summary>A picture of something far away, asked for again when the last one is older than a blink: a page that looks often costs no more.</summary>
/// <param name="first">Before anything is known.</param>
/// <param name="ask">Fetches it; <see langword="null"/> when that cannot be.</param>
internal sealed class Fresh<T>(T first, Func<T?> ask, TimeProvider time)
    where T : class
{
    private static readonly TimeSpan s_blink = TimeSpan.FromMilliseconds(80);

    private volatile T _last = first;
    private long _asked = long.MinValue;

    public T Last => _last;

    public T Now
    {
        get
        {
            var now = time.GetTimestamp();
            var before = Interlocked.Read(ref _asked);
            if (before != long.MinValue && time.GetElapsedTime(before, now) < s_blink) return _last;
            Interlocked.Exchange(ref _asked, now);
            return _last = ask() ?? _last;
        }
    }
}
