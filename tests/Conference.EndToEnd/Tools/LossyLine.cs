namespace Conference.EndToEnd.Tools;

/// <summary>A line to a server by UDP as bad as they get: 5 of 100 messages are lost each way, all are late, and some overtake others.</summary>
public sealed class LossyLine : IAsyncDisposable
{
    private readonly Child _line;

    private LossyLine(string address, Child line) => (Address, _line) = (address, line);

    /// <summary>Host and port for phones.</summary>
    public string Address { get; }

    public static async Task<LossyLine> Open(string server)
    {
        var address = $"127.0.0.1:{Ports.Free()}";
        var line = Child.Start("python3", [Path.Combine(Repository.Kit("tools"), "lossproxy.py"), "--map", $"udp:{address}={server}", "--loss", "5", "--delay", "150", "--jitter", "30", "--reorder", "3"], environment: new Dictionary<string, string> { ["PYTHONDONTWRITEBYTECODE"] = "1" });
        await line.Says(said => said.StartsWith("ready", StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        return new LossyLine(address, line);
    }

    /// <summary>Ends it.</summary>
    /// <returns>What it did to how many messages.</returns>
    public async Task<string> Close()
    {
        await _line.Stop(TimeSpan.FromSeconds(5));
        return _line.Log;
    }

    public ValueTask DisposeAsync() => _line.DisposeAsync();
}
