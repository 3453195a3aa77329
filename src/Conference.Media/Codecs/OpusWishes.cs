namespace Conference.Media.Codecs;

/// <summary>What a receiver of Opus asks for in its fmtp (RFC 7587 §6.1), as far as it changes what we send. Mono, which all of them take, is what we send anyway.</summary>
/// <param name="PlaybackRate">maxplaybackrate: more than this it cannot render.</param>
/// <param name="Bitrate">maxaveragebitrate, or what suits speech when it asks for none.</param>
/// <param name="Constant">cbr=1.</param>
/// <param name="Fec">useinbandfec=1: it makes use of copies.</param>
/// <param name="Dtx">usedtx=1: it takes silence for silence.</param>
internal readonly record struct OpusWishes(int PlaybackRate, int Bitrate, bool Constant, bool Fec, bool Dtx)
{
    private const int Usual = 32000; // full-band speech in mono

    private static OpusWishes Default => new(48000, Usual, false, false, false);

    /// <summary>Reads an fmtp; what makes no sense counts as absent.</summary>
    public static OpusWishes Parse(ReadOnlySpan<char> parameters)
    {
        var wishes = Default;
        foreach (var range in parameters.Split(';'))
        {
            var text = parameters[range];
            var equals = text.IndexOf('=');
            if (equals < 0 || !int.TryParse(text[(equals + 1)..].Trim(), out var value)) continue;
            wishes = wishes.With(text[..equals].Trim(), value);
        }

        return wishes;
    }

    private OpusWishes With(ReadOnlySpan<char> name, int value)
    {
        if (Is(name, "maxplaybackrate")) return value > 0 ? this with { PlaybackRate = value } : this;
        if (Is(name, "maxaveragebitrate")) return value > 0 ? this with { Bitrate = Math.Clamp(value, 6000, Usual) } : this;
        if (Is(name, "cbr")) return this with { Constant = value == 1 };
        if (Is(name, "useinbandfec")) return this with { Fec = value == 1 };
        return Is(name, "usedtx") ? this with { Dtx = value == 1 } : this;
    }

    private static bool Is(ReadOnlySpan<char> name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);
}
