using System.Globalization;
using Conference.Core.Exchange;
using Conference.Web.Features.Calls;
using Conference.Web.Features.Dashboard;
using Conference.Web.Features.Health;
using Conference.Web.Features.Setup;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Conference.Web.Hosting;

internal static class PagesSetup
{
    /// <summary>Pages in four languages, every form with its token.</summary>
    public static void AddPages(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddLocalization(o => o.ResourcesPath = "Resources");
        builder.Services.AddControllersWithViews(o =>
            {
                o.Filters.Add<AutoValidateAntiforgeryTokenAttribute>();
                o.Filters.Add(new ResponseCacheAttribute { NoStore = true, Location = ResponseCacheLocation.None });
            })
            .AddDataAnnotationsLocalization(o => o.DataAnnotationLocalizerProvider = (_, words) => words.Create(typeof(SharedWords)))
            .AddRazorOptions(o =>
            {
                o.ViewLocationFormats.Clear();
                o.ViewLocationFormats.Add("/Features/{2}/{0}.cshtml");
                o.ViewLocationFormats.Add("/Features/Shared/{0}.cshtml");
                o.ViewLocationExpanders.Add(new FeatureFolders());
            });
        builder.Services.AddSingleton<IConfigureOptions<MvcOptions>, BindingSentences>();
        builder.Services.AddAntiforgery(o =>
        {
            o.Cookie.Name = "conference.form";
            o.Cookie.HttpOnly = true;
            o.Cookie.SameSite = SameSiteMode.Lax;
            o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        builder.Services.Configure<CookieTempDataProviderOptions>(o => o.Cookie.Name = "conference.note");
        builder.Services.AddSingleton<CookieTempDataProvider>();
        builder.Services.AddSingleton<ITempDataProvider, NextPageOnly>();
        builder.Services.Configure<RequestLocalizationOptions>(Languages);
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddScoped<PageClock>();
        builder.Services.AddSingleton<SetupLink>();
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddHostedService<FirstRun>();
        builder.Services.AddHostedService<Welcome>();
    }

    /// <summary>The live pages: one hub, and the feed readers that feed it.</summary>
    public static void AddLivePages(this WebApplicationBuilder builder)
    {
        builder.Services.AddSignalR(o =>
        {
            o.MaximumReceiveMessageSize = 32 * 1024;
            o.KeepAliveInterval = TimeSpan.FromSeconds(5); // a page that hears nothing for 12 s says so and pauses its buttons
        });
        builder.Services.AddSingleton<RoomAccess>();
        builder.Services.AddSingleton<LiveViewers>();
        builder.Services.AddSingleton<CallIn>(all => all.GetRequiredService<Switchboard>().DialOutAsync);
        builder.Services.AddSingleton<DialBoard>();
        builder.Services.AddSingleton<LiveConnections>();
        builder.Services.AddHostedService<LiveFeed>();
        builder.Services.AddHostedService<LevelFeed>();
        builder.Services.AddHostedService<QualityFeed>();
        builder.Services.AddSingleton<ExchangeFeed>();
        builder.Services.AddHostedService(all => all.GetRequiredService<ExchangeFeed>());
    }

    private static void Languages(RequestLocalizationOptions options)
    {
        var cultures = Spoken.Languages.Select(l => new CultureInfo(l.Tag)).ToList();
        options.DefaultRequestCulture = new RequestCulture("en");
        options.SupportedCultures = cultures;
        options.SupportedUICultures = cultures;
        options.RequestCultureProviders = [new CookieRequestCultureProvider { CookieName = Spoken.Cookie }, new AcceptLanguageHeaderRequestCultureProvider()];
    }
}
