using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Conference.Web.Hosting;

/// <summary>Prints where to open the browser once the site answers, and the one-time set-up link while there is no administrator.</summary>
/// <remarks>The link goes to the console alone, never to the log: logs are copied and kept.</remarks>
public sealed class Welcome(IServer server, IHostApplicationLifetime life, SetupLink setup, IOptions<SiteOptions> site) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        life.ApplicationStarted.Register(Print);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Print()
    {
        var url = Url().TrimEnd('/');
        Console.Out.WriteLine($"Conference is ready: {url}");
        if (setup.TakeToken() is { } token) Console.Out.WriteLine($"No administrator yet. Set-up link, good once and for one hour: {url}/setup/{token}");
        Console.Out.Flush();
    }

    private string Url()
    {
        if (site.Value.PublicUrl.Length > 0) return site.Value.PublicUrl;
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://localhost:8080";
        return address.Replace("0.0.0.0", "localhost", StringComparison.Ordinal).Replace("[::]", "localhost", StringComparison.Ordinal)
            .Replace("//*", "//localhost", StringComparison.Ordinal).Replace("//+", "//localhost", StringComparison.Ordinal);
    }
}
