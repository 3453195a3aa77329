namespace Conference.Sip.Messages;

/// <summary>Where one header field lies in its message: 16-bit offsets, because a message never exceeds 64 KiB.</summary>
internal readonly record struct HeaderSlot(HeaderId Id, bool Folded, ushort Start, ushort Length)
{
    public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> message) => message.Slice(Start, Length);
}

/// <summary>A part of the message.</summary>
internal readonly record struct Part(ushort Start, ushort Length)
{
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> message) => message.Slice(Start, Length);
}

/// <summary>How large a message may be (issue of every parser that was ever crashed by a length).</summary>
internal static class SipLimits
{
    public const int Message = 65_535;
    public const int Body = 60 * 1024;
    public const int Headers = 128;
    public const int HeaderBytes = 8 * 1024;
    public const int Folds = 64;
    public const int Vias = 16;
    public const int Routes = 20;
    public const int StartLine = 2 * 1024;
}

/// <summary>The map of one message: start line, header fields and body, found in one pass (RFC 3261 §7).</summary>
/// <remarks>
/// Indexing goes on after a fault as far as it can, so that whatever leaves Via, From, To, Call-ID and CSeq readable
/// can still be answered. The first fault is the one that counts.
/// </remarks>
internal struct SipIndex
{
    private SipFault _fault;
    private Counts _counts;

    public bool IsRequest { get; private set; }

    public Part Method { get; private set; }

    public Part RequestUri { get; private set; }

    public int Status { get; private set; }

    public int HeaderCount { get; private set; }

    public int BodyStart { get; private set; }

    /// <summary>Octets of body: what Content-Length says, or the rest of a datagram without one.</summary>
    public int BodyLength { get; private set; }

    public readonly int Length => BodyStart + BodyLength;

    /// <summary>Maps one message. Never throws and never allocates: the network is allowed to be wrong.</summary>
    /// <param name="bytes">A whole datagram, or a stream from the first octet of a start line.</param>
    /// <param name="isStream">On a stream Content-Length is required and bare LF refused; the body may not be there yet.</param>
    /// <param name="slots">Room for <see cref="SipLimits.Headers"/> header fields.</param>
    /// <param name="index">The map, as complete as the message allowed.</param>
    /// <returns><see cref="SipFault.None"/>, or the first rule that was broken.</returns>
    public static SipFault Parse(ReadOnlySpan<byte> bytes, bool isStream, Span<HeaderSlot> slots, out SipIndex index)
    {
        index = default;
        if (bytes.Length > SipLimits.Message) bytes = bytes[..SipLimits.Message];
        var at = SkipLineBreaks(bytes);
        if (!index.ReadStartLine(bytes, ref at, isStream)) return SipFault.NotSip;

        var isComplete = index.ReadHeaders(bytes, ref at, isStream, slots);
        index.BodyStart = at;
        if (!isComplete) index.Blame(SipFault.NoEmptyLine);
        index.Frame(bytes, isStream, slots);
        return index._fault;
    }

