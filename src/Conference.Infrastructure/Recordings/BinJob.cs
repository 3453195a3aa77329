using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Conference.Infrastructure.Recordings;

/// <summary>Empties the bin of recordings, once an hour.</summary>
internal sealed class BinJob(RecordingCatalogue catalogue, TimeProvider time, ILogger<BinJob> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var hourly = new PeriodicTimer(TimeSpan.FromHours(1), time);
            while (await hourly.WaitForNextTickAsync(stoppingToken)) await EmptyAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task EmptyAsync(CancellationToken cancel)
    {
        try
        {
            if (await catalogue.EmptyBinAsync(cancel) is > 0 and var count) Log.Emptied(log, count);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Log.NotEmptied(log, e);
        }
    }
}

/// <summary>What is known of recordings, and their end.</summary>
public static class RecordingSetup
{
    public static IServiceCollection AddRecordings(this IServiceCollection services) =>
        services.AddSingleton<RecordingCatalogue>().AddHostedService<BinJob>();
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} recordings left the bin for good.")]
    public static partial void Emptied(ILogger log, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The bin of recordings could not be emptied.")]
    public static partial void NotEmptied(ILogger log, Exception error);
}
