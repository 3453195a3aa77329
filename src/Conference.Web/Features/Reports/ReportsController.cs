using Conference.Core;
using Conference.Infrastructure.Data;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Reports;

/// <summary>Past conferences and who attended.</summary>
[Route("reports")]
public sealed class ReportsController(ConferenceDb db, PageClock clock, IStringLocalizer<SharedWords> T) : Controller
{
    private const int PageSize = 50;

    [HttpGet("")]
    public async Task<IActionResult> List(int page, CancellationToken cancel)
    {
        var (me, all) = (User.Id(), User.IsOperator());
        var skip = Math.Clamp(page, 0, 100_000) * PageSize;
        var meetings = await db.Meetings.AsNoTracking().Where(m => m.ClosedAt != null && (all || m.OwnerId == me))
            .OrderByDescending(m => m.OpenedAt).Skip(skip).Take(PageSize + 1).ToListAsync(cancel);
        return View(new ReportsPage(meetings.Take(PageSize).ToList(), Math.Max(page, 0), meetings.Count > PageSize));
    }

    [HttpGet("{id:guid}")]
    public async Task<IActionResult> Show(Guid id, CancellationToken cancel) =>
        await FindAsync(id, cancel) is { } meeting ? View(meeting) : NotFound();

    [HttpGet("{id:guid}/attendance.csv")]
    public async Task<IActionResult> Csv(Guid id, CancellationToken cancel)
    {
        if (await FindAsync(id, cancel) is not { } meeting) return NotFound();
        var bytes = AttendanceCsv.Write(meeting, clock.Zone, T);
        return File(bytes, "text/csv; charset=utf-8", $"attendance-{meeting.Room}-{clock.Local(meeting.OpenedAt):yyyy-MM-dd-HHmm}.csv");
    }

    /// <summary>Somebody else's report looks as if it were not there.</summary>
    private async Task<Meeting?> FindAsync(Guid id, CancellationToken cancel)
    {
        var wanted = new MeetingId(id);
        var meeting = await db.Meetings.AsNoTracking().Include(m => m.Attendances.OrderBy(a => a.JoinedAt)).Include(m => m.Recordings)
            .AsSplitQuery().SingleOrDefaultAsync(m => m.Id == wanted, cancel);
        return meeting is not null && User.MayModerate(meeting.OwnerId) ? meeting : null;
    }
}

public sealed record ReportsPage(IReadOnlyList<Meeting> Meetings, int Page, bool HasMore);
