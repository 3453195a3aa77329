using Conference.Infrastructure.Data;
using Microsoft.Extensions.DependencyInjection;

namespace Conference.Infrastructure.Cdr;

/// <summary>The stored story and the reports made of it.</summary>
public static class MeetingSetup
{
    /// <summary>Before anything that publishes: services start in this order and stop in the opposite one, so the journal hears the first word and the last.</summary>
    public static IServiceCollection AddMeetings(this IServiceCollection services)
    {
        services.AddSingleton<JournalBell>();
        services.AddSingleton<MeetingWriter>();
        services.AddSingleton<RestartCloser>();
        services.AddHostedService(all => all.GetRequiredService<RestartCloser>());
        services.AddHostedService<EventLog>();
        services.AddHostedService(all => all.GetRequiredService<MeetingWriter>());
        return services;
    }
}
