namespace Conference.EndToEnd.Tools;

/// <summary>A wire between phones and a server by TCP that can be cut: every connection on it breaks, and new ones come through.</summary>
public sealed class Relay : IAsyncDisposable
{
    private readonly string _server;
    private readonly int _port;
    private Child _wire;

    private Relay(string server, int port, Child wire) => (_server, _port, _wire) = (server, port, wire);

    /// <summary>Host and port for phones.</summary>
    public string Address => $"127.0.0.1:{_port}";

    public static async Task<Relay> Open(string server)
    {
        var port = Ports.Free();
        return new Relay(server, port, await Lay(server, port));
    }

    /// <summary>Cuts it and lays it anew.</summary>
    public async Task Break()
    {
        await _wire.DisposeAsync();
        _wire = await Lay(_server, _port);
    }

    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    private static async Task<Child> Lay(string server, int port)
    {
        var wire = Child.Start("socat", [$"TCP-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork", $"TCP:{server}"]);
        await Eventually.True(() => Ports.IsTaken(port, stream: true), TimeSpan.FromSeconds(10), () => "socat to listen");
        return wire;
    }
}
