using System.Net;
using System.Net.WebSockets;

namespace Conference.Sip.Transport;

/// <summary>Takes WebSockets that somebody else accepted: subprotocol and Origin were checked (RFC 7118).</summary>
public interface ISipSockets
{
    /// <summary>Serves one until either side ends it; never faults for anything the peer does.</summary>
    /// <param name="socket">Accepted with the subprotocol <c>sip</c>.</param>
    /// <param name="local">Where it arrived.</param>
    /// <param name="remote">Where it comes from, behind a trusted proxy the client's own address.</param>
    /// <param name="isSecure">Whether it came by https.</param>
    /// <param name="cancel">The site stops.</param>
    Task ServeAsync(WebSocket socket, IPEndPoint local, IPEndPoint remote, bool isSecure, CancellationToken cancel);
}
