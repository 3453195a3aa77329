using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace Conference.Web.Features.Calls;

/// <summary>Tells open pages of the exchange that a registration, a call or a trunk has changed.</summary>
[Authorize(Policy = Policies.Operators)]
public sealed class ExchangeHub(LiveConnections connections) : Hub
{
    public const string Path = "/hubs/exchange";

    public override Task OnConnectedAsync()
    {
        connections.Came(Context);
        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        connections.Went(Context);
        return Task.CompletedTask;
    }
}
