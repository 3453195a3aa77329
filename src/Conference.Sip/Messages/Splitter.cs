namespace Conference.Sip.Messages;

/// <summary>Splits header lists: never inside quotes, never inside angle brackets (RFC 3261 §7.3.1).</summary>
internal ref struct Splitter(ReadOnlySpan<byte> list)
{
    private ReadOnlySpan<byte> _rest = list;
    private bool _isDone;

    public ReadOnlySpan<byte> Current { get; private set; }

    public bool MoveNext()
    {
        if (_isDone) return false;
        var end = Find(_rest, (byte)',', out _);
        Current = SipText.Trim(end < 0 ? _rest : _rest[..end]);
        _isDone = end < 0;
        if (!_isDone) _rest = _rest[(end + 1)..];
        return true;
    }

    /// <summary>Where the separator first stands outside quotes and brackets, or -1.</summary>
    /// <param name="text">The text to look through.</param>
    /// <param name="separator">A comma or a semicolon.</param>
    /// <param name="isBalanced">Whether quotes and brackets opened before that place were closed.</param>
    public static int Find(ReadOnlySpan<byte> text, byte separator, out bool isBalanced)
    {
        var isQuoted = false;
        var isBracketed = false;
        for (var i = 0; i < text.Length; i++)
        {
            var b = text[i];
            if (isQuoted)
            {
                if (b == '\\') i++;
                else if (b == '"') isQuoted = false;
            }
            else if (b == '"') isQuoted = true;
            else if (b == '<') isBracketed = true;
            else if (b == '>') isBracketed = false;
            else if (b == separator && !isBracketed)
            {
                isBalanced = true;
                return i;
            }
        }

        isBalanced = !isQuoted && !isBracketed;
        return -1;
    }
}
