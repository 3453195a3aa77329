using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;

namespace Conference.EndToEnd.Tools;

/// <summary>What carries the messages of a <see cref="BarePhone"/>.</summary>
public abstract class BareLine : IDisposable
{
    /// <summary>As it stands in Via: UDP, TCP or WS.</summary>
    public abstract string Transport { get; }

    /// <summary>Host and port of our end, as Via and Contact name it.</summary>
    public abstract string Local { get; }

    /// <summary>Whether what was sent arrives, so that nothing is said twice.</summary>
    public virtual bool IsReliable => true;

    public abstract Task Send(byte[] message, CancellationToken cancel);

    /// <summary>The next message.</summary>
    /// <exception cref="IOException">The line is cut.</exception>
    public abstract Task<byte[]> Hear(CancellationToken cancel);

    public abstract void Dispose();

    /// <param name="transport">udp, tcp or ws.</param>
    public static async Task<BareLine> Open(string transport, Server server, CancellationToken cancel) => transport switch
    {
        "udp" => new Datagrams(server.Sip),
        "tcp" => await Stream.Connect(server.Sip, cancel),
        _ => await WebSocketLine.Connect(server, cancel),
    };

    private sealed class Datagrams : BareLine
    {
        private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));

        public Datagrams(string server) => _socket.Connect(IPEndPoint.Parse(server));

        public override string Transport => "UDP";

        public override string Local => _socket.Client.LocalEndPoint!.ToString()!;

        public override bool IsReliable => false;

        public override async Task Send(byte[] message, CancellationToken cancel) => await _socket.SendAsync(message, cancel);

        public override async Task<byte[]> Hear(CancellationToken cancel) => (await _socket.ReceiveAsync(cancel)).Buffer;

        public override void Dispose() => _socket.Dispose();
    }

    private sealed class Stream(TcpClient client) : BareLine
    {
        private readonly NetworkStream _stream = client.GetStream(); // a client whose peer has gone gives none any more
        private readonly List<byte> _received = [];
        private readonly byte[] _buffer = new byte[16384];

        public override string Transport => "TCP";

        public override string Local => client.Client.LocalEndPoint!.ToString()!;

        public static async Task<Stream> Connect(string server, CancellationToken cancel)
        {
            var client = new TcpClient { NoDelay = true };
            await client.ConnectAsync(IPEndPoint.Parse(server), cancel);
            return new Stream(client);
        }

        public override async Task Send(byte[] message, CancellationToken cancel) => await _stream.WriteAsync(message, cancel);

        public override async Task<byte[]> Hear(CancellationToken cancel)
        {
            while (true)
            {
                while (_received is [(byte)'\r' or (byte)'\n', ..]) _received.RemoveAt(0);
                if (SipText.LengthOf(_received.ToArray()) is > 0 and var length)
                {
                    var message = _received.GetRange(0, length).ToArray();
                    _received.RemoveRange(0, length);
                    return message;
                }

                var count = await _stream.ReadAsync(_buffer, cancel);
                if (count == 0) throw new IOException("The stream was closed.");
                _received.AddRange(_buffer[..count]);
            }
        }

        public override void Dispose() => client.Dispose();
    }

    private sealed class WebSocketLine(ClientWebSocket socket) : BareLine
    {
        private readonly byte[] _buffer = new byte[70_000];

        public override string Transport => "WS";

        public override string Local { get; } = string.Create(CultureInfo.InvariantCulture, $"{Guid.NewGuid().ToString("N")[..12]}.invalid");

        public static async Task<WebSocketLine> Connect(Server server, CancellationToken cancel)
        {
            var socket = new ClientWebSocket();
            socket.Options.AddSubProtocol("sip");
            socket.Options.SetRequestHeader("Origin", server.Url);
            await socket.ConnectAsync(new Uri($"ws://{server.Web}/sip"), cancel);
            return new WebSocketLine(socket);
        }

        // a text frame must be UTF-8, and not everything here is
        public override Task Send(byte[] message, CancellationToken cancel) => socket.SendAsync(message, WebSocketMessageType.Binary, true, cancel);

        public override async Task<byte[]> Hear(CancellationToken cancel)
        {
            for (var length = 0; ;)
            {
                var part = await socket.ReceiveAsync(_buffer.AsMemory(length), cancel);
                if (part.MessageType == WebSocketMessageType.Close) throw new IOException("The socket was closed.");
                length += part.Count;
                if (part.EndOfMessage) return _buffer[..length];
            }
        }

        public override void Dispose() => socket.Dispose();
    }
}
