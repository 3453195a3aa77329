using System.Collections.Concurrent;
using Microsoft.AspNetCore.SignalR;

namespace Conference.Web.Features.Shared;

/// <summary>The live connections of signed-in people.</summary>
public sealed class LiveConnections
{
    private readonly ConcurrentDictionary<string, HubCallerContext> _open = [];

    public void Came(HubCallerContext context) => _open[context.ConnectionId] = context;

    public void Went(HubCallerContext context) => _open.TryRemove(context.ConnectionId, out _);

    /// <summary>Ends them all for somebody whose rights have changed; their pages connect again with what they may do now.</summary>
    public void End(string userId)
    {
        foreach (var context in _open.Values)
            if (context.User?.Id() == userId) context.Abort();
    }
}
