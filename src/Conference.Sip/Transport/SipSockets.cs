using System.Net;
using System.Net.WebSockets;

namespace Conference.Sip.Transport;

/// <inheritdoc/>
internal sealed class SipSockets(Connections connections, TimeProvider time) : ISipSockets
{
    public async Task ServeAsync(WebSocket socket, IPEndPoint local, IPEndPoint remote, bool isSecure, string? person, CancellationToken cancel)
    {
        var flow = new SocketFlow(socket, local, remote, isSecure, time) { Person = person };
        await using var stop = cancel.Register(flow.Close);
        await connections.AdmitAsync(flow);
    }
}
