using Conference.Sip.Messages;

namespace Conference.Sip.Transport;

/// <summary>What the next octets of a stream turned out to be.</summary>
internal enum Framed
{
    NeedMore,
    Message,

    /// <summary>CRLFCRLF: the peer asks whether we are there (RFC 5626 §4.4.1).</summary>
    KeepAlive,

    /// <summary>Nobody knows where the next message begins: answer what can be answered, then close.</summary>
    Broken,
}

/// <summary>Cuts a stream into messages by Content-Length (RFC 3261 §18.3). The indexer itself finds the end, so there is one opinion on it.</summary>
/// <remarks>Never starts over: new octets are searched once, so a message sent octet by octet costs no more than in one piece.</remarks>
internal sealed class StreamFramer
{
    private const int First = 4_096;
    private const int Most = SipLimits.Message + 1;

    private byte[] _buffer = new byte[First];
    private int _length;
    private int _scanned;
    private int _total;

    /// <summary>Whether a message has begun and is not complete.</summary>
    public bool IsInside => _length > 0;

    /// <summary>Where to put the next octets; never empty.</summary>
    public Memory<byte> Room()
    {
        if (_length == _buffer.Length) Array.Resize(ref _buffer, Math.Min(_buffer.Length * 4, Most));
        return _buffer.AsMemory(_length);
    }

    public void Advance(int count) => _length += count;

    /// <summary>Takes the next message off the stream.</summary>
    /// <param name="message">The message, or what is left of a broken one, or <see langword="null"/>.</param>
    public Framed Next(out SipMessage? message)
    {
        message = null;
        var framed = SkipLineBreaks();
        if (framed != Framed.Message) return framed;
        if (_total == 0 && !FindEnd()) return _length < SipLimits.Message ? Framed.NeedMore : Framed.Broken;
        if (_length < _total) return Framed.NeedMore;

        message = SipMessage.Read(_buffer.AsSpan(0, _total), isStream: true);
        Drop(_total);
        return message is null || SipFaults.LosesFraming(message.Fault) ? Framed.Broken : Framed.Message;
    }

    private Framed SkipLineBreaks()
    {
        while (_length > 0 && _buffer[0] is (byte)'\r' or (byte)'\n')
        {
            var start = _buffer.AsSpan(0, Math.Min(_length, 4));
            if (start.SequenceEqual("\r\n\r\n"u8))
            {
                Drop(4);
                return Framed.KeepAlive;
            }

            if ("\r\n\r\n"u8.StartsWith(start)) return Framed.NeedMore;
            if (!start.StartsWith("\r\n"u8)) return Framed.Broken;
            Drop(2);
        }

        return _length == 0 ? Framed.NeedMore : Framed.Message;
    }

    /// <summary>Looks for the end of the headers and reads the whole length off them.</summary>
    /// <returns>Whether the length is known now.</returns>
    private bool FindEnd()
    {
        var from = Math.Max(0, _scanned - 3);
        var end = _buffer.AsSpan(from, _length - from).IndexOf("\r\n\r\n"u8);
        _scanned = _length;
        if (end < 0) return false;

        Span<HeaderSlot> slots = stackalloc HeaderSlot[SipLimits.Headers];
        var head = _buffer.AsSpan(0, from + end + 4);
        var fault = SipIndex.Parse(head, isStream: true, slots, out var index);
        _total = SipFaults.LosesFraming(fault) ? head.Length : index.Length;
        return true;
    }

    private void Drop(int count)
    {
        _buffer.AsSpan(count, _length - count).CopyTo(_buffer);
        _length -= count;
        (_scanned, _total) = (0, 0);
        if (_length == 0 && _buffer.Length > First) _buffer = new byte[First];
    }
}
