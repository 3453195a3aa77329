using Conference.Media.Rtp;

namespace Conference.Media.Sessions;

/// <summary>Who belongs to an address and port: open addressing with linear probing, nothing allocated unless it grows. Owned by one thread.</summary>
/// <remarks>Hashes are seeded anew in every process, so that nobody can choose addresses that meet.</remarks>
internal sealed class PeerTable<T>
    where T : class
{
    private const int FirstPlaces = 64; // a power of two, like all that follow

    private Place[] _places = new Place[FirstPlaces];

    /// <summary>How many are known.</summary>
    public int Count { get; private set; }

    /// <summary>Whose packets come from there, or <see langword="null"/>.</summary>
    public T? Find(Peer peer) => _places[IndexOf(peer)].Owner;

    /// <summary>What comes from there is this one's from now on.</summary>
    public void Set(Peer peer, T owner)
    {
        if (2 * (Count + 1) > _places.Length) Grow();
        ref var place = ref _places[IndexOf(peer)];
        if (place.Owner is null) Count++;
        place = new Place(peer, owner);
    }

    /// <summary>Nothing that comes from there is anybody's any more.</summary>
    public void Remove(Peer peer)
    {
        var hole = IndexOf(peer);
        if (_places[hole].Owner is null) return;
        Count--;
        for (var next = After(hole); _places[next].Owner is not null; next = After(next))
        {
            if (Distance(HomeOf(_places[next].Peer), next) < Distance(hole, next)) continue; // it may not move before its home
            _places[hole] = _places[next];
            hole = next;
        }

        _places[hole] = default;
    }

    /// <summary>Where the peer is, or would be.</summary>
    private int IndexOf(Peer peer)
    {
        var at = HomeOf(peer);
        while (_places[at].Owner is not null && _places[at].Peer != peer)
            at = After(at);
        return at;
    }

    private int HomeOf(Peer peer) => HashCode.Combine(peer.Address, peer.Port) & (_places.Length - 1);

    private int After(int at) => (at + 1) & (_places.Length - 1);

    private int Distance(int from, int to) => (to - from) & (_places.Length - 1);

    private void Grow()
    {
        var before = _places;
        _places = new Place[2 * before.Length];
        foreach (var place in before)
            if (place.Owner is not null) _places[IndexOf(place.Peer)] = place;
    }

    private readonly record struct Place(Peer Peer, T? Owner);
}
