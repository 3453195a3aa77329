namespace Conference.Media.Tests.Testing;

/// <summary>What counts as allocating nothing.</summary>
internal static class Garbage
{
    /// <summary>
    /// A collection that another test sets off retires the page this thread allocates from and books its rest as allocated: some kilobytes, once.
    /// One object in each of ten thousand rounds would be four times this.
    /// </summary>
    public const long None = 64 * 1024;
}
