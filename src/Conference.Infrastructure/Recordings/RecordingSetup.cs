using Microsoft.Extensions.DependencyInjection;

namespace Conference.Infrastructure.Recordings;

/// <summary>What is kept of conferences as files, and what is done with it afterwards.</summary>
public static class RecordingSetup
{
    public static IServiceCollection AddRecordings(this IServiceCollection services, SmallCopyOptions copies)
    {
        services.AddSingleton(copies);
        services.AddSingleton<RecordingShelf>();
        services.AddHostedService<SmallCopies>();
        services.AddHostedService<DiskReporter>();
        return services;
    }
}
