using System.Runtime.InteropServices;

namespace Conference.Media.Security;

/// <summary>The OpenSSL that .NET itself loads on Linux: version 3, or 1.1 where there is no other.</summary>
internal static class OpenSsl
{
    private static readonly nint s_library = Load();

    /// <summary>Whether there is one; nothing else here may be asked otherwise.</summary>
    public static bool IsLoaded => s_library != 0;

    /// <summary>A function of libssl or of the libcrypto it brings; 0 when this version has none of that name.</summary>
    public static nint Find(string name) => IsLoaded && NativeLibrary.TryGetExport(s_library, name, out var address) ? address : 0;

    private static nint Load()
    {
        var wished = Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE"); // .NET obeys it too
        foreach (var version in new[] { wished, "3", "1.1" })
            if (!string.IsNullOrEmpty(version) && NativeLibrary.TryLoad("libssl.so." + version, out var library)) return library;
        return 0;
    }
}
