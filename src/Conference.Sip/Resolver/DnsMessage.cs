using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Conference.Sip.Resolver;

/// <summary>What is wrong with a datagram that should have been an answer.</summary>
internal enum DnsError
{
    None,
    TooShort,

    /// <summary>Another id, or no answer at all: somebody guesses.</summary>
    NotOurs,
    WrongQuestion,
    BadName,
    BadRecord,
}

/// <summary>One answer as it came.</summary>
/// <param name="Code">RCODE of RFC 1035 §4.1.1.</param>
/// <param name="IsTruncated">Whether the rest must be asked for over TCP.</param>
/// <param name="Records">The answer section, records of other types left out.</param>
internal sealed record DnsMessage(int Code, bool IsTruncated, ImmutableArray<DnsRecord> Records)
{
    public const int NoError = 0;
    public const int FormatError = 1;
    public const int NoSuchName = 3;
    public const int NotImplemented = 4;

    private const int HeaderBytes = 12;
    private const int MostRecords = 256;

    /// <summary>Writes a question (RFC 1035 §4.1).</summary>
    /// <param name="isExtended">Whether to say that 1232 bytes fit (RFC 6891); some old servers refuse that.</param>
    /// <returns>The datagram, or <see langword="null"/> when no such name can exist.</returns>
    public static byte[]? Ask(ushort id, string name, DnsType type, bool isExtended)
    {
        Span<byte> wire = stackalloc byte[255];
        if (!TryWriteName(name, wire, out var length)) return null;
        var question = new byte[HeaderBytes + length + 4 + (isExtended ? 11 : 0)];
        BinaryPrimitives.WriteUInt16BigEndian(question, id);
        question[2] = 1; // recursion desired
        question[5] = 1; // one question
        question[11] = (byte)(isExtended ? 1 : 0); // one additional record
        wire[..length].CopyTo(question.AsSpan(HeaderBytes));
        var tail = question.AsSpan(HeaderBytes + length);
        BinaryPrimitives.WriteUInt16BigEndian(tail, (ushort)type);
        tail[3] = 1; // class IN
        if (!isExtended) return question;
        BinaryPrimitives.WriteUInt16BigEndian(tail[5..], (ushort)DnsType.Opt); // after the root's empty name
        BinaryPrimitives.WriteUInt16BigEndian(tail[7..], 1232);
        return question;
    }

    /// <summary>Reads an answer. Never throws, always ends: the network is allowed to be wrong.</summary>
    /// <returns><see cref="DnsError.None"/>, or the first rule it broke.</returns>
    public static DnsError Read(ReadOnlySpan<byte> bytes, ushort id, string name, DnsType type, out DnsMessage? message)
    {
        message = null;
        if (bytes.Length < HeaderBytes) return DnsError.TooShort;
        if (Number(bytes, 0) != id || (bytes[2] & 0xF8) != 0x80) return DnsError.NotOurs; // an answer to a plain query
        if (Number(bytes, 4) != 1) return DnsError.WrongQuestion;

        var at = HeaderBytes;
        if (!TryReadName(bytes, ref at, out var asked)) return DnsError.BadName;
        if (bytes.Length - at < 4) return DnsError.TooShort;
        if (asked != Fold(name) || Number(bytes, at) != (int)type || Number(bytes, at + 2) != 1) return DnsError.WrongQuestion;

        at += 4;
        var isTruncated = (bytes[2] & 0x02) != 0;
        var error = DnsError.None;
        var records = isTruncated ? [] : ReadAnswers(bytes, at, Number(bytes, 6), out error);
        if (error == DnsError.None) message = new DnsMessage(bytes[3] & 0x0F, isTruncated, records);
        return error;
    }

    /// <summary>A name as names are compared: without case, without the last dot.</summary>
    public static string Fold(string name) => name.TrimEnd('.').ToLowerInvariant();

    private static ImmutableArray<DnsRecord> ReadAnswers(ReadOnlySpan<byte> bytes, int at, int count, out DnsError error)
    {
        error = count > MostRecords ? DnsError.BadRecord : DnsError.None;
        var records = ImmutableArray.CreateBuilder<DnsRecord>();
        for (var i = 0; i < count && error == DnsError.None; i++)
        {
            error = ReadRecord(bytes, ref at, out var record);
            if (record is not null) records.Add(record);
        }

        return records.ToImmutable();
    }