    private static int SkipLineBreaks(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && bytes[at] is (byte)'\r' or (byte)'\n') at++;
        return at;
    }

    private void Blame(SipFault fault)
    {
        if (_fault == SipFault.None) _fault = fault;
    }

    /// <summary>Takes one line off the front; a lone CR inside it, or a lone LF at its end on a stream, is a fault.</summary>
    private bool TakeLine(ReadOnlySpan<byte> bytes, ref int at, bool isStream, out Part line)
    {
        var length = bytes[at..].IndexOf((byte)'\n');
        var hasEnd = length >= 0;
        if (!hasEnd) length = bytes.Length - at;
        var text = bytes.Slice(at, length);
        var hasReturn = text is [.., (byte)'\r'];
        if (hasReturn) text = text[..^1];
        if (text.Contains((byte)'\r') || (isStream && hasEnd && !hasReturn)) Blame(SipFault.LineEnd);

        line = new Part((ushort)at, (ushort)text.Length);
        at = hasEnd ? at + length + 1 : bytes.Length;
        return hasEnd;
    }

    private bool ReadStartLine(ReadOnlySpan<byte> bytes, ref int at, bool isStream)
    {
        TakeLine(bytes, ref at, isStream, out var line);
        var text = line.Of(bytes);
        if (text.Length > SipLimits.StartLine) Blame(SipFault.StartLineTooLong);
        if (text.Length >= 4 && SipText.Is(text[..4], "SIP/"u8)) return ReadStatusLine(text);
        IsRequest = true;
        return ReadRequestLine(text, line.Start);
    }

    /// <summary>Method SP Request-URI SP SIP-Version, with exactly those two blanks (§7.1).</summary>
    private bool ReadRequestLine(ReadOnlySpan<byte> text, int start)
    {
        var first = text.IndexOf((byte)' ');
        var version = text.LastIndexOf(" SIP/"u8);
        if (first <= 0 || version < 0) version = text.LastIndexOf(" sip/"u8);
        if (first <= 0 || version < 0) return false;

        Method = new Part((ushort)start, (ushort)first);
        if (version > first) RequestUri = new Part((ushort)(start + first + 1), (ushort)(version - first - 1));
        var uri = version > first ? text[(first + 1)..version] : [];
        var isClean = SipText.IsToken(text[..first]) && !uri.IsEmpty && !uri.ContainsAny((byte)' ', (byte)'\t', (byte)0);
        if (!isClean) Blame(SipFault.StartLine);
        else CheckVersion(text[(version + 1)..]);
        return true;
    }

    private void CheckVersion(ReadOnlySpan<byte> version)
    {
        if (SipText.Is(version, "SIP/2.0"u8)) return;
        var number = version[4..];
        var dot = number.IndexOf((byte)'.');
        var isVersion = dot > 0 && SipText.TryNumber(number[..dot], out _) && SipText.TryNumber(number[(dot + 1)..], out _);
        Blame(isVersion ? SipFault.Version : SipFault.StartLine);
    }

    /// <summary>SIP-Version SP Status-Code SP Reason-Phrase; the phrase may be empty and its blank missing (§7.2).</summary>
    private bool ReadStatusLine(ReadOnlySpan<byte> text)
    {
        if (text.Length < 11 || !SipText.Is(text[..8], "SIP/2.0 "u8)) Blame(SipFault.Version);
        else if (SipText.TryNumber(text.Slice(8, 3), out var status) && status is >= 100 and <= 699 && (text.Length == 11 || text[11] == ' '))
            Status = (int)status;
        else Blame(SipFault.Status);
        return true;
    }

    private bool ReadHeaders(ReadOnlySpan<byte> bytes, ref int at, bool isStream, Span<HeaderSlot> slots)
    {
        while (at < bytes.Length)
        {
            var hasEnd = TakeLine(bytes, ref at, isStream, out var line);
            if (line.Length == 0) return hasEnd;
            var isFolded = Unfold(bytes, ref at, isStream, ref line);
            ReadHeader(bytes, line, isFolded, slots);
        }

        return false;
    }

    /// <summary>A line that begins with a blank continues the one before (§7.3.1).</summary>
    private bool Unfold(ReadOnlySpan<byte> bytes, ref int at, bool isStream, ref Part line)
    {
        var folds = 0;
        while (at < bytes.Length && bytes[at] is (byte)' ' or (byte)'\t')
        {
            TakeLine(bytes, ref at, isStream, out var more);
            line = new Part(line.Start, (ushort)(more.Start + more.Length - line.Start));
            if (++folds > SipLimits.Folds) Blame(SipFault.HeaderTooLong);
        }

        return folds > 0;
    }

    private void ReadHeader(ReadOnlySpan<byte> bytes, Part line, bool isFolded, Span<HeaderSlot> slots)
    {
        var text = line.Of(bytes);
        if (text.Length > SipLimits.HeaderBytes) Blame(SipFault.HeaderTooLong);
        if (HasNakedNul(text)) Blame(SipFault.Nul);
        var colon = text.IndexOf((byte)':');
        var name = colon > 0 ? text[..colon].TrimEnd(" \t"u8) : [];
        if (!SipText.IsToken(name))
        {
            Blame(SipFault.HeaderLine);
            return;
        }

        if (HeaderCount >= slots.Length)
        {
            Blame(SipFault.TooManyHeaders);
            return;
        }

        var rest = text[(colon + 1)..];
        var value = SipText.Trim(rest);
        var skipped = value.IsEmpty ? rest.Length : rest.IndexOfAnyExcept(" \t\r\n"u8);
        var id = HeaderNames.Find(name);
        slots[HeaderCount++] = new HeaderSlot(id, isFolded, (ushort)(line.Start + colon + 1 + skipped), (ushort)value.Length);
        Count(id, value);
    }

    /// <summary>NUL is tolerated inside a quoted string only, where RFC 4475 §3.1.1.2 hides one.</summary>
    private static bool HasNakedNul(ReadOnlySpan<byte> text)
    {
        var nul = text.IndexOf((byte)0);
        if (nul < 0) return false;
        var isQuoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && isQuoted) i++;
            else if (text[i] == '"') isQuoted = !isQuoted;
            else if (text[i] == 0 && !isQuoted) return true;
        }

        return false;
    }

    private void Count(HeaderId id, ReadOnlySpan<byte> value)
    {
        if (id == HeaderId.Via && (_counts.Vias += 1 + value.Count((byte)',')) > SipLimits.Vias) Blame(SipFault.TooManyVias);
        if (id is HeaderId.Route or HeaderId.RecordRoute && ++_counts.Routes > SipLimits.Routes) Blame(SipFault.TooManyRoutes);
    }

    /// <summary>Decides how long the body is (§18.3, §20.14).</summary>
    private void Frame(ReadOnlySpan<byte> bytes, bool isStream, ReadOnlySpan<HeaderSlot> slots)
    {
        long declared = -1;
        foreach (var slot in slots[..HeaderCount])
        {
            if (slot.Id != HeaderId.ContentLength) continue;
            var isNumber = SipText.TryNumber(slot.Value(bytes), out var length) && slot.Length <= 10;
            if (!isNumber || (declared >= 0 && declared != length)) Blame(SipFault.ContentLength);
            else declared = length;
        }

        var rest = bytes.Length - BodyStart;
        if (declared > SipLimits.Message) Blame(SipFault.ContentLength);
        else if (isStream && (declared > SipLimits.Body || BodyStart + declared > SipLimits.Message)) Blame(SipFault.TooLarge);
        else if (declared < 0 && isStream) Blame(SipFault.NoContentLength);
        else if (declared > rest && !isStream) Blame(SipFault.BodyTooShort);
        else BodyLength = declared < 0 ? rest : (int)declared;
    }

    private struct Counts
    {
        public int Vias;
        public int Routes;
    }
}
