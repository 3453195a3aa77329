using System.Buffers.Binary;

namespace Conference.Web.Hosting;

/// <summary>
/// The connection under a WebSocket. Closes it with the fitting code when the client announces a frame or builds a message beyond 64 KiB,
/// floods us with pings, or leaves a frame or message unfinished for 20 s. The framework's own WebSocket does none of that.
/// </summary>
internal sealed class FrameGuard(Stream inner, TimeProvider time) : Stream
{
    /// <summary>How long last words may take.</summary>
    public static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(2);

    private const byte CloseFrame = 0x88;
    private static readonly TimeSpan WholeMessage = TimeSpan.FromSeconds(20);

    private readonly FrameWatch _watch = new();
    private readonly SemaphoreSlim _write = new(1); // our close frame must not fall into the middle of another
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _begun;
    private bool _isOver;
    private volatile bool _hasSaidGoodbye;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether a close frame of ours was written, by the WebSocket above or here; the client may not have it yet.</summary>
    public bool HasSaidGoodbye => _hasSaidGoodbye;

    private TimeSpan Now => time.GetElapsedTime(_start);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isOver) return 0;
        if (buffer.IsEmpty) return await inner.ReadAsync(buffer, cancellationToken); // the WebSocket only waits for something to come
        var wasInside = _watch.IsInside;
        var length = wasInside ? await ReadInTimeAsync(buffer, cancellationToken) : await inner.ReadAsync(buffer, cancellationToken);
        var verdict = length < 0 ? FrameWatch.PolicyViolation : _watch.See(buffer.Span[..length], Now);
        if (verdict != FrameWatch.Fine) return await EndAsync(verdict);
        if (!wasInside) _begun = Now;
        return length;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _write.WaitAsync(cancellationToken);
        try
        {
            await inner.WriteAsync(buffer, cancellationToken);
            if (!buffer.IsEmpty && buffer.Span[0] == CloseFrame) _hasSaidGoodbye = true; // frames are written whole
        }
        finally
        {
            _write.Release();
        }
    }

    /// <summary>Passes over what a client still sends after our goodbye: a connection closed with octets unread is reset, and the close frame lost on the way.</summary>
    public async Task PartAsync()
    {
        if (!_hasSaidGoodbye || _watch.HasClosed) return;
        using var limit = new CancellationTokenSource(Goodbye, time);
        var nobody = new byte[4_096];
        try
        {
            while (await inner.ReadAsync(nobody, limit.Token) > 0) ;
        }
        catch (Exception e) when (IsAnEnd(e))
        {
            // it is gone, or has had its time
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_hasSaidGoodbye) inner.Dispose();
        base.Dispose(disposing);
    }

    /// <returns>What came, or -1 when the rest of the message did not.</returns>
    private async Task<int> ReadInTimeAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var left = WholeMessage - (Now - _begun);
        using var limit = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await inner.ReadAsync(buffer, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return -1;
        }
    }

    /// <summary>Says why, and lets the WebSocket above see the end of the connection.</summary>
    private async Task<int> EndAsync(int code)
    {
        _isOver = true;
        byte[] close = [CloseFrame, 2, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(close.AsSpan(2), (ushort)code);
        using var limit = new CancellationTokenSource(Goodbye, time);
        try
        {
            await WriteAsync(close, limit.Token);
            await inner.FlushAsync(limit.Token);
        }
        catch (Exception e) when (IsAnEnd(e))
        {
            // it does not read, or is gone
        }

        return 0;
    }

    private static bool IsAnEnd(Exception e) => e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;
}
