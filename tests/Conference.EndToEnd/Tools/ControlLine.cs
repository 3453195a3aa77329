using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Conference.EndToEnd.Tools;

/// <summary>The remote control of a baresip phone: JSON in netstrings ("12:{...},") over TCP, events in between.</summary>
public sealed class ControlLine : IAsyncDisposable
{
    private readonly TcpClient _line;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _asked = new();
    private readonly Task _reading;
    private int _tokens;

    private ControlLine(TcpClient line)
    {
        _line = line;
        _reading = ReadAll();
    }

    /// <summary>What happened to the phone, in order: REGISTER_OK, CALL_ESTABLISHED, CALL_CLOSED, ...</summary>
    public ConcurrentQueue<PhoneEvent> Events { get; } = new();

    public static async Task<ControlLine> Open(int port)
    {
        var line = new TcpClient();
        await line.ConnectAsync("127.0.0.1", port);
        return new ControlLine(line);
    }

    /// <summary>Gives a command of baresip's menu.</summary>
    /// <returns>What the phone answered.</returns>
    public async Task<string> Say(string command, string parameters = "")
    {
        var token = Interlocked.Increment(ref _tokens).ToString(CultureInfo.InvariantCulture);
        var answer = _asked[token] = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await _line.GetStream().WriteAsync(Netstring(JsonSerializer.SerializeToUtf8Bytes(new { command, @params = parameters, token })), _end.Token);
        return await answer.Task.WaitAsync(TimeSpan.FromSeconds(5), _end.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _line.Dispose();
        await _reading;
        _end.Dispose();
    }

    /// <summary>Takes one complete netstring off the front of what was received.</summary>
    /// <returns>The message, or nothing when more bytes are needed.</returns>
    public static byte[]? Take(List<byte> received)
    {
        var colon = received.IndexOf((byte)':');
        if (colon < 0 || !int.TryParse(Encoding.ASCII.GetString([.. received.Take(colon)]), out var length)) return null;
        if (received.Count < colon + length + 2) return null;
        var message = received.GetRange(colon + 1, length).ToArray();
        received.RemoveRange(0, colon + length + 2);
        return message;
    }

    private static byte[] Netstring(byte[] message) => [.. Encoding.ASCII.GetBytes($"{message.Length}:"), .. message, (byte)','];

    private async Task ReadAll()
    {
        var (received, buffer) = (new List<byte>(), new byte[8192]);
        try
        {
            while (await _line.GetStream().ReadAsync(buffer, _end.Token) is > 0 and var count)
            {
                received.AddRange(buffer[..count]);
                while (Take(received) is { } message) Understand(message);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // the phone went away, or we did
        }
    }

    private void Understand(byte[] message)
    {
        using var json = JsonDocument.Parse(message);
        string Text(string name) => json.RootElement.TryGetProperty(name, out var value) ? value.ToString() : "";

        if (Text("event") == "True") Events.Enqueue(new PhoneEvent(DateTime.UtcNow, Text("type"), Text("peeruri"), Text("param")));
        else if (_asked.TryRemove(Text("token"), out var answer)) answer.TrySetResult(Text("data"));
    }
}

/// <summary>Something that happened to a phone.</summary>
/// <param name="Type">baresip's name for it, such as CALL_ESTABLISHED.</param>
/// <param name="Peer">The other side's URI.</param>
/// <param name="Detail">The reason, for example "486 Busy Here".</param>
public sealed record PhoneEvent(DateTime At, string Type, string Peer, string Detail);
