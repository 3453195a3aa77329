using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Conference.EndToEnd.Tools;

/// <summary>The smallest question one can ask: OPTIONS over UDP.</summary>
public static class SipProbe
{
    /// <summary>Whether anything answers within half a second.</summary>
    /// <param name="address">Host and port.</param>
    /// <param name="from">Whose address it is asked from.</param>
    public static async Task<bool> Answers(string address, string from = "127.0.0.1")
    {
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Parse(from), 0));
        var own = (IPEndPoint)socket.Client.LocalEndPoint!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(Options(address, own)), IPEndPoint.Parse(address), patience.Token);
            var answer = await socket.ReceiveAsync(patience.Token);
            return Encoding.ASCII.GetString(answer.Buffer).StartsWith("SIP/2.0 ", StringComparison.Ordinal);
        }
        catch (Exception silence) when (silence is OperationCanceledException or SocketException)
        {
            return false;
        }
    }

    private static string Options(string address, IPEndPoint own) => string.Create(
        CultureInfo.InvariantCulture,
        $"OPTIONS sip:{address} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK{Guid.NewGuid():N};rport\r\nFrom: <sip:probe@127.0.0.1>;tag={own.Port}\r\nTo: <sip:{address}>\r\nCall-ID: {Guid.NewGuid():N}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 5\r\nContent-Length: 0\r\n\r\n");
}
