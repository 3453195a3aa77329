using Conference.Core;
using Conference.Core.Events;
using Conference.Media.Sessions;

namespace Conference.Web.Hosting;

/// <summary>Tells the log and the feed when a mixer has more, or less, work than time: once a step, not while it lasts.</summary>
internal sealed partial class LoadWatcher(IMediaEngine media, EventFeed feed, ILogger<LoadWatcher> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        media.LoadChanged += Tell;
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        media.LoadChanged -= Tell;
        return Task.CompletedTask;
    }

    private void Tell(WorkerHealth worker)
    {
        var busy = (int)Math.Round(100 * worker.Busy);
        if (worker.Step == OverloadStep.None) HasTime(log, worker.Number, busy);
        else GivesUp(log, worker.Number, busy, worker.Step);
        feed.Publish(Actor.System, new MediaEvent.LoadChanged(worker.Number, worker.Step.ToString().ToLowerInvariant(), busy));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Mixer {Worker} is {Busy} % busy and has time for everything again.")]
    private static partial void HasTime(ILogger log, int worker, int busy);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Mixer {Worker} is {Busy} % busy; it is on step {Step} of what it gives up.")]
    private static partial void GivesUp(ILogger log, int worker, int busy, OverloadStep step);
}
