using System.Buffers;
using System.Net;
using System.Net.WebSockets;
using Conference.Sip.Messages;

namespace Conference.Sip.Transport;

/// <summary>A browser's WebSocket: one message of it is one message of SIP (RFC 7118 §4.2).</summary>
/// <remarks>
/// Pings and pongs are the WebSocket's own business. A client's CRLFCRLF is answered by CRLF; we never begin with one, which JsSIP takes
/// for a broken message.
/// </remarks>
internal sealed class SocketFlow : Connection
{
    private static readonly TimeSpan KnownIdle = TimeSpan.FromSeconds(3_900); // a browser says nothing between two registrations, and its pongs prove that it lives
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);

    private readonly WebSocket _socket;
    private WebSocketMessageType? _type;

    public SocketFlow(WebSocket socket, IPEndPoint local, IPEndPoint remote, bool isSecure, TimeProvider time)
        : base(isSecure ? "WSS" : "WS", remote, local, time) => _socket = socket;

    protected override async Task ReadAsync(Action<SipMessage, Flow> receive)
    {
        using var limit = new CancellationTokenSource(FirstBytes, Time);
        while (IsOpen)
        {
            var begun = await _socket.ReceiveAsync(Memory<byte>.Empty, limit.Token); // waits without a buffer: most browsers are silent most of the time
            if (begun.MessageType == WebSocketMessageType.Close) return;
            if (begun.EndOfMessage) continue; // an empty message is over with that
            if (!await ReceiveAsync(receive, limit)) return;
            limit.CancelAfter(IsKnown ? KnownIdle : StrangerIdle);
        }
    }

    protected override async Task WriteAsync(ReadOnlyMemory<byte> message, Func<CancellationTokenSource> limit)
    {
        using var progress = limit();
        await _socket.SendAsync(message, _type ?? WebSocketMessageType.Text, endOfMessage: true, progress.Token);
    }

    protected override Task EndAsync() => _socket.State is WebSocketState.Open or WebSocketState.CloseReceived
        ? CloseAsync(WebSocketCloseStatus.NormalClosure)
        : Task.CompletedTask;

    protected override void Abort()
    {
        _socket.Abort();
        _socket.Dispose();
    }

    /// <summary>Takes the message that has begun to come.</summary>
    /// <returns>Whether the socket is still open.</returns>
    private async Task<bool> ReceiveAsync(Action<SipMessage, Flow> receive, CancellationTokenSource limit)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(SipLimits.Message + 1);
        try
        {
            var length = await AssembleAsync(buffer, limit);
            if (length >= 0) Take(buffer.AsSpan(0, length), receive);
            return length >= 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Assembles one message.</summary>
    /// <returns>Its length, or -1 when the socket was closed by either side.</returns>
    private async Task<int> AssembleAsync(byte[] buffer, CancellationTokenSource limit)
    {
        for (var length = 0; ;)
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(length, SipLimits.Message + 1 - length), limit.Token);
            if (part.MessageType == WebSocketMessageType.Close) return -1;
            Hear();
            _type ??= part.MessageType; // answers come as the client talks
            if (length == 0 && !part.EndOfMessage) limit.CancelAfter(WholeMessage);
            length += part.Count;
            if (length > SipLimits.Message)
            {
                await CloseAsync(WebSocketCloseStatus.MessageTooBig);
                return -1;
            }

            if (part.EndOfMessage) return length;
        }
    }

    /// <summary>What follows the body is nobody's: as in a datagram it is passed over, a second message too (RFC 3261 §18.3, RFC 7118 §5.1).</summary>
    private void Take(ReadOnlySpan<byte> bytes, Action<SipMessage, Flow> receive)
    {
        if (bytes.SequenceEqual("\r\n\r\n"u8)) Send("\r\n"u8.ToArray());
        else if (SipMessage.Read(bytes, isStream: false) is { } message) receive(message, this);
    }

    private async Task CloseAsync(WebSocketCloseStatus status)
    {
        using var limit = new CancellationTokenSource(Goodbye, Time);
        await _socket.CloseOutputAsync(status, null, limit.Token);
    }
}
