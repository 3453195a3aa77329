using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Conference.Sip.Transport;

/// <summary>Opens connections to others (RFC 3261 §18.1.1). What goes wrong is a sentence for the page that tests a trunk.</summary>
/// <param name="connections">Who serves what was opened.</param>
/// <param name="port">The port of our listener of a transport, for Via.</param>
/// <param name="tls">Whom to believe.</param>
/// <param name="time">The clock of the limit.</param>
internal sealed class Dialer(Connections connections, Func<string, int?> port, TlsClient tls, TimeProvider time)
{
    /// <summary>How long connecting and shaking hands may take together; a trunk has 4 s to find another server.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(2);

    public async Task<(Connection? Flow, string Problem)> DialAsync(Hop hop)
    {
        if (hop.Transport is not ("TCP" or "TLS")) return (null, $"Connections by {hop.Transport} are not opened from here.");
        var socket = new Socket(hop.Remote.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            return (await ConnectAsync(hop, socket), "");
        }
        catch (Exception error)
        {
            socket.Dispose();
            return (null, Explain(hop, error));
        }
    }

    private async Task<Connection> ConnectAsync(Hop hop, Socket socket)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        StreamFlow.Tune(socket);
        if (hop.From is { } from) socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(hop.Remote, limit.Token);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        if (hop.Transport == "TLS") stream = await tls.AuthenticateAsync(stream, hop, limit.Token);
        var local = port(hop.Transport) ?? ((IPEndPoint)socket.LocalEndPoint!).Port;
        var flow = new StreamFlow(hop.Transport, socket, stream, local, time);
        connections.Adopt(flow);
        return flow;
    }

    private string Explain(Hop hop, Exception error) => error switch
    {
        OperationCanceledException => $"{hop.Remote} did not answer within {Limit.TotalSeconds} s.",
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => $"{hop.Remote} refuses connections.",
        SocketException socket => $"{hop.Remote} cannot be reached ({socket.SocketErrorCode}).",
        AuthenticationException => error.Message,
        IOException => $"{hop.Remote} hung up while TLS was agreed on.",
        _ => $"{hop.Remote} cannot be reached.",
    };
}
