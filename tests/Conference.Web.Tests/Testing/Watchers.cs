using System.Runtime.CompilerServices;

namespace Conference.Web.Tests.Testing;

/// <summary>Hundreds of sites open one after the other and beside each other: none of them takes one of the system's few file watchers.</summary>
internal static class Watchers
{
    [ModuleInitializer]
    internal static void TakeNone()
    {
        Environment.SetEnvironmentVariable("DOTNET_hostBuilder__reloadConfigOnChange", "false");
        Environment.SetEnvironmentVariable("DOTNET_USE_POLLING_FILE_WATCHER", "1");
    }
}
