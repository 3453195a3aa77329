using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Conference.Media.Remote;

/// <summary>The line between the portal and the media process: messages behind their length, in the order they were sent.</summary>
/// <remarks>It has threads of its own: signalling waits for answers on threads of the pool, which answers must not need.</remarks>
/// <typeparam name="TIn">What comes.</typeparam>
/// <typeparam name="TOut">What goes.</typeparam>
internal sealed class Line<TIn, TOut>(Stream input, JsonTypeInfo<TIn> read, Stream output, JsonTypeInfo<TOut> write) : IDisposable
    where TIn : class
{
    private const int LengthBytes = sizeof(int);
    private const int Longest = 64 << 20; // a sound of half an hour

    private readonly BlockingCollection<TOut> _going = [];
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _length = new byte[LengthBytes];

    /// <summary>Completes when either side is gone.</summary>
    public Task Over => _over.Task;

    /// <summary>Begins to carry messages both ways.</summary>
    /// <param name="take">Called with each message, one after the other.</param>
    public void Start(Action<TIn> take)
    {
        new Thread(() => ReceiveAll(take)) { IsBackground = true, Name = "media line in" }.Start();
        new Thread(SendAll) { IsBackground = true, Name = "media line out" }.Start();
    }

    /// <summary>Sends when the ones before have gone; lost when the line is down.</summary>
    public void Send(TOut message)
    {
        try
        {
            _going.Add(message);
        }
        catch (InvalidOperationException)
        {
            // the line is down
        }
    }

    /// <summary>Says no more: the other side reads to the end and goes.</summary>
    public void HangUp() => _going.CompleteAdding();

    public void Dispose()
    {
        HangUp();
        input.Dispose();
        output.Dispose();
        _over.TrySetResult();
    }

    private void ReceiveAll(Action<TIn> take)
    {
        try
        {
            while (Receive() is { } message)
                take(message);
        }
        catch (Exception e) when (IsTheEnd(e))
        {
            // the other side is gone, or not ours: both are the end of the line
        }

        Dispose();
    }

    private void SendAll()
    {
        try
        {
            foreach (var message in _going.GetConsumingEnumerable())
                Send(JsonSerializer.SerializeToUtf8Bytes(message, write));
            output.Dispose(); // whoever reads comes to the end
        }
        catch (Exception e) when (IsTheEnd(e))
        {
            Dispose();
        }
    }

    private void Send(ReadOnlySpan<byte> body)
    {
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteInt32LittleEndian(length, body.Length);
        output.Write(length);
        output.Write(body);
        output.Flush();
    }

    /// <returns><see langword="null"/> at the end of the line.</returns>
    /// <exception cref="InvalidDataException">The length is none of ours.</exception>
    private TIn? Receive()
    {
        if (input.ReadAtLeast(_length, LengthBytes, throwOnEndOfStream: false) < LengthBytes) return null;
        var bytes = BinaryPrimitives.ReadInt32LittleEndian(_length);
        if (bytes is <= 0 or > Longest) throw new InvalidDataException("A message of an impossible length.");
        var body = new byte[bytes];
        input.ReadExactly(body);
        return JsonSerializer.Deserialize(body, read);
    }

    private static bool IsTheEnd(Exception e) => e is IOException or ObjectDisposedException or InvalidDataException or JsonException or InvalidOperationException;
}
