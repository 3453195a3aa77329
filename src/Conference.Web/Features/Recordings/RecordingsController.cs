using System.Collections.Immutable;
using Conference.Core;
using Conference.Core.Events;
using Conference.Infrastructure.Data;
using Conference.Infrastructure.Recordings;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Recordings;

/// <summary>What was recorded: to hear, and to keep. Files are found by ids alone; no name from outside becomes a path.</summary>
[Route("recordings")]
public sealed class RecordingsController(ConferenceDb db, RecordingShelf shelf, PageClock clock, EventFeed feed, TimeProvider time, IStringLocalizer<SharedWords> T) : Controller
{
    private const string Wav = "audio/wav";
    private const string Ogg = "audio/ogg";
    private const int Many = 200;

    [HttpGet("")]
    public async Task<IActionResult> List(CancellationToken cancel)
    {
        var (me, all) = (User.Id(), User.IsOperator());
        var rows = await Kept().Where(r => all || r.OwnerId == me).OrderByDescending(r => r.StartedAt).Take(Many).ToListAsync(cancel);
        return View(new RecordingList(rows, all ? shelf.UseOfAll() : rows.Sum(r => shelf.UseOf(r.Id))));
    }

    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Show(Guid id, CancellationToken cancel) =>
        await FindAsync(id, cancel) is { } recording ? View(await PageAsync(recording, cancel)) : NotFound();

    /// <summary>For the player, with ranges so that seeking needs no download.</summary>
    [HttpGet("{id:guid}/audio"), HttpHead("{id:guid}/audio")]
    public async Task<IActionResult> Listen(Guid id, CancellationToken cancel) =>
        await FinishedAsync(id, cancel) is { } row && shelf.MixOf(row.Id) is { } path ? PhysicalFile(path, Wav, enableRangeProcessing: true) : NotFound();

    /// <summary>The same file as an attachment.</summary>
    [HttpGet("{id:guid}/file"), HttpHead("{id:guid}/file")]
    public async Task<IActionResult> Download(Guid id, CancellationToken cancel) =>
        await FinishedAsync(id, cancel) is { } row && shelf.MixOf(row.Id) is { } path ? Attachment(path, Wav, row) : NotFound();

    /// <summary>The small copy.</summary>
    [HttpGet("{id:guid}/small"), HttpHead("{id:guid}/small")]
    public async Task<IActionResult> Small(Guid id, CancellationToken cancel) =>
        await FinishedAsync(id, cancel) is { } row && shelf.SmallOf(row.Id) is { } path ? Attachment(path, Ogg, row, kind: "opus") : NotFound();

    /// <summary>The voice of one talker, as long as the whole and silent where he was.</summary>
    [HttpGet("{id:guid}/tracks/{who:guid}"), HttpHead("{id:guid}/tracks/{who:guid}")]
    public async Task<IActionResult> Track(Guid id, Guid who, CancellationToken cancel)
    {
        var talker = new ParticipantId(who);
        if (await FinishedAsync(id, cancel) is not { } row || shelf.TrackOf(row.Id, talker) is not { } path) return NotFound();
        var name = await db.Attendances.AsNoTracking().Where(a => a.Id == talker && a.Meeting == row.Meeting).Select(a => a.Name.Length > 0 ? a.Name : a.Number).SingleOrDefaultAsync(cancel);
        return Attachment(path, Wav, row, name ?? "");
    }

