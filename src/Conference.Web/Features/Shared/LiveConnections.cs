using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;

namespace Conference.Web.Features.Shared;

/// <summary>The live connections of signed-in people.</summary>
public sealed class LiveConnections
{
    private readonly ConcurrentDictionary<string, HubCallerContext> _open = [];
    private readonly ConcurrentDictionary<object, (string UserId, Action End)> _phones = [];

    public void Came(HubCallerContext context) => _open[context.ConnectionId] = context;

    public void Went(HubCallerContext context) => _open.TryRemove(context.ConnectionId, out _);

    /// <summary>A phone in the browser of somebody who is signed in.</summary>
    /// <param name="end">Ends its connection.</param>
    /// <returns>What forgets it.</returns>
    public IDisposable Came(string userId, Action end)
    {
        var phone = new Phone(this);
        _phones[phone] = (userId, end);
        return phone;
    }

    /// <summary>Ends them all for somebody whose rights have changed; their pages connect again with what they may do now.</summary>
    public void End(string userId)
    {
        foreach (var context in _open.Values)
            if (context.User?.Id() == userId) context.Abort();
        foreach (var (_, (owner, end)) in _phones)
            if (owner == userId) end();
    }

    private sealed class Phone(LiveConnections all) : IDisposable
    {
        public void Dispose() => all._phones.TryRemove(this, out _);
    }
}
