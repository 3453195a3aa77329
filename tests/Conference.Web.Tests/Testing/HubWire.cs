using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Conference.Web.Tests.Testing;

/// <summary>A hub client over one web socket of the test server; the published client's own transport does not restore here.</summary>
internal static class HubWire
{
    /// <param name="cookie">Of somebody signed in, or nothing.</param>
    public static async Task<HubConnection> ConnectAsync(this TestSite site, string hub, string? cookie, string? origin = null)
    {
        var builder = new HubConnectionBuilder();
        builder.Services.AddSingleton<IConnectionFactory>(new Factory(site, cookie, origin));
        builder.Services.AddSingleton<EndPoint>(new UriEndPoint(new Uri(site.Server.BaseAddress, hub)));
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHubProtocol, JsonHubProtocol>());
        var connection = builder.Build();
        await connection.StartAsync();
        return connection;
    }

    public static async Task<string> CookieOfAsync(this TestSite site, string name)
    {
        using var http = site.CreateDefaultClient();
        var browser = new Browser(http);
        using var form = await http.GetAsync("/sign-in");
        var page = await Browser.ReadAsync(form);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/sign-in");
        request.Headers.Add("Cookie", Cookies(form));
        request.Content = new FormUrlEncodedContent(
        [
            new("Name", name), new("Password", TestSite.Password), new("__RequestVerificationToken", page.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!),
        ]);
        using var answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return Cookies(answer);
    }

    private static string Cookies(HttpResponseMessage answer) => string.Join("; ", answer.Headers.GetValues("Set-Cookie").Select(c => c.Split(';')[0]));

    private sealed class Factory(TestSite site, string? cookie, string? origin) : IConnectionFactory
    {
        public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            var client = site.Server.CreateWebSocketClient();
            client.ConfigureRequest = request =>
            {
                if (cookie is not null) request.Headers.Cookie = cookie;
                if (origin is not null) request.Headers.Origin = origin;
            };
            var socket = await client.ConnectAsync(((UriEndPoint)endpoint).Uri, cancellationToken);
            return new Wire(socket);
        }
    }

    private sealed class Wire : ConnectionContext
    {
        private readonly WebSocket _socket;
        private readonly CancellationTokenSource _closed = new();
        private readonly Pipe _in = new();
        private readonly Pipe _out = new();
        private readonly Task _pumps;

        public Wire(WebSocket socket)
        {
            _socket = socket;
            Transport = new Duplex(_in.Reader, _out.Writer);
            _pumps = Task.WhenAll(ReadAsync(), WriteAsync());
        }

        public override string ConnectionId { get; set; } = Guid.NewGuid().ToString("N");

        public override IFeatureCollection Features { get; } = new FeatureCollection();

        public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

        public override IDuplexPipe Transport { get; set; }

        public override CancellationToken ConnectionClosed => _closed.Token;

        public override void Abort(ConnectionAbortedException abortReason) => _socket.Abort();

        public override async ValueTask DisposeAsync()
        {
            await _out.Writer.CompleteAsync();
            await _in.Reader.CompleteAsync();
            await Task.WhenAny(_pumps, Task.Delay(TimeSpan.FromSeconds(2)));
            _socket.Dispose();
            _closed.Dispose();
        }

        private async Task ReadAsync()
        {
            try
            {
                while (await _socket.ReceiveAsync(_in.Writer.GetMemory(4096), CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } got)
                {
                    _in.Writer.Advance(got.Count);
                    if ((await _in.Writer.FlushAsync()).IsCompleted) break;
                }

                await _in.Writer.CompleteAsync();
            }
            catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
            {
                await _in.Writer.CompleteAsync(e);
            }
        }

        private async Task WriteAsync()
        {
            try
            {
                while (await _out.Reader.ReadAsync() is { IsCompleted: false } got)
                {
                    if (!got.Buffer.IsEmpty) await _socket.SendAsync(got.Buffer.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
                    _out.Reader.AdvanceTo(got.Buffer.End);
                }

                if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived) await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            }
            catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException)
            {
                // the other side is gone
            }
        }

        private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
    }
}
