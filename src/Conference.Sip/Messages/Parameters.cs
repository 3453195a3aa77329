namespace Conference.Sip.Messages;

/// <summary>Walks ";name=value" pairs in place; quotes protect semicolons (RFC 3261 §25.1, generic-param).</summary>
internal ref struct Parameters(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The value as written, quotes included; empty for a flag.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Whether everything so far was a parameter.</summary>
    public bool IsFaulty { get; private set; }

    /// <summary>Goes to the next parameter.</summary>
    public bool MoveNext()
    {
        _rest = SipText.Trim(_rest);
        if (_rest.IsEmpty) return false;
        if (_rest[0] != ';')
        {
            IsFaulty = true;
            return false;
        }

        var end = Splitter.Find(_rest[1..], (byte)';', out var isBalanced);
        var item = end < 0 ? _rest[1..] : _rest[1..(end + 1)];
        _rest = end < 0 ? [] : _rest[(end + 1)..];
        var equals = item.IndexOf((byte)'=');
        Name = SipText.Trim(equals < 0 ? item : item[..equals]);
        Value = equals < 0 ? [] : SipText.Trim(item[(equals + 1)..]);
        if (isBalanced && SipText.IsToken(Name)) return true;
        IsFaulty = true;
        return false;
    }

    /// <summary>Finds one parameter by name.</summary>
    /// <returns>Whether it is there, with or without a value.</returns>
    public static bool Find(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var all = new Parameters(text);
        while (all.MoveNext())
        {
            if (!SipText.Is(all.Name, name)) continue;
            value = all.Value;
            return true;
        }

        value = [];
        return false;
    }

    public static bool AreSound(ReadOnlySpan<byte> text)
    {
        var all = new Parameters(text);
        while (all.MoveNext())
        {
        }

        return !all.IsFaulty;
    }

    /// <summary>A value without its quotes; some phones quote numbers.</summary>
    public static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> value) =>
        value.Length >= 2 && value[0] == '"' && value[^1] == '"' ? value[1..^1] : value;
}
