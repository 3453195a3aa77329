using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Conference.Infrastructure.Data.Sqlite;

/// <summary>Joins Microsoft.Data.Sqlite to the SQLite library of the operating system.</summary>
/// <remarks>
/// <para>Why: the published Microsoft.EntityFrameworkCore.Sqlite wants SQLitePCLRaw 2.1, which does not restore everywhere; 2.0.6 does.
/// So the project file takes EF's part without native code (Sqlite.Core), prunes the dependency and carries the two 2.0.6 assemblies itself. Left to do here:
/// (a) whoever asks for SQLitePCLRaw.core 2.1 is handed 2.0.6, which has every member in use;
/// (b) the name <c>e_sqlite3</c> becomes the system's own library, so that security fixes arrive with the system's updates;
/// (c) the provider is set. All of it must happen before Microsoft.Data.Sqlite is first touched: a module initializer of the only assembly that touches it.</para>
/// <para>To delete: on the day the packages restore as published, reference Microsoft.EntityFrameworkCore.Sqlite, remove this file,
/// the two PackageDownload and Reference pairs in the project file and the SQLitePCLRaw line of src/Directory.Build.targets.</para>
/// </remarks>
internal static class SqliteBridge
{
    private static readonly string[] s_names = OperatingSystem.IsWindows()
        ? ["winsqlite3"]
        : OperatingSystem.IsMacOS() ? ["libsqlite3.dylib"] : ["libsqlite3.so.0", "libsqlite3.so"];

    /// <summary>What to do about a missing library, in one sentence; <see langword="null"/> when it is there.</summary>
    public static string? Problem { get; private set; }

    [ModuleInitializer]
    internal static void Join()
    {
        AssemblyLoadContext.GetLoadContext(typeof(SqliteBridge).Assembly)!.Resolving +=
            static (_, name) => name.Name == "SQLitePCLRaw.core" ? Core() : null;
        UseSystemLibrary();
    }

    // methods of their own, so that the assembly is looked for only after the resolver stands
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Assembly Core() => typeof(SQLitePCL.raw).Assembly;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void UseSystemLibrary()
    {
        var library = s_names.Select(static name => NativeLibrary.TryLoad(name, out var handle) ? handle : 0).FirstOrDefault(static handle => handle != 0);
        if (library == 0)
        {
            Problem = "SQLite is missing: install the package libsqlite3-0 (apt-get install libsqlite3-0), or set Conference:Database:Provider to Postgres.";
            return;
        }

        NativeLibrary.SetDllImportResolver(typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly, (name, _, _) => name == "e_sqlite3" ? library : 0);
        SQLitePCL.raw.SetProvider(new SQLitePCL.SQLite3Provider_e_sqlite3());
        SQLitePCL.raw.FreezeProvider();
    }
}
