using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Conference.Sip.Tests.House;

/// <summary>Takes plain TCP and passes it on by TLS, for a SIPp that was built without.</summary>
internal sealed class TlsRelay : IDisposable
{
    private readonly TcpListener _listener;
    private readonly IPEndPoint _server;

    public TlsRelay(IPEndPoint server)
    {
        _server = server;
        _listener = new TcpListener(IPAddress.Loopback, server.Port); // the same port: SIPp signs the address it connects to
        _listener.Start();
        _ = AcceptAsync();
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = RelayAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // the test is over
        }
    }

    private async Task RelayAsync(TcpClient near)
    {
        using var far = new TcpClient();
        try
        {
            await far.ConnectAsync(_server);
            await using var secure = new SslStream(far.GetStream(), false, (_, _, _, _) => true);
            await secure.AuthenticateAsClientAsync("pbx.test");
            await Task.WhenAny(near.GetStream().CopyToAsync(secure), secure.CopyToAsync(near.GetStream()));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // SIPp sees its connection end
        }
        finally
        {
            near.Dispose();
        }
    }
}
