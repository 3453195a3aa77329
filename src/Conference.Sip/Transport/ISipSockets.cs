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
    Task ServeAsync(WebSocket socket, IPEndPoint local, IPEndPoint remote, bool isSecure, CancellationToken cancel) => ServeAsync(socket, local, remote, isSecure, null, cancel);

    /// <summary>The same, from the browser of somebody who is signed in on the pages.</summary>
    /// <param name="person">Who; <see langword="null"/> for nobody. Accounts that trust this person are not asked for credentials here.</param>
    Task ServeAsync(WebSocket socket, IPEndPoint local, IPEndPoint remote, bool isSecure, string? person, CancellationToken cancel);
}