    private static DnsError ReadRecord(ReadOnlySpan<byte> bytes, ref int at, out DnsRecord? record)
    {
        record = null;
        if (!TryReadName(bytes, ref at, out var owner)) return DnsError.BadName;
        if (bytes.Length - at < 10) return DnsError.TooShort;
        var (type, kind, seconds, length) = ((DnsType)Number(bytes, at), Number(bytes, at + 2), BinaryPrimitives.ReadUInt32BigEndian(bytes[(at + 4)..]), Number(bytes, at + 8));
        at += 10;
        if (bytes.Length - at < length) return DnsError.TooShort;
        var upTo = bytes[..(at + length)]; // names in the data may point back, but nothing reads beyond it
        var from = at;
        at += length;
        return kind == 1 ? ReadData(upTo, from, owner, type, seconds, out record) : DnsError.None;
    }

    private static DnsError ReadData(ReadOnlySpan<byte> bytes, int at, string owner, DnsType type, uint seconds, out DnsRecord? record)
    {
        record = type switch
        {
            DnsType.A when bytes.Length - at == 4 => new DnsRecord.Address(owner, type, seconds, new(bytes[at..])),
            DnsType.Aaaa when bytes.Length - at == 16 => new DnsRecord.Address(owner, type, seconds, new(bytes[at..])),
            DnsType.Alias when TryReadLastName(bytes, at, out var target) => new DnsRecord.Alias(owner, seconds, target),
            DnsType.Srv when bytes.Length - at > 6 && TryReadLastName(bytes, at + 6, out var target) =>
                new DnsRecord.Srv(owner, seconds, Number(bytes, at), Number(bytes, at + 2), Number(bytes, at + 4), target),
            DnsType.Naptr => ReadNaptr(bytes, at, owner, seconds),
            _ => null,
        };
        return record is null && type is DnsType.A or DnsType.Aaaa or DnsType.Alias or DnsType.Srv or DnsType.Naptr ? DnsError.BadRecord : DnsError.None;
    }

    private static DnsRecord.Naptr? ReadNaptr(ReadOnlySpan<byte> bytes, int at, string owner, uint seconds)
    {
        if (bytes.Length - at < 8) return null;
        var (order, preference) = (Number(bytes, at), Number(bytes, at + 2));
        at += 4;
        return TryReadText(bytes, ref at, out var flags) && TryReadText(bytes, ref at, out var services) && TryReadText(bytes, ref at, out var regexp)
            && TryReadLastName(bytes, at, out var replacement)
            ? new DnsRecord.Naptr(owner, seconds, order, preference, flags, services, regexp, replacement)
            : null;
    }

    private static bool TryReadText(ReadOnlySpan<byte> bytes, ref int at, out string text)
    {
        text = "";
        if (at >= bytes.Length || bytes.Length - at - 1 < bytes[at]) return false;
        text = Encoding.UTF8.GetString(bytes.Slice(at + 1, bytes[at]));
        at += 1 + bytes[at];
        return true;
    }

    private static bool TryReadLastName(ReadOnlySpan<byte> bytes, int at, out string name) =>
        TryReadName(bytes, ref at, out name) && at == bytes.Length;

    /// <summary>Reads a name. A pointer must lead to before everything read of this name so far (RFC 1035 §4.1.4), so that no two can chase each other.</summary>
    private static bool TryReadName(ReadOnlySpan<byte> bytes, ref int at, out string name)
    {
        Span<char> text = stackalloc char[256];
        var (length, position, before, end) = (0, at, at, -1);
        name = "";
        while (true)
        {
            if (position >= bytes.Length) return false;
            int size = bytes[position++];
            if (size == 0) break;
            if (size >= 0xC0)
            {
                if (position >= bytes.Length) return false;
                var target = (size & 0x3F) << 8 | bytes[position];
                if (end < 0) end = position + 1;
                if (target >= before) return false;
                before = position = target;
                continue;
            }

            if (size > 63 || bytes.Length - position < size || length + size + 1 > 254) return false;
            if (!TryCopyLabel(bytes.Slice(position, size), text[length..])) return false;
            position += size;
            length += size + 1;
        }

        at = end < 0 ? position : end;
        name = length == 0 ? "" : new string(text[..(length - 1)]);
        return true;
    }

    /// <summary>Letters, digits, dashes and underscores are all that names of hosts and services are made of.</summary>
    private static bool TryCopyLabel(ReadOnlySpan<byte> label, Span<char> text)
    {
        for (var i = 0; i < label.Length; i++)
        {
            var letter = char.ToLowerInvariant((char)label[i]);
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_')) return false;
            text[i] = letter;
        }

        text[label.Length] = '.';
        return true;
    }

    private static bool TryWriteName(string name, Span<byte> wire, out int length)
    {
        length = 0;
        name = name.TrimEnd('.');
        if (name.Length is 0 or > 253) return false;
        foreach (var label in name.Split('.'))
        {
            if (label.Length is 0 or > 63 || !label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')) return false;
            wire[length] = (byte)label.Length;
            length += 1 + Encoding.ASCII.GetBytes(label, wire[(length + 1)..]);
        }

        wire[length++] = 0;
        return true;
    }

    private static int Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
}
