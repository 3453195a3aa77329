using System.Collections.Concurrent;
using System.Collections.Immutable;
using Conference.Core.Events;
using Conference.Core.Recordings;
using Conference.Media.Recording;
using Conference.Media.Sessions;

namespace Conference.Core.Rooms;

/// <summary>All live rooms: opens one for the first caller, forgets it after the last, and passes on what people ask.</summary>
public sealed class RoomDesk(IMediaEngine media, EventFeed feed, RoomSounds sounds, RecordingPlaces places, TimeProvider time)
{
    private readonly ConcurrentDictionary<RoomNumber, Room> _rooms = [];
    private readonly Lock _opening = new();
    private bool _closing;

    public ImmutableArray<RoomSnapshot> Live =>
        [.. _rooms.Values.Select(r => r.Snapshot).Where(s => s.People.Length > 0).OrderBy(s => s.OpenedAt)];

    public RoomSnapshot? Find(RoomNumber number) =>
        _rooms.TryGetValue(number, out var room) && room.Snapshot is { People.Length: > 0 } live ? live : null;

    public ImmutableArray<PersonLevel> LevelsOf(RoomNumber number) =>
        _rooms.TryGetValue(number, out var room) ? [.. room.Levels.Select(l => new PersonLevel(new ParticipantId(l.Seat), l.Dbov))] : [];

    /// <summary>How everybody in a live room sounds at this moment.</summary>
    public ImmutableArray<PersonQuality> QualityOf(RoomNumber number) => _rooms.TryGetValue(number, out var room) ? room.Quality : [];

    /// <summary>Whether a live room records and its disk refuses.</summary>
    public bool IsRecordingInTrouble(RoomNumber number) => _rooms.TryGetValue(number, out var room) && room.RecordingIsInTrouble;

    /// <summary>Whether a live room records, but for want of space only the mix.</summary>
    public bool IsRecordingWithoutTracks(RoomNumber number) => Find(number)?.Recording is not null && media.Health.Disk.Level == DiskLevel.Scarce;

    /// <summary>Asks a live room. Whether <paramref name="by"/> may ask was decided by the caller.</summary>
    public Task<Refusal> AskAsync(RoomNumber number, RoomCommand command, Actor by) =>
        _rooms.TryGetValue(number, out var room) ? room.AskAsync(command, by) : Task.FromResult(Refusal.NotLive);

    /// <summary>Seats a leg, opening the room when it is the first.</summary>
    public async Task<(Seated? Seated, Refusal Refusal)> JoinAsync(RoomPlan plan, RoomCommand.Join join, Actor by)
    {
        while (Open(plan) is { } room)
        {
            if (room.Snapshot.Booking != plan.Booking && !room.IsOver) return (null, Refusal.StillTaken);
            var (seated, refusal) = await room.JoinAsync(join, by);
            if (refusal != Refusal.NotLive) return (seated, refusal);
            await room.Closed; // it closed under our hands: the next try opens a new sitting
        }

        return (null, Refusal.NotLive);
    }

    /// <summary>The live room, or a new one; <see langword="null"/> once the house is closing.</summary>
    private Room? Open(RoomPlan plan)
    {
        lock (_opening)
        {
            if (_closing) return null;
            if (_rooms.TryGetValue(plan.Number, out var live) && !live.Closed.IsCompleted) return live;
            var room = new Room(plan, media.OpenRoom(), feed, sounds, places, time);
            _rooms[plan.Number] = room;
            _ = room.Closed.ContinueWith(_ => _rooms.TryRemove(new(plan.Number, room)), TaskScheduler.Default);
            return room;
        }
    }

    /// <summary>Closes every room, so that every opened is followed by a closed; for shutdown.</summary>
    public async Task CloseAllAsync()
    {
        lock (_opening) _closing = true;
        var rooms = _rooms.Values.ToList();
        foreach (var room in rooms) await room.AskAsync(new RoomCommand.End(CloseReason.ServerStopped), Actor.System);
        await Task.WhenAll(rooms.Select(r => r.Closed));
    }
}

public readonly record struct PersonQuality(ParticipantId Who, CallQuality Quality);

public readonly record struct PersonLevel(ParticipantId Who, float Dbov);
