using System.Runtime.InteropServices;

namespace Conference.Media.Sessions;

/// <summary>Who is seen by whom in a room: everybody sees whoever has the floor, and he sees who had it before. Owned by the worker of the room.</summary>
internal sealed class PictureFloor
{
    private const int MostInATick = 128; // packets of one camera: a whole picture may come at once

    private readonly List<Chair> _here = [];
    private Chair? _leads;
    private Chair? _led;

    /// <summary>Passes on what has come from cameras, when there is time.</summary>
    public void Tick(Seating seated, Chair? leads, MixSlot slot)
    {
        Find(seated, slot);
        if (_here.Count == 0) return;
        if (leads is not null && !ReferenceEquals(leads, _leads)) (_leads, _led) = (leads, _leads);
        var (tick, now) = (slot.Worker.Now.Tick, slot.Worker.Now.Now);
        foreach (var chair in CollectionsMarshal.AsSpan(_here))
        {
            var video = chair.Leg.Video!;
            video.Follow(chair.Seat.Hears && video.Watches ? CameraFor(chair) : null, now);
            video.Tend(slot.Worker, tick, now);
        }

        foreach (var chair in CollectionsMarshal.AsSpan(_here))
            PassOn(chair, slot.Worker, now);
    }

    private void Find(Seating seated, MixSlot slot)
    {
        _here.Clear();
        foreach (var chair in seated.Chairs)
            if (chair.Leg.Video is not null && ReferenceEquals(chair.Leg.Home, slot) && chair.Leg.Speech is not null) _here.Add(chair);
    }

    /// <summary>Whoever has the floor, who had it before, or anybody; of those whose pictures are understood, and never oneself.</summary>
    private VideoLeg? CameraFor(Chair viewer)
    {
        if (IsSeenBy(viewer, _leads)) return _leads!.Leg.Video;
        if (IsSeenBy(viewer, _led)) return _led!.Leg.Video;
        foreach (var chair in CollectionsMarshal.AsSpan(_here))
            if (IsSeenBy(viewer, chair)) return chair.Leg.Video;
        return null;
    }

    /// <summary>Whoever is muted, held or gone is not seen either.</summary>
    private bool IsSeenBy(Chair viewer, Chair? chair) =>
        chair is { Seat.Speaks: true, IsLeaving: false } && !ReferenceEquals(chair, viewer) && (chair.Leg.MaySpeak || chair.Leg.IsPressing)
        && chair.Leg.Video is { Shows: true } camera && _here.Contains(chair) && viewer.Leg.Video!.Understands(camera);

    /// <summary>Every packet is read, so that none is old when somebody looks; when the worker has no time, none is passed on.</summary>
    private void PassOn(Chair chair, MixWorker worker, long now)
    {
        var scratch = worker.Scratch;
        for (var i = 0; i < MostInATick && chair.Leg.Video!.TryReceive(scratch.Datagram, now, out var packet, out var isUsable); i++)
        {
            if (!isUsable || worker.IsSpare) continue;
            foreach (var viewer in CollectionsMarshal.AsSpan(_here))
                if (!ReferenceEquals(viewer, chair)) viewer.Leg.Video!.Show(chair.Leg.Video!, packet, scratch.Picture, now);
        }
    }
}
