using System.Threading.RateLimiting;
using Conference.Core.Accounts;
using Conference.Infrastructure.Data;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.RateLimiting;

namespace Conference.Web.Hosting;

internal static class PeopleSetup
{
    public const int ShortestPassword = 10;
    public const string ShortestPasswordText = "10";

    /// <summary>Who signs in, and what each role may do.</summary>
    public static void AddPeople(this WebApplicationBuilder builder)
    {
        var site = builder.Configuration.GetSection(SiteOptions.Section).Get<SiteOptions>() ?? new SiteOptions();
        builder.Services.AddIdentity<Person, IdentityRole>(Rules)
            .AddEntityFrameworkStores<ConferenceDb>().AddDefaultTokenProviders()
            .AddClaimsPrincipalFactory<PersonClaims>().AddErrorDescriber<IdentitySentences>();
        builder.Services.Configure<DataProtectionTokenProviderOptions>(o => o.TokenLifespan = TimeSpan.FromHours(1)); // one-time links
        builder.Services.Configure<SecurityStampValidatorOptions>(o => o.ValidationInterval = TimeSpan.FromSeconds(5)); // a changed role or lock counts at once
        builder.Services.ConfigureApplicationCookie(o => Cookie(o, site));
        builder.Services.AddDataProtection().SetApplicationName("conference")
            .PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(site.DataDirectory, "keys")));
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Operators, p => p.RequireRole(Roles.Operator, Roles.Administrator))
            .AddPolicy(Policies.Administrators, p => p.RequireRole(Roles.Administrator))
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services.AddRateLimiter(Limit);
    }

    private static void Rules(IdentityOptions options)
    {
        options.Lockout.MaxFailedAccessAttempts = 5;
        options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
        options.Password.RequiredLength = ShortestPassword;
        options.Password.RequireDigit = options.Password.RequireLowercase = options.Password.RequireUppercase = options.Password.RequireNonAlphanumeric = false; // length beats ornament
        options.Password.RequiredUniqueChars = 4;
    }

    private static void Cookie(Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationOptions options, SiteOptions site)
    {
        options.Cookie.Name = "conference";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = TimeSpan.FromSeconds(site.SignedInSeconds);
        options.SlidingExpiration = true;
        options.LoginPath = "/sign-in";
        options.ReturnUrlParameter = "returnUrl";
        options.Events.OnRedirectToAccessDenied = context => Answer(context.Response, StatusCodes.Status403Forbidden);
        options.Events.OnRedirectToLogin = context =>
        {
            if (IsPage(context.Request)) context.Response.Redirect(context.RedirectUri);
            else context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        };
    }

    private static Task Answer(HttpResponse response, int status)
    {
        response.StatusCode = status;
        return Task.CompletedTask;
    }

    /// <summary>Only somebody reading a page is sent to the sign-in page; scripts and downloads hear 401.</summary>
    private static bool IsPage(HttpRequest request) =>
        !request.Path.StartsWithSegments("/hubs", StringComparison.Ordinal) && (HttpMethods.IsPost(request.Method) || request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal));

    private static void Limit(RateLimiterOptions options)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.AddPolicy(Policies.Guessing, context => RateLimitPartition.GetFixedWindowLimiter(
            context.Connection.RemoteIpAddress?.ToString() ?? "",
            _ => new FixedWindowRateLimiterOptions { PermitLimit = GuessesPerMinute(context), Window = TimeSpan.FromMinutes(1) }));
    }

    private static int GuessesPerMinute(HttpContext context) =>
        context.RequestServices.GetRequiredService<Microsoft.Extensions.Options.IOptions<SiteOptions>>().Value.GuessesPerMinute;
}
