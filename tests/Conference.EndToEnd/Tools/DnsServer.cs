using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Conference.EndToEnd.Tools;

/// <summary>A name server that knows a few names by heart and says of all others that they have no such record (RFC 1035).</summary>
public sealed class DnsServer : IAsyncDisposable
{
    private const ushort TypeA = 1, TypeSrv = 33, TypeNaptr = 35;

    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, Ports.Free()));
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<(string Name, ushort Type), byte[][]> _records = new();
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly Task _answering;

    public DnsServer() => _answering = AnswerAll();

    /// <summary>Host and port.</summary>
    public string Address => _socket.Client.LocalEndPoint!.ToString()!;

    /// <summary>The names that were asked for.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    public void Knows(string host, IPAddress address) => _records[(host, TypeA)] = [address.GetAddressBytes()];

    /// <summary>Enters a number (RFC 6116): whoever dials it calls a URI.</summary>
    /// <param name="digits">Of the number with its country, without the plus.</param>
    public void Knows(string digits, string suffix, string uri) =>
        _records[($"{string.Join('.', digits.Reverse())}.{suffix}", TypeNaptr)] = [[0, 100, 0, 10, .. Text("u"), .. Text("E2U+sip"), .. Text($"!^.*$!{uri}!"), 0]];

    /// <summary>Says who serves a domain by UDP (RFC 2782), best first.</summary>
    public void KnowsServers(string domain, params (string Host, int Port)[] servers) =>
        _records[($"_sip._udp.{domain}", TypeSrv)] = [.. servers.Select((s, at) => (byte[])[0, (byte)(10 * at), 0, 0, (byte)(s.Port >> 8), (byte)s.Port, .. s.Host.Split('.').SelectMany(Text), 0])];

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _answering;
        _socket.Dispose();
        _end.Dispose();
    }

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private async Task AnswerAll()
    {
        try
        {
            while (true)
            {
                var query = await _socket.ReceiveAsync(_end.Token);
                await _socket.SendAsync(Answer(query.Buffer), query.RemoteEndPoint, _end.Token);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
        {
            // closed
        }
    }

    private byte[] Answer(byte[] query)
    {
        var (name, end) = NameAt(query, 12);
        _asked.Enqueue(name);
        var type = BinaryPrimitives.ReadUInt16BigEndian(query.AsSpan(end));
        var known = _records.GetValueOrDefault((name.ToLowerInvariant(), type)) ?? [];
        byte[] head = [query[0], query[1], 0x85, 0x80, 0, 1, 0, (byte)known.Length, 0, 0, 0, 0];
        byte[] question = query[12..(end + 4)];
        return [.. head, .. question, .. known.SelectMany(data => (byte[])[0xc0, 12, .. question[^4..], 0, 0, 0, 60, (byte)(data.Length >> 8), (byte)data.Length, .. data])];
    }

    private static (string Name, int End) NameAt(byte[] message, int at)
    {
        var labels = new List<string>();
        for (; message[at] > 0; at += 1 + message[at]) labels.Add(Encoding.ASCII.GetString(message, at + 1, message[at]));
        return (string.Join('.', labels), at + 1);
    }
}
