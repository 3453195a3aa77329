using System.Text;

namespace Conference.Sip.Messages;

/// <summary>One received message: its own octets, the map of them, and the few values everything asks for.</summary>
/// <remarks>Owns exactly its octets (no pooled buffer is kept), is never changed after <see cref="Read"/> and may cross threads.</remarks>
internal sealed class SipMessage
{
    private const int PhraseStart = 12; // "SIP/2.0 200 "

    private readonly HeaderSlot[] _slots;
    private readonly SipIndex _index;

    private SipMessage(byte[] bytes, HeaderSlot[] slots, SipIndex index, SipFault fault)
    {
        Bytes = bytes;
        _slots = slots;
        _index = index;
        Method = SipMethod.Read(index.Method.Of(bytes));
        Envelope = Envelope.Read(this, out var second);
        Fault = fault != SipFault.None ? fault : second;
    }

    public byte[] Bytes { get; }

    /// <summary>What is wrong with it, or <see cref="SipFault.None"/>.</summary>
    public SipFault Fault { get; }

    /// <summary>Via, From, To, Call-ID and CSeq, as far as they could be read.</summary>
    public Envelope Envelope { get; }

    public bool IsRequest => _index.IsRequest;

    /// <summary>The method of a request, empty for a response.</summary>
    public string Method { get; }

    /// <summary>The status of a response, 0 for a request.</summary>
    public int Status => _index.Status;

    /// <summary>The reason phrase of a response, for people.</summary>
    public string Phrase
    {
        get
        {
            var line = Bytes.AsSpan(0, Math.Max(0, Bytes.AsSpan().IndexOfAny((byte)'\r', (byte)'\n')));
            return IsRequest || line.Length <= PhraseStart ? "" : SipText.Utf8(line[PhraseStart..]);
        }
    }

    public ReadOnlySpan<byte> RequestUri => _index.RequestUri.Of(Bytes);

    public ReadOnlyMemory<byte> Body => Bytes.AsMemory(_index.BodyStart, Math.Min(_index.BodyLength, Bytes.Length - _index.BodyStart));

    /// <summary>Content-Type; a body that begins like SDP is taken for SDP when the header is missing.</summary>
    public string ContentType => Has(HeaderId.ContentType)
        ? SipText.Latin(Header(HeaderId.ContentType))
        : Body.Span.StartsWith("v=0"u8) ? "application/sdp" : "";

    /// <summary>Whether an initial request: no To tag, so it belongs to no dialog yet.</summary>
    public bool IsOutOfDialog => Envelope.ToTag.Length == 0;

    /// <summary>Whether an answer may be sent: only requests with a Via, and never ACK.</summary>
    public bool IsAnswerable => IsRequest && Method != SipMethod.Ack && Has(HeaderId.Via);

    /// <summary>Takes a message out of a datagram or a framed stretch of a stream.</summary>
    /// <param name="bytes">The octets; copied.</param>
    /// <param name="isStream">Whether the strict rules of streams apply.</param>
    /// <returns>The message, with its fault if it has one; <see langword="null"/> when it is not SIP.</returns>
    public static SipMessage? Read(ReadOnlySpan<byte> bytes, bool isStream)
    {
        Span<HeaderSlot> slots = stackalloc HeaderSlot[SipLimits.Headers];
        var fault = SipIndex.Parse(bytes, isStream, slots, out var index);
        if (fault == SipFault.NotSip) return null;
        var own = bytes[..Math.Min(bytes.Length, index.Length)].ToArray();
        return new SipMessage(own, slots[..index.HeaderCount].ToArray(), index, fault);
    }

    public bool Has(HeaderId id)
    {
        foreach (var slot in _slots)
            if (slot.Id == id)
                return true;
        return false;
    }

    /// <summary>The first value of a header as written, or empty.</summary>
    public ReadOnlySpan<byte> Header(HeaderId id)
    {
        foreach (var slot in _slots)
            if (slot.Id == id)
                return slot.Value(Bytes);
        return [];
    }

    /// <summary>A header as text for people, or <see langword="null"/>.</summary>
    public string? Text(HeaderId id) => Has(id) ? SipText.Utf8(Header(id)) : null;

    /// <summary>The first field of any name, known here or not, as text for people; <see langword="null"/> when there is none.</summary>
    public string? Named(string name)
    {
        var id = HeaderNames.Find(Encoding.ASCII.GetBytes(name));
        if (id != HeaderId.Other) return Text(id);
        foreach (var slot in _slots)
            if (slot.Id == HeaderId.Other && Ascii.EqualsIgnoreCase(NameBefore(slot.Start), name))
                return SipText.Utf8(slot.Value(Bytes));
        return null;
    }

    /// <summary>Every header field of that name, whole.</summary>
    public FieldWalk Fields(HeaderId id) => new(Bytes, _slots, id);

    /// <summary>Every value of a header that is a list, over all its fields.</summary>
    public ValueWalk Values(HeaderId id) => new(Fields(id));

    /// <summary>Whether a list of tokens (Supported, Allow, Require) holds this one.</summary>
    public bool Lists(HeaderId id, ReadOnlySpan<byte> token)
    {
        foreach (var value in Values(id))
            if (SipText.Is(value, token))
                return true;
        return false;
    }

    /// <summary>The name that stands before a value: back to the colon, then to the beginning of the line.</summary>
    private ReadOnlySpan<byte> NameBefore(int value)
    {
        var before = Bytes.AsSpan(0, value);
        var colon = before.LastIndexOf((byte)':');
        return colon < 0 ? [] : SipText.Trim(before[(before[..colon].LastIndexOf((byte)'\n') + 1)..colon]);
    }

    /// <summary>Retry-After, or <see langword="null"/> when it names none (RFC 3261 §20.33).</summary>
    public TimeSpan? RetryAfter
    {
        get
        {
            var value = Header(HeaderId.RetryAfter);
            var end = value.IndexOfAny(" ;("u8);
            return SipText.TryNumber(end < 0 ? value : value[..end], out var seconds) ? TimeSpan.FromSeconds(seconds) : null;
        }
    }

    /// <summary>Walks whole header fields.</summary>
    public ref struct FieldWalk(ReadOnlySpan<byte> bytes, ReadOnlySpan<HeaderSlot> slots, HeaderId id)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private readonly ReadOnlySpan<HeaderSlot> _slots = slots;
        private int _at = -1;

        public readonly ReadOnlySpan<byte> Current => _slots[_at].Value(_bytes);

        public readonly FieldWalk GetEnumerator() => this;

        public bool MoveNext()
        {
            while (++_at < _slots.Length)
                if (_slots[_at].Id == id)
                    return true;
            return false;
        }
    }

    /// <summary>Walks the comma-separated values of a header.</summary>
    public ref struct ValueWalk(FieldWalk fields)
    {
        private FieldWalk _fields = fields;
        private Splitter _values;
        private bool _isInside;

        public readonly ReadOnlySpan<byte> Current => _values.Current;

        public readonly ValueWalk GetEnumerator() => this;

        public bool MoveNext()
        {
            while (!_isInside || !_values.MoveNext())
            {
                if (!_fields.MoveNext()) return false;
                _values = new Splitter(_fields.Current);
                _isInside = true;
            }

            return true;
        }
    }
}
