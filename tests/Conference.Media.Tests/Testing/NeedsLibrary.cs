using System.Runtime.InteropServices;

namespace Conference.Media.Tests.Testing;

/// <summary>A test that asks a native library of the machine; skipped, and said so, where it is not installed. tests/check.sh installs them all.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeedsLibraryFactAttribute : FactAttribute
{
    public NeedsLibraryFactAttribute(string library) => Skip = Library.WhyNot(library);
}

/// <inheritdoc cref="NeedsLibraryFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NeedsLibraryTheoryAttribute : TheoryAttribute
{
    public NeedsLibraryTheoryAttribute(string library) => Skip = Library.WhyNot(library);
}

internal static class Library
{
    public const string Opus = "libopus.so.0";
    public const string Spandsp = "libspandsp.so.2";
    public const string Bcg729 = "libbcg729.so.0";

    public static string? WhyNot(string library) => NativeLibrary.TryLoad(library, out _) ? null : $"{library} is not installed";
}
