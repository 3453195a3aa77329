using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Conference.Media.Codecs;

/// <summary>A codec library of the system, by its soname: used when it is installed, never shipped.</summary>
internal static class NativeCodec
{
    /// <summary>Loads a library once and for all; it is never unloaded.</summary>
    public static nint TryLoad(string soname) => NativeLibrary.TryLoad(soname, out var library) ? library : 0;

    /// <summary>Finds all the functions asked for, or none.</summary>
    public static bool TryFind(nint library, ReadOnlySpan<string> names, [NotNullWhen(true)] out nint[]? functions)
    {
        functions = null;
        if (library == 0) return false;
        var found = new nint[names.Length];
        for (var i = 0; i < names.Length; i++)
        {
            if (!NativeLibrary.TryGetExport(library, names[i], out found[i])) return false;
        }

        functions = found;
        return true;
    }
}
