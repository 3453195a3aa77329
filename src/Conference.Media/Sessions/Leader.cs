using Conference.Media.Mixing;

namespace Conference.Media.Sessions;

/// <summary>Who has the floor in a room, whatever places people change.</summary>
internal sealed class Leader
{
    private readonly DominantSpeaker _floor = new();

    /// <summary>Whoever leads; <see langword="null"/> while nobody has spoken, or after he left.</summary>
    public Chair? Chair { get; private set; }

    /// <summary>Finds everybody again in another seating.</summary>
    public void Seat(Seating before, Seating next)
    {
        for (var i = 0; i < before.Chairs.Length; i++)
            before.Chairs[i].Presence = before.Presences[i];
        var place = DominantSpeaker.Nobody;
        for (var i = 0; i < next.Chairs.Length; i++)
        {
            next.Presences[i] = next.Chairs[i].Presence;
            if (ReferenceEquals(next.Chairs[i], Chair)) place = i;
        }

        _floor.Moved(place);
    }

    /// <summary>Takes what everybody brings in this tick.</summary>
    /// <returns>Whether somebody else leads now, or nobody any more.</returns>
    public bool Feed(Seating seated)
    {
        _floor.Feed(seated.Presences, seated.Voices);
        var leads = _floor.Current == DominantSpeaker.Nobody ? null : seated.Chairs[_floor.Current];
        var changes = !ReferenceEquals(leads, Chair);
        Chair = leads;
        return changes;
    }
}
