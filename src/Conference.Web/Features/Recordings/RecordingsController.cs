using Conference.Core;
using Conference.Core.Recordings;
using Conference.Infrastructure.Data;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Conference.Web.Features.Recordings;

/// <summary>What was recorded: to hear, and to keep. Files are found by id alone; no name from outside becomes a path.</summary>
[Route("recordings")]
public sealed class RecordingsController(ConferenceDb db, RecordingPlaces places, PageClock clock) : Controller
{
    private const string Wav = "audio/wav";
    private const int Many = 200;

    [HttpGet("")]
    public async Task<IActionResult> List(CancellationToken cancel)
    {
        var (me, all) = (User.Id(), User.IsOperator());
        return View(await Kept().Where(r => all || r.OwnerId == me).OrderByDescending(r => r.StartedAt).Take(Many).ToListAsync(cancel));
    }

    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Show(Guid id, CancellationToken cancel) =>
        await FindAsync(id, cancel) is { } recording ? View(new RecordingPage(recording, SizeOf(recording))) : NotFound();

    /// <summary>For the player, with ranges so that seeking needs no download.</summary>
    [HttpGet("{id:guid}/audio"), HttpHead("{id:guid}/audio")]
    public async Task<IActionResult> Listen(Guid id, CancellationToken cancel) =>
        await FileAsync(id, cancel) is { } found ? PhysicalFile(found.Path, Wav, enableRangeProcessing: true) : NotFound();

    /// <summary>The same file as an attachment.</summary>
    [HttpGet("{id:guid}/file"), HttpHead("{id:guid}/file")]
    public async Task<IActionResult> Download(Guid id, CancellationToken cancel) =>
        await FileAsync(id, cancel) is { } found ? PhysicalFile(found.Path, Wav, FileName.Of(found.Row.Title, clock.Local(found.Row.StartedAt)), enableRangeProcessing: true) : NotFound();

    private async Task<(RecordingRow Row, string Path)?> FileAsync(Guid id, CancellationToken cancel) =>
        await FindAsync(id, cancel) is { IsRunning: false } row && SizeOf(row) > 0 ? (row, Path.GetFullPath(places.MixOf(row.Id))) : null;

    /// <summary>Somebody else's recording looks as if it were not there.</summary>
    private async Task<RecordingRow?> FindAsync(Guid id, CancellationToken cancel)
    {
        var wanted = new RecordingId(id);
        return await Kept().SingleOrDefaultAsync(r => r.Id == wanted, cancel) is { } row && User.MayModerate(row.OwnerId) ? row : null;
    }

    private IQueryable<RecordingRow> Kept() =>
        from recording in db.Recordings.AsNoTracking()
        join meeting in db.Meetings on recording.Meeting equals meeting.Id
        where recording.State == RecordingState.Running || recording.State == RecordingState.Kept
        select new RecordingRow
        {
            Id = recording.Id,
            Meeting = meeting.Id,
            OwnerId = meeting.OwnerId,
            Title = meeting.Title,
            Room = meeting.Room,
            StartedAt = recording.StartedAt,
            Length = recording.Length,
            IsRunning = recording.State == RecordingState.Running,
        };

    private long SizeOf(RecordingRow row) => new FileInfo(places.MixOf(row.Id)) is { Exists: true } file ? file.Length : 0;
}

/// <summary>One recording with the meeting it is of.</summary>
public sealed class RecordingRow
{
    public required RecordingId Id { get; init; }

    public required MeetingId Meeting { get; init; }

    public required string? OwnerId { get; init; }

    public required string Title { get; init; }

    public required RoomNumber Room { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required TimeSpan Length { get; init; }

    public required bool IsRunning { get; init; }
}

public sealed record RecordingPage(RecordingRow Recording, long Bytes);
