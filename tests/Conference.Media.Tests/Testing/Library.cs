namespace Conference.Media.Tests.Testing;

/// <summary>Native libraries that tests ask; tests/check.sh installs them, and without them those tests fail rather than be skipped.</summary>
internal static class Library
{
    public const string Spandsp = "libspandsp.so.2";
}
