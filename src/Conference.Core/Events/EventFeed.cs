using System.Threading.Channels;

namespace Conference.Core.Events;

/// <summary>The one stream of what happens: owners publish, everybody else reads.</summary>
/// <remarks>
/// Publishing takes a short lock, numbers the fact and offers it to every reader; it never waits.
/// A reader whose queue is full is marked behind: its next read yields <see langword="null"/> once, which says "start over from a snapshot".
/// </remarks>
public sealed class EventFeed(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly List<EventReader> _readers = [];
    private long _position;

    /// <summary>Continues the numbering of an earlier run; before the first publication.</summary>
    public void ContinueAfter(long position)
    {
        lock (_gate) _position = Math.Max(_position, position);
    }

    /// <summary>Tells everybody. Called by owners only: a reader never publishes.</summary>
    public Envelope Publish(RoomNumber room, long version, Actor by, DomainEvent what)
    {
        lock (_gate)
        {
            var envelope = new Envelope(++_position, time.GetUtcNow(), by, room, version, what);
            foreach (var reader in _readers) reader.Offer(envelope);
            return envelope;
        }
    }

    /// <summary>A fact that is about no room.</summary>
    public Envelope Publish(Actor by, DomainEvent what) => Publish(default, 0, by, what);

    /// <summary>Hears everything from now on.</summary>
    /// <param name="depth">How many facts may wait unread before the reader counts as behind.</param>
    public EventReader Subscribe(int depth = 1024)
    {
        var reader = new EventReader(depth, Forget);
        lock (_gate) _readers.Add(reader);
        return reader;
    }

    private void Forget(EventReader reader)
    {
        lock (_gate) _readers.Remove(reader);
    }
}

/// <summary>One listener's own queue.</summary>
public sealed class EventReader : IDisposable
{
    private readonly Channel<Envelope> _queue;
    private readonly Action<EventReader> _forget;
    private bool _behind;

    internal EventReader(int depth, Action<EventReader> forget)
    {
        _queue = Channel.CreateBounded<Envelope>(new BoundedChannelOptions(depth) { SingleReader = true });
        _forget = forget;
    }

    /// <summary>Every fact in order; <see langword="null"/> when some were missed.</summary>
    public async IAsyncEnumerable<Envelope?> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var envelope in _queue.Reader.ReadAllAsync(cancel))
        {
            if (Interlocked.Exchange(ref _behind, false)) yield return null;
            yield return envelope;
        }
    }

    public void Dispose()
    {
        _forget(this);
        _queue.Writer.TryComplete();
    }

    internal void Offer(Envelope envelope)
    {
        if (!_queue.Writer.TryWrite(envelope)) Volatile.Write(ref _behind, true);
    }
}
