using System.Net;
using Conference.Infrastructure;
using Conference.Infrastructure.Import;
using Conference.Web.Features.Setup;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.HttpOverrides;

namespace Conference.Web.Hosting;

internal static class SettingsSetup
{
    /// <summary>Paths that count from the folder of <c>appsettings.json</c>.</summary>
    private static readonly string[] FromTheRoot =
    [
        $"{AsteriskOptions.Section}:{nameof(AsteriskOptions.Directory)}",
        $"{SipOptions.Section}:{nameof(SipOptions.Certificate)}",
        $"{SipOptions.Section}:{nameof(SipOptions.CertificateKey)}",
    ];

    /// <summary>What an operator may set, checked before the first call.</summary>
    public static void AddSettings(this WebApplicationBuilder builder)
    {
        var root = builder.Environment.ContentRootPath;
        builder.Configuration.Spread($"{SiteOptions.Section}:{nameof(SiteOptions.TrustedProxies)}");
        builder.Configuration.Spread($"{SipOptions.Section}:{nameof(SipOptions.Listen)}");
        builder.Configuration.Spread($"{SipOptions.Section}:{nameof(SipOptions.Domains)}");
        builder.Configuration.Spread($"{SipOptions.Section}:{nameof(SipOptions.DnsServers)}");
        builder.Configuration.Spread($"{SipOptions.Section}:{nameof(SipOptions.PrivateDirectories)}");
        builder.Configuration.Spread($"{SipOptions.Section}:{nameof(SipOptions.ServiceRoute)}", hasParameters: true);
        var site = builder.Configuration.GetSection(SiteOptions.Section).Get<SiteOptions>() ?? new SiteOptions();
        builder.Configuration["Conference:DataDirectory"] = site.FullDataDirectory(root); // one meaning for everybody who reads it
        foreach (var key in FromTheRoot.Concat(CertificatePaths(builder.Configuration)))
            if (builder.Configuration[key] is { Length: > 0 } path)
                builder.Configuration[key] = Path.GetFullPath(path, root);

        builder.Services.AddOptions<SiteOptions>().BindConfiguration(SiteOptions.Section).ValidateDataAnnotations()
            .Validate(o => o.PublicUrlIsUsable, "Conference:PublicUrl must begin with http:// or https://, for instance https://conference.example.org.")
            .Validate(o => o.ProxiesAreAddresses, "Conference:TrustedProxies must be a list of IP addresses, for instance 10.0.0.5.")
            .Validate(o => CanWrite(o.DataDirectory), "Conference:DataDirectory cannot be written. Create the folder and give it to the user the server runs as.")
            .ValidateOnStart();
        builder.Services.AddOptions<FirstRunOptions>().BindConfiguration(FirstRunOptions.Section)
            .Validate(o => o.AdminPassword is null or { Length: >= PeopleSetup.ShortestPassword }, $"Conference:FirstRun:AdminPassword must have at least {PeopleSetup.ShortestPasswordText} characters.")
            .ValidateOnStart();
        builder.Services.Configure<ForwardedHeadersOptions>(o => Trust(o, site));
    }

    /// <summary>Those of the other certificates, however many there are.</summary>
    private static IEnumerable<string> CertificatePaths(IConfiguration settings) =>
        settings.GetSection($"{SipOptions.Section}:{nameof(SipOptions.Certificates)}").GetChildren()
            .SelectMany(c => new[] { $"{c.Path}:{nameof(MoreCertificate.Certificate)}", $"{c.Path}:{nameof(MoreCertificate.CertificateKey)}" })
            .ToArray();

    private static void Trust(ForwardedHeadersOptions options, SiteOptions site)
    {
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var proxy in site.TrustedProxies)
            if (IPAddress.TryParse(proxy, out var address)) options.KnownProxies.Add(address);
        if (options.KnownProxies.Count > 0) options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
    }

    private static bool CanWrite(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            using var probe = new FileStream(Path.Combine(folder, $".probe-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return false;
        }
    }
}
