using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace Conference.Web.Features.Devices;

/// <summary>Tells open device pages that a registration has changed.</summary>
[Authorize(Policy = Policies.Administrators)]
public sealed class DeviceHub(LiveConnections connections) : Hub
{
    public const string Path = "/hubs/devices";

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
