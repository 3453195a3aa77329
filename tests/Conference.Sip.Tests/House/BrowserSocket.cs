using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Conference.Sip.Tests.House;

/// <summary>A browser's WebSocket to a stack, without a web server between them.</summary>
internal sealed class BrowserSocket : IAsyncDisposable
{
    private readonly WebSocket _client;
    private readonly Task _served;

    private BrowserSocket(WebSocket client, Task served) => (_client, _served) = (client, served);

    public static async Task<BrowserSocket> Connect(SipStack stack, string from = "198.51.100.7")
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var near = new TcpClient();
        await near.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        var far = await listener.AcceptTcpClientAsync();
        var server = WebSocket.CreateFromStream(far.GetStream(), isServer: true, "sip", TimeSpan.FromSeconds(20));
        var client = WebSocket.CreateFromStream(near.GetStream(), isServer: false, "sip", TimeSpan.FromSeconds(20));
        var served = stack.Sockets.ServeAsync(server, new IPEndPoint(IPAddress.Parse("192.0.2.1"), 443), new IPEndPoint(IPAddress.Parse(from), 50_000), isSecure: true, default);
        return new BrowserSocket(client, served);
    }

    public Task Send(string text) => Send(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task Send(byte[] bytes, WebSocketMessageType type, bool isLast = true) => _client.SendAsync(bytes, type, isLast, default);

    /// <summary>The next message, or what the socket was closed with.</summary>
    public async Task<(WebSocketMessageType Type, string Text)> Hear()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var buffer = new byte[70_000];
        var length = 0;
        while (true)
        {
            var part = await _client.ReceiveAsync(buffer.AsMemory(length), limit.Token);
            if (part.MessageType == WebSocketMessageType.Close) return (part.MessageType, _client.CloseStatus.ToString()!);
            length += part.Count;
            if (part.EndOfMessage) return (part.MessageType, Encoding.UTF8.GetString(buffer, 0, length));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Abort();
        _client.Dispose();
        await _served.WaitAsync(TimeSpan.FromSeconds(30)); // never faults for what a peer does
    }
}
