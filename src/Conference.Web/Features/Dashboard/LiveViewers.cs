using System.Collections.Concurrent;
using System.Collections.Immutable;
using Conference.Core;

namespace Conference.Web.Features.Dashboard;

/// <summary>Which rooms somebody has open, so that nothing is drawn for nobody.</summary>
public sealed class LiveViewers
{
    private readonly ConcurrentDictionary<string, RoomNumber> _watching = [];

    public ImmutableHashSet<RoomNumber> Watched => [.. _watching.Values];

    public void Watches(string connection, RoomNumber room) => _watching[connection] = room;

    public void Went(string connection) => _watching.TryRemove(connection, out _);
}
