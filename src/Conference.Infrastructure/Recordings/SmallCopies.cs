using System.Threading.Channels;
using Conference.Core;
using Conference.Core.Events;
using Conference.Core.Recordings;
using Conference.Infrastructure.Data;
using Conference.Media.Recording;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Conference.Infrastructure.Recordings;

/// <summary>Makes the small copy of each recording when it is over, one after the other, on a thread that everybody else goes before.</summary>
/// <remarks>What the last run did not come to is made up for at the start. Without libopus there are no copies, and that is no fault.</remarks>
public sealed class SmallCopies(IDbContextFactory<ConferenceDb> dbs, EventFeed feed, RecordingPlaces places, SmallCopyOptions options, ILogger<SmallCopies> log) : BackgroundService
{
    private const int MostMissed = 1000;

    private readonly OpusCopy _copy = new();
    private readonly Channel<RecordingId> _due = Channel.CreateUnbounded<RecordingId>();
    private EventReader? _reader;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!options.IsWanted || !_copy.IsPossible) return;
        _reader = feed.Subscribe();
        await base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _reader?.Dispose();
        await base.StopAsync(cancellationToken);
    }

    /// <summary>Makes one copy, unless it is there already or the recording is gone.</summary>
    /// <returns>Whether there is one now.</returns>
    public bool Make(RecordingId id, CancellationToken cancel)
    {
        var (mix, small) = (places.MixOf(id), Path.Combine(places.FolderOf(id), RecordingFiles.Small));
        if (File.Exists(small)) return true;
        return File.Exists(mix) && _copy.Write(mix, small, cancel);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var worker = new Thread(() => Work(stoppingToken)) { IsBackground = true, Name = "small copies", Priority = ThreadPriority.Lowest };
        worker.Start();
        try
        {
            foreach (var id in await MissedAsync(stoppingToken)) _due.Writer.TryWrite(id);
            await foreach (var fact in _reader!.ReadAllAsync(stoppingToken))
                if (fact?.What is RoomEvent.RecordingStopped stopped) _due.Writer.TryWrite(stopped.Recording);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }

        _due.Writer.TryComplete();
    }

    private async Task<List<RecordingId>> MissedAsync(CancellationToken cancel)
    {
        try
        {
            await using var db = await dbs.CreateDbContextAsync(cancel);
            return await db.Recordings.AsNoTracking().Where(r => r.State == RecordingState.Kept).OrderByDescending(r => r.StartedAt).Select(r => r.Id).Take(MostMissed).ToListAsync(cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Log.NotLookedUp(log, e);
            return [];
        }
    }

    private void Work(CancellationToken stopping)
    {
        try
        {
            while (_due.Reader.WaitToReadAsync(stopping).AsTask().GetAwaiter().GetResult())
                while (_due.Reader.TryRead(out var id))
                    TryMake(id, stopping);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void TryMake(RecordingId id, CancellationToken stopping)
    {
        try
        {
            Make(id, stopping);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.NotMade(log, id, e);
        }
    }
}

/// <param name="IsWanted">Whether small copies are made at all.</param>
public sealed record SmallCopyOptions(bool IsWanted);

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The small copy of recording {Recording} could not be made; the recording itself is whole.")]
    public static partial void NotMade(ILogger log, RecordingId recording, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Which recordings still lack a small copy could not be looked up; new ones get theirs.")]
    public static partial void NotLookedUp(ILogger log, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The disk of the recordings has {Free} bytes left: {Level}.")]
    public static partial void DiskFills(ILogger log, long free, string level);

    [LoggerMessage(Level = LogLevel.Information, Message = "The disk of the recordings has {Free} bytes left again.")]
    public static partial void DiskRecovered(ILogger log, long free);
}
