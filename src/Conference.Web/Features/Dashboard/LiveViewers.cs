using System.Collections.Concurrent;
using System.Collections.Immutable;
using Conference.Core;
using Conference.Core.Accounts;

namespace Conference.Web.Features.Dashboard;

/// <summary>Which rooms somebody has open, so that nothing is drawn for nobody.</summary>
/// <remarks>A number outlives the conference it served: who may see it is asked anew for every picture.</remarks>
public sealed class LiveViewers
{
    private readonly ConcurrentDictionary<string, Viewer> _watching = [];

    public ImmutableHashSet<RoomNumber> Watched => [.. _watching.Values.Select(v => v.Room)];

    public void Watches(string connection, RoomNumber room, string userId, bool isOperator) => _watching[connection] = new Viewer(room, userId, isOperator);

    public void Went(string connection) => _watching.TryRemove(connection, out _);

    /// <summary>The connections that look at a room and may see what its present owner's people do.</summary>
    public IReadOnlyList<string> Of(RoomNumber room, string? ownerId) =>
        [.. _watching.Where(w => w.Value.Room == room && Permissions.MayModerate(w.Value.UserId, w.Value.IsOperator, ownerId)).Select(w => w.Key)];

    /// <summary>Everybody who looks at a room, for the news that nobody is in it.</summary>
    public IReadOnlyList<string> Of(RoomNumber room) => [.. _watching.Where(w => w.Value.Room == room).Select(w => w.Key)];

    private sealed record Viewer(RoomNumber Room, string UserId, bool IsOperator);
}