    /// <summary>Away with it: with the mix, the tracks, the small copy and who spoke when. That it was there, and who deleted it, stays known.</summary>
    [HttpDelete("{id:guid}")]
    public async Task<IActionResult> Delete(Guid id, CancellationToken cancel)
    {
        if (await FinishedAsync(id, cancel) is not { } row) return NotFound();
        var recording = await db.Recordings.SingleAsync(r => r.Id == row.Id, cancel);
        (recording.State, recording.DeletedAt, recording.DeletedById, recording.DeletedByName) = (RecordingState.Deleted, time.GetUtcNow(), User.Id(), User.Actor().Name);
        try
        {
            shelf.Delete(row.Id);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            this.SayTrouble(T["The disk does not let go of the files. Try again later."]);
            return Redirect($"/recordings/{row.Id}");
        }

        await db.SaveChangesAsync(cancel); // after the files: whoever is told that it is gone can rely on it
        feed.Publish(User.Actor(), new AdminEvent.Done(AdminAct.Removed, AdminSubject.Recording, $"{row.Title} {row.StartedAt:u}"));
        return Redirect("/recordings");
    }

    private PhysicalFileResult Attachment(string path, string type, RecordingRow row, string who = "", string kind = "wav") =>
        PhysicalFile(path, type, FileName.Of(row.Title, clock.Local(row.StartedAt), who, kind), enableRangeProcessing: true);

    private async Task<RecordingPage> PageAsync(RecordingRow row, CancellationToken cancel)
    {
        if (row.IsRunning || shelf.MixOf(row.Id) is not { } mix) return new RecordingPage(row, 0, 0, [], [], 0);
        var names = await db.Attendances.AsNoTracking().Where(a => a.Meeting == row.Meeting).ToDictionaryAsync(a => a.Id, a => a.Name.Length > 0 ? a.Name : a.Number, cancel);
        var story = shelf.StoryOf(row.Id, row.Length);
        var tracks = shelf.TracksOf(row.Id).ToDictionary(t => t.Who);
        var told = story.Talkers.Select(t => new ParticipantId(t.Who)).ToHashSet();
        ImmutableArray<TalkerRow> talkers =
        [
            .. story.Talkers.Where(t => t.Spoke.Length > 0 || tracks.ContainsKey(new ParticipantId(t.Who)))
                .Select(t => new TalkerRow(new ParticipantId(t.Who), NameOf(new ParticipantId(t.Who)), t.Total, [.. t.Spoke.Select(s => (s.From, s.To))], tracks.ContainsKey(new ParticipantId(t.Who)))),
            .. tracks.Keys.Where(who => !told.Contains(who)).Select(who => new TalkerRow(who, NameOf(who), TimeSpan.Zero, [], true)),
        ];
        var small = shelf.SmallOf(row.Id) is { } path ? new FileInfo(path).Length : 0;
        return new RecordingPage(row, new FileInfo(mix).Length, small, talkers, [.. story.Pauses.Select(p => (p.From, p.To))], shelf.UseOf(row.Id));

        string NameOf(ParticipantId who) => names.GetValueOrDefault(who) is { Length: > 0 } name ? name : T["Unknown"];
    }

    /// <summary>One that can be handed out: it no longer runs.</summary>
    private async Task<RecordingRow?> FinishedAsync(Guid id, CancellationToken cancel) => await FindAsync(id, cancel) is { IsRunning: false } row ? row : null;

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

/// <param name="BytesOnDisk">What all of them take, with tracks and copies.</param>
public sealed record RecordingList(IReadOnlyList<RecordingRow> Rows, long BytesOnDisk);

/// <param name="Spoke">When, from the beginning of the recording.</param>
/// <param name="HasTrack">Whether his voice can be had alone.</param>
public sealed record TalkerRow(ParticipantId Who, string Name, TimeSpan Total, ImmutableArray<(TimeSpan From, TimeSpan To)> Spoke, bool HasTrack);

/// <param name="Bytes">Of the mix; 0 when it runs or is missing.</param>
/// <param name="SmallBytes">Of the small copy; 0 when there is none.</param>
/// <param name="BytesOnDisk">What all its files take.</param>
public sealed record RecordingPage(
    RecordingRow Recording, long Bytes, long SmallBytes, ImmutableArray<TalkerRow> Talkers, ImmutableArray<(TimeSpan From, TimeSpan To)> Pauses, long BytesOnDisk);
