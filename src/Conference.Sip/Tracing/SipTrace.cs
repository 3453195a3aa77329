using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Conference.Sip.Messages;
using Conference.Sip.Transport;

namespace Conference.Sip.Tracing;

/// <inheritdoc/>
/// <remarks>
/// Whoever sends or receives only puts a reference into a queue; sorting is done by the pool, and by whoever reads. The lock guards the
/// sorted part, which no protocol thread touches. A flood fills a shelf of its own: calls that were answered stand on another.
/// </remarks>
internal sealed class SipTrace(TimeProvider time) : ISipTrace, IWireTap
{
    private const int Batch = 64;
    private const int MostWaiting = 8_192;

    private readonly ConcurrentQueue<Noted> _waiting = new();
    private readonly Dictionary<string, TracedDialog> _all = [];
    private readonly Shelf _strangers = new(300, 4 << 20);
    private readonly Shelf _heard = new(600, 12 << 20);
    private readonly Lock _sorting = new();
    private int _count;

    /// <inheritdoc/>
    public ImmutableArray<TracedCall> Calls
    {
        get
        {
            lock (_sorting)
            {
                Sort();
                return [.. _all.Values.Select(d => d.Summary()).OrderByDescending(c => c.Begun)];
            }
        }
    }

    /// <inheritdoc/>
    public ImmutableArray<TracedMessage> Read(IReadOnlyCollection<string> callIds)
    {
        lock (_sorting)
        {
            Sort();
            return [.. callIds.Distinct().SelectMany(id => _all.TryGetValue(id, out var dialog) ? dialog.Messages : []).OrderBy(m => m.At).Select(m => m.Show())];
        }
    }

    public void Received(SipMessage message, Flow flow) => Note(false, flow, message.Bytes);

    public void Sent(byte[] message, Flow flow) => Note(true, flow, message);

    private void Note(bool isSent, Flow flow, byte[] bytes)
    {
        var count = Interlocked.Increment(ref _count);
        if (count > MostWaiting) Interlocked.Decrement(ref _count); // nobody has time to read either
        else _waiting.Enqueue(new Noted(time.GetUtcNow(), isSent, flow.Remote, flow.Transport, bytes));
        if (count % Batch == 0) ThreadPool.UnsafeQueueUserWorkItem(_ => SortLater(), null);
    }

    private void SortLater()
    {
        lock (_sorting) Sort();
    }

    private void Sort()
    {
        while (_waiting.TryDequeue(out var noted))
        {
            Interlocked.Decrement(ref _count);
            if (SipMessage.Read(noted.Bytes, isStream: false) is { Envelope.CallId.Length: > 0 } message) Shelve(noted, message);
        }
    }

    private void Shelve(Noted noted, SipMessage message)
    {
        var id = message.Envelope.CallId;
        if (!_all.TryGetValue(id, out var dialog))
        {
            _all[id] = dialog = new TracedDialog(id, message, noted.At, _strangers);
            _strangers.Add(dialog, 0);
        }

        dialog.Shelf.Bytes += dialog.Add(noted, message);
        if (dialog.Shelf == _strangers && message is { Status: > 100 and < 300, Envelope.CSeqMethod: SipMethod.Invite }) Promote(dialog);
        foreach (var old in dialog.Shelf.TakeSurplus()) _all.Remove(old.CallId);
    }

    /// <summary>A caller was let in: neither strangers nor registrations and keep-alives, of which a busy house has thousands, push this one out.</summary>
    private void Promote(TracedDialog dialog)
    {
        _strangers.Remove(dialog);
        dialog.Shelf = _heard;
        _heard.Add(dialog, dialog.Bytes);
    }
}

/// <summary>One message as it passed.</summary>
internal sealed record Noted(DateTimeOffset At, bool IsSent, IPEndPoint Peer, string Transport, byte[] Bytes)
{
    public TracedMessage Show() => new(At, IsSent, Peer, Transport, Redaction.Of(Bytes));
}

/// <summary>Dialogs in the order they began, so many and so many octets of them.</summary>
internal sealed class Shelf(int most, long mostBytes)
{
    private readonly LinkedList<TracedDialog> _order = new();

    public long Bytes { get; set; }

    public void Add(TracedDialog dialog, long bytes)
    {
        dialog.Place = _order.AddLast(dialog);
        Bytes += bytes;
    }

    public void Remove(TracedDialog dialog)
    {
        _order.Remove(dialog.Place!);
        Bytes -= dialog.Bytes;
    }

    /// <summary>Takes down the oldest until the rest fits.</summary>
    public IEnumerable<TracedDialog> TakeSurplus()
    {
        while (_order.Count > most || (Bytes > mostBytes && _order.Count > 1))
        {
            var oldest = _order.First!.Value;
            Remove(oldest);
            yield return oldest;
        }
    }
}

/// <summary>What passed under one Call-ID: the beginning and the end of it, when it was much.</summary>
internal sealed class TracedDialog(string callId, SipMessage first, DateTimeOffset begun, Shelf shelf)
{
    private const int Most = 200;
    private const int Beginning = 50;

    private readonly string _from = User(first, HeaderId.From);
    private readonly string _to = User(first, HeaderId.To);
    private readonly List<Noted> _messages = [];
    private readonly string _method = first.IsRequest ? first.Method : first.Envelope.CSeqMethod;
    private int _last;

    public string CallId => callId;

    public Shelf Shelf { get; set; } = shelf;

    public LinkedListNode<TracedDialog>? Place { get; set; }

    public long Bytes { get; private set; }

    public IReadOnlyList<Noted> Messages => _messages;

    /// <summary>Keeps one message.</summary>
    /// <returns>How many octets more there are now.</returns>
    public long Add(Noted noted, SipMessage message)
    {
        if (message.Status > 0) _last = message.Status;
        var more = (long)noted.Bytes.Length;
        _messages.Add(noted);
        if (_messages.Count > Most)
        {
            more -= _messages[Beginning].Bytes.Length;
            _messages.RemoveAt(Beginning);
        }

        Bytes += more;
        return more;
    }

    public TracedCall Summary() => new(callId, _method, _from, _to, begun, _last);

    private static string User(SipMessage message, HeaderId id) =>
        NameAddr.TryParse(message.Header(id), out var address) && SipUri.TryParse(address.Uri, out var uri) ? uri.UserText() : "";
}
