using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Conference.Sip.Messages;

/// <summary>Writes one message into a pooled buffer: canonical names, CRLF, no folding, Content-Length always (RFC 3261 §7).</summary>
/// <remarks>A CR or LF in any argument throws: nothing that callers pass can begin a header of its own.</remarks>
internal ref struct SipWriter
{
    private byte[] _buffer;
    private int _length;

    /// <summary>Whether headers that have a letter are written by it (§7.3.3): for what must fit a datagram.</summary>
    public bool IsCompact { get; init; }

    public SipWriter() => _buffer = ArrayPool<byte>.Shared.Rent(1_400);

    public void Request(string method, ReadOnlySpan<byte> uri)
    {
        Text(method);
        Raw(" "u8);
        Clean(uri);
        Raw(" SIP/2.0\r\n"u8);
    }

    public void Response(int status, string reason)
    {
        Raw("SIP/2.0 "u8);
        Number(status);
        Raw(" "u8);
        Text(reason);
        Raw("\r\n"u8);
    }

    public void Header(HeaderId id, ReadOnlySpan<byte> value)
    {
        Name(id);
        Clean(value);
        Raw("\r\n"u8);
    }

    public void Header(HeaderId id, string value)
    {
        Name(id);
        Text(value);
        Raw("\r\n"u8);
    }

    /// <summary>A header this server knows only by name.</summary>
    public void Header(string name, string value)
    {
        Text(name);
        Raw(": "u8);
        Text(value);
        Raw("\r\n"u8);
    }

    public void Header(HeaderId id, long value)
    {
        Name(id);
        Number(value);
        Raw("\r\n"u8);
    }

    /// <summary>Copies every field of that name as it came, unfolded.</summary>
    public void Copy(SipMessage message, HeaderId id)
    {
        foreach (var field in message.Fields(id))
        {
            Name(id);
            Unfolded(field);
            Raw("\r\n"u8);
        }
    }

    /// <summary>Begins a header that the caller finishes with <see cref="Unfolded"/>, <see cref="Text"/> and <see cref="EndHeader"/>.</summary>
    public void Name(HeaderId id)
    {
        Raw(IsCompact ? HeaderNames.ShortOf(id) : HeaderNames.Of(id));
        Raw(": "u8);
    }

    public void EndHeader() => Raw("\r\n"u8);

    /// <summary>Received octets; the line breaks of a folded header become one blank each.</summary>
    public void Unfolded(ReadOnlySpan<byte> value)
    {
        while (true)
        {
            var end = value.IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0) break;
            Raw(SipText.TrimEnd(value[..end]));
            Raw(" "u8);
            value = value[end..].TrimStart("\r\n \t"u8);
        }

        Raw(value);
    }

    public void Text(string text)
    {
        Refuse(text.AsSpan().ContainsAny('\r', '\n'));
        var span = Reserve(Encoding.UTF8.GetMaxByteCount(text.Length));
        _length += Encoding.UTF8.GetBytes(text, span);
    }

    public void Number(long number)
    {
        Utf8Formatter.TryFormat(number, Reserve(20), out var written);
        _length += written;
    }

    /// <summary>Ends the headers and adds the body; gives the whole message and lets go of the buffer.</summary>
    /// <param name="contentType">What the body is; ignored when it is empty.</param>
    /// <param name="body">The body, taken as it is.</param>
    public byte[] Finish(string contentType, ReadOnlySpan<byte> body)
    {
        if (!body.IsEmpty) Header(HeaderId.ContentType, contentType);
        Header(HeaderId.ContentLength, body.Length);
        Raw("\r\n"u8);
        Raw(body);
        var message = _buffer.AsSpan(0, _length).ToArray();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        return message;
    }

    public byte[] Finish() => Finish("", []);

    private void Clean(ReadOnlySpan<byte> value)
    {
        Refuse(value.ContainsAny((byte)'\r', (byte)'\n'));
        Raw(value);
    }

    private static void Refuse(bool hasLineBreak)
    {
        if (hasLineBreak) throw new ArgumentException("A header value must not contain a line break.");
    }

    private void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _length += bytes.Length;
    }

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _length < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + count));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer.AsSpan(_length);
    }
}
