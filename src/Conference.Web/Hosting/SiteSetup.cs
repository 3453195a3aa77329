using Conference.Web.Features.Calls;
using Conference.Web.Features.Dashboard;

namespace Conference.Web.Hosting;

internal static class SiteSetup
{
    /// <summary>What a request passes, in order.</summary>
    public static void UseSite(this WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler("/error/500");
        app.UseStatusCodePagesWithReExecute("/error/{0}");
        app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "public, max-age=604800" }); // addresses carry a version
        app.UseHttpMethodOverride(new HttpMethodOverrideOptions { FormFieldName = "_method" }); // forms can only GET and POST
        app.UseRouting();
        app.UseMiddleware<OriginGuard>();
        app.UseMiddleware<WebSocketGuard>();
        app.UseWebSockets();
        app.UseAuthentication();
        app.UseRequestLocalization();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.MapControllers();
        app.MapHub<LiveHub>(LiveHub.Path);
        app.MapSip();
        app.MapHub<ExchangeHub>(ExchangeHub.Path);
    }
}
