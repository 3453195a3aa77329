using Conference.Core.Events;
using Conference.Core.Exchange;
using Microsoft.AspNetCore.SignalR;

namespace Conference.Web.Features.Calls;

/// <summary>Passes on that phones came and went and that calls changed: at once, then at most every <see cref="Pause"/>.</summary>
public sealed partial class ExchangeFeed(EventFeed feed, LiveCalls calls, IHubContext<ExchangeHub> hub, TimeProvider time, ILogger<ExchangeFeed> log) : BackgroundService
{
    /// <summary>Pages fetch themselves again when told: a busy hour must not become a storm of fetches.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    private readonly SemaphoreSlim _news = new(0);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        calls.Changed += Ring;
        try
        {
            await Task.WhenAll(ReadAsync(stoppingToken), TellAsync(stoppingToken));
        }
        finally
        {
            calls.Changed -= Ring;
        }
    }

    /// <summary>Something changed that no event tells of; returns at once.</summary>
    public void Wake() => Ring();

    private void Ring(LiveCall call) => Ring();

    private void Ring()
    {
        if (_news.CurrentCount == 0) _news.Release();
    }

    private async Task ReadAsync(CancellationToken stopping)
    {
        using var reader = feed.Subscribe();
        await foreach (var envelope in reader.ReadAllAsync(stopping))
            if (envelope is null or { What: DeviceEvent or AdminEvent }) Ring();
    }

    private async Task TellAsync(CancellationToken stopping)
    {
        while (true)
        {
            await _news.WaitAsync(stopping);
            try
            {
                await hub.Clients.All.SendAsync("exchange", stopping);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.NotTold(log, e);
            }

            await Task.Delay(Pause, time, stopping);
        }
    }

    public override void Dispose()
    {
        _news.Dispose();
        base.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Open pages of the exchange could not be told of a change.")]
        public static partial void NotTold(ILogger log, Exception e);
    }
}
