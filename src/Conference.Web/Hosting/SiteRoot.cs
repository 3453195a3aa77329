namespace Conference.Web.Hosting;

/// <summary>Where pages, scripts and settings lie.</summary>
public static class SiteRoot
{
    /// <summary>The first folder with a <c>wwwroot</c>, from the binary upwards: the repository while developing, the program's own folder once published.</summary>
    /// <exception cref="DirectoryNotFoundException">The installation is incomplete; the message says so.</exception>
    public static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, "wwwroot"))) return folder.FullName;
        throw new DirectoryNotFoundException($"No folder named wwwroot at or above {AppContext.BaseDirectory}: the installation is incomplete. Copy the whole published folder.");
    }
}
