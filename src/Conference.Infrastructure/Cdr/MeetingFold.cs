using Conference.Core;
using Conference.Core.Bookings;
using Conference.Core.Events;
using Conference.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace Conference.Infrastructure.Cdr;

/// <summary>What one fact of a room changes in the report tables. Hearing a fact twice changes nothing the second time.</summary>
internal sealed class MeetingFold(ConferenceDb db)
{
    private readonly Dictionary<MeetingId, int> _stored = []; // people there when these facts began
    private readonly Dictionary<MeetingId, int> _come = []; // less those who have gone since

    public async Task ApplyAsync(JournalRow row, RoomEvent what, CancellationToken cancel)
    {
        var meeting = await MeetingAsync(row, what, cancel);
        switch (what)
        {
            case RoomEvent.Joined joined:
                await JoinAsync(meeting, joined, row.At, cancel);
                break;
            case RoomEvent.Left left when await db.Attendances.FindAsync([left.Who], cancel) is { LeftAt: null } leg:
                Hush(leg, row.At);
                (leg.LeftAt, leg.Reason) = (row.At, left.Reason);
                _come[meeting.Id] = _come.GetValueOrDefault(meeting.Id) - 1;
                if (left.Quality is { } quality) Judge(leg, quality);
                break;
            case RoomEvent.TalkingStarted talk when await db.Attendances.FindAsync([talk.Who], cancel) is { LeftAt: null } leg:
                leg.TalkingSince ??= row.At;
                break;
            case RoomEvent.TalkingStopped talk when await db.Attendances.FindAsync([talk.Who], cancel) is { } leg:
                Hush(leg, row.At);
                break;
            case RoomEvent.RecordingStarted start when await db.Recordings.FindAsync([start.Recording], cancel) is null:
                db.Recordings.Add(new Recording { Id = start.Recording, Meeting = meeting.Id, StartedAt = row.At });
                break;
            case RoomEvent.RecordingStopped stop when await db.Recordings.FindAsync([stop.Recording], cancel) is { State: RecordingState.Running } recording:
                (recording.StoppedAt, recording.Length, recording.State) = (row.At, stop.Length, RecordingState.Kept);
                break;
            case RoomEvent.Closed closed:
                meeting.ClosedAt ??= row.At;
                meeting.Reason ??= closed.Reason;
                break;
        }
    }

    /// <summary>The meeting's row; made by its opening, or by the first fact there is of it.</summary>
    private async Task<Meeting> MeetingAsync(JournalRow row, RoomEvent what, CancellationToken cancel)
    {
        if (await db.Meetings.FindAsync([what.Meeting], cancel) is { } known) return known;
        var opened = what as RoomEvent.Opened;
        return db.Meetings.Add(new Meeting
        {
            Id = what.Meeting,
            Room = new RoomNumber(row.Room),
            Title = Plain.Line(opened?.Title, Booking.TitleLength),
            Booking = opened?.Booking,
            OwnerId = opened?.Owner,
            OpenedAt = row.At,
        }).Entity;
    }

    private async Task JoinAsync(Meeting meeting, RoomEvent.Joined joined, DateTimeOffset at, CancellationToken cancel)
    {
        if (await db.Attendances.FindAsync([joined.Who], cancel) is not null) return;
        db.Attendances.Add(new Attendance
        {
            Id = joined.Who,
            Meeting = meeting.Id,
            Name = Plain.Line(joined.Name),
            Number = Plain.Line(joined.Number),
            Role = joined.Role,
            Via = joined.Via,
            Call = Plain.Line(joined.Call),
            JoinedAt = at,
        });
        _come[meeting.Id] = _come.GetValueOrDefault(meeting.Id) + 1;
        meeting.MostPeople = Math.Max(meeting.MostPeople, await PeopleAsync(meeting.Id, cancel));
    }

    /// <summary>How many are there. Counted, not loaded: a thousand people who come one by one must not cost a million rows.</summary>
    private async Task<int> PeopleAsync(MeetingId meeting, CancellationToken cancel)
    {
        if (!_stored.TryGetValue(meeting, out var stored))
            _stored[meeting] = stored = await db.Attendances.CountAsync(a => a.Meeting == meeting && a.LeftAt == null, cancel);
        return stored + _come.GetValueOrDefault(meeting);
    }

    private static void Judge(Attendance leg, CallQuality quality) =>
        (leg.Score, leg.WorstScore, leg.LossPercent, leg.JitterMs, leg.DelayMs) = (quality.Score, quality.Worst, quality.LossPercent, quality.JitterMs, quality.DelayMs);

    private static void Hush(Attendance leg, DateTimeOffset at)
    {
        if (leg.TalkingSince is { } since && at > since) leg.Talked += at - since;
        leg.TalkingSince = null;
    }
}
