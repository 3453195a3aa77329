using System.Net;
using Conference.Sip;
using Conference.Web.Features.Extensions;
using Conference.Web.Features.Shared;

namespace Conference.Web.Hosting;

/// <summary>Where browsers connect their phones: SIP over WebSocket on the port of the pages (RFC 7118). Origin was checked by <see cref="OriginGuard"/>.</summary>
public static class SipEndpoint
{
    public const string Path = AccountsController.SocketPath;

    private const string Protocol = "sip";

    private static readonly TimeSpan Ping = TimeSpan.FromSeconds(20); // proxies drop what is silent for 30 to 60 s

    public static void MapSip(this WebApplication app) => app.Map(Path, ServeAsync).AllowAnonymous();

    private static async Task ServeAsync(HttpContext context, ISipStack sip, LiveConnections live, IHostApplicationLifetime life)
    {
        if (!context.WebSockets.IsWebSocketRequest || !context.WebSockets.WebSocketRequestedProtocols.Contains(Protocol))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync(Terms());
        var connection = context.Connection;
        var person = context.User.Identity?.IsAuthenticated == true ? context.User.Id() : null;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(life.ApplicationStopping);
        using var known = person is null ? null : live.Came(person, () => Stop(over)); // who signs out, or may no longer sign in, takes his phone along
        await sip.Sockets.ServeAsync(
            socket,
            EndPoint(connection.LocalIpAddress, connection.LocalPort),
            EndPoint(connection.RemoteIpAddress, connection.RemotePort),
            context.Request.IsHttps,
            person,
            over.Token);
    }

    private static void Stop(CancellationTokenSource over)
    {
        try
        {
            over.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // it ended by itself in this very moment
        }
    }

    /// <summary>How a socket is kept: pinged, and given up when a ping is not answered within as long.</summary>
    public static WebSocketAcceptContext Terms() => new() { SubProtocol = Protocol, KeepAliveInterval = Ping, KeepAliveTimeout = Ping };

    /// <summary>No mapped addresses: the rest of the house counts and compares plain ones.</summary>
    private static IPEndPoint EndPoint(IPAddress? address, int port) =>
        new(address is null ? IPAddress.None : address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port);
}
