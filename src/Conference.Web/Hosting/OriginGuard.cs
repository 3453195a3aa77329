using Conference.Web.Features.Shared;
using Microsoft.Extensions.Options;

namespace Conference.Web.Hosting;

/// <summary>Lets only pages of this site open live connections: browsers send cookies along with web sockets from anywhere, and no form token protects those.</summary>
public sealed class OriginGuard(RequestDelegate next, IOptions<SiteOptions> site)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (!IsLive(context.Request.Path) || IsOurs(context.Request)) return next(context);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static bool IsLive(PathString path) =>
        path.StartsWithSegments("/hubs", StringComparison.OrdinalIgnoreCase) || path.StartsWithSegments(SipEndpoint.Path, StringComparison.OrdinalIgnoreCase);

    /// <summary>Scheme, host and port must all be the same. Programs that are no browsers send no Origin.</summary>
    private bool IsOurs(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0
            || origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
            || (site.Value.PublicUrl is { Length: > 0 } url && origin.Equals(new Uri(url).GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase));
    }
}
