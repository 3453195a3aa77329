using Conference.Infrastructure.Data;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Conference.Infrastructure.Messaging;

/// <summary>Mail: what is written, the outbox it waits in and the server that takes it.</summary>
public static class MailSetup
{
    public static IServiceCollection AddMail(this IServiceCollection services)
    {
        services.AddOptions<MailOptions>().BindConfiguration(MailOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MailOptions>, Check>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<OutboxBell>();
        services.AddSingleton<IMailer, SmtpMailer>();
        services.AddSingleton(all => new BookingMails(
            () => DialInOf(all.GetRequiredService<IConfiguration>(), all.GetRequiredService<SettingsStore>().Current),
            all.GetRequiredService<OutboxBell>(),
            all.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IBookingPost>(all => all.GetRequiredService<BookingMails>());
        services.AddHostedService<OutboxSender>();
        return services;
    }

    private static DialIn DialInOf(IConfiguration configuration, SiteSettings settings) => new(
        settings.PublicAccessNumber.Length > 0 ? settings.PublicAccessNumber : settings.AccessNumber,
        SipHostOf(configuration["Conference:Sip:AdvertisedAddress"], configuration.GetSection("Conference:Sip:Listen").GetChildren().FirstOrDefault()?.Value),
        Uri.TryCreate(configuration["Conference:PublicUrl"], UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null);

    /// <summary>Host part of a SIP URI (RFC 3261 §25.1): IPv6 in brackets, the port only where phones would not guess it.</summary>
    internal static string SipHostOf(string? advertised, string? listen)
    {
        if (string.IsNullOrEmpty(advertised)) return "";
        var host = Uri.CheckHostName(advertised) == UriHostNameType.IPv6 ? $"[{advertised.Trim('[', ']')}]" : advertised;
        return Uri.TryCreate(listen, UriKind.Absolute, out var at) && at.Port is > 0 and not 5060 ? $"{host}:{at.Port}" : host;
    }

    private sealed class Check : IValidateOptions<MailOptions>
    {
        public ValidateOptionsResult Validate(string? name, MailOptions options) =>
            options.Problems().ToList() is { Count: > 0 } problems ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;
    }
}
