using System.Buffers.Binary;

namespace Conference.Web.Hosting;

/// <summary>Reads the frame headers of a WebSocket client in passing (RFC 6455 §5.2) and says when it asks for too much. Holds no payload.</summary>
/// <remarks>What a frame may be at all, masks and reserved bits, is judged by the WebSocket above.</remarks>
public sealed class FrameWatch
{
    /// <summary>Nothing to object to.</summary>
    public const int Fine = 0;

    /// <summary>Close codes of RFC 6455 §7.4.1.</summary>
    public const int PolicyViolation = 1008;

    public const int TooBig = 1009;

    private const int Close = 8;
    private const int MostBytes = 64 * 1024;
    private const int MostFragments = 1_024;
    private const int PingsPerSecond = 10;
    private const int PingBurst = 50;

    private readonly byte[] _header = new byte[14];
    private int _headerLength;
    private long _payloadLeft;
    private long _messageBytes;
    private int _fragments;
    private double _pings;
    private TimeSpan _pingsAt;

    /// <summary>Whether a frame or a message has begun and is not complete.</summary>
    public bool IsInside => _headerLength > 0 || _payloadLeft > 0 || _fragments > 0;

    /// <summary>Whether the client has said goodbye: after its close frame nothing comes (RFC 6455 §5.5.1).</summary>
    public bool HasClosed { get; private set; }

    /// <summary>Looks at the next octets from the client.</summary>
    /// <param name="bytes">What came.</param>
    /// <param name="now">Any steady clock.</param>
    /// <returns><see cref="Fine"/>, or the close code of what it did.</returns>
    public int See(ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        while (!bytes.IsEmpty)
        {
            if (_payloadLeft > 0)
            {
                var skipped = (int)Math.Min(_payloadLeft, bytes.Length);
                _payloadLeft -= skipped;
                bytes = bytes[skipped..];
                continue;
            }

            _header[_headerLength++] = bytes[0];
            bytes = bytes[1..];
            if (_headerLength < HeaderLength()) continue;
            var verdict = Judge(now);
            if (verdict != Fine) return verdict;
        }

        return Fine;
    }

    private int HeaderLength()
    {
        if (_headerLength < 2) return 2;
        var length = (_header[1] & 0x7F) switch { 126 => 4, 127 => 10, _ => 2 };
        return length + ((_header[1] & 0x80) != 0 ? 4 : 0);
    }

    private int Judge(TimeSpan now)
    {
        var (isLast, opcode) = ((_header[0] & 0x80) != 0, _header[0] & 0x0F);
        var length = (_header[1] & 0x7F) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)),
            127 => BinaryPrimitives.ReadUInt64BigEndian(_header.AsSpan(2)),
            var small => (ulong)small,
        };
        _headerLength = 0;
        if (length > MostBytes) return TooBig;
        _payloadLeft = (long)length;
        HasClosed |= opcode == Close;
        return opcode >= 8 ? JudgeControl(now) : JudgeData(isLast);
    }

    /// <summary>Pings are answered, so whoever sends many makes us send many.</summary>
    private int JudgeControl(TimeSpan now)
    {
        _pings = Math.Max(0, _pings - (now - _pingsAt).TotalSeconds * PingsPerSecond) + 1;
        _pingsAt = now;
        return _pings > PingBurst ? PolicyViolation : Fine;
    }

    private int JudgeData(bool isLast)
    {
        _messageBytes += _payloadLeft;
        _fragments++;
        if (_messageBytes > MostBytes) return TooBig;
        if (_fragments > MostFragments) return PolicyViolation;
        if (isLast) (_messageBytes, _fragments) = (0, 0);
        return Fine;
    }
}
