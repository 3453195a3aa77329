using System.Text;

namespace Conference.Core.Exchange;

/// <summary>An offer of audio with its two best voices and the keys, for a request that must fit a datagram (RFC 8866 §5.14, RFC 3264 §5.1).</summary>
/// <remarks>Numbers of payload types stay as they are, so an answer to it is an answer to the whole offer as well.</remarks>
public static class BriefOffer
{
    private const int Voices = 2;

    /// <returns>The shorter offer, or <see langword="null"/> when there is nothing to leave out or it is no plain offer of audio.</returns>
    public static byte[]? Of(ReadOnlySpan<byte> offer)
    {
        var lines = Encoding.UTF8.GetString(offer).Split("\r\n");
        var media = Array.FindIndex(lines, l => l.StartsWith("m=audio ", StringComparison.Ordinal));
        if (media < 0 || lines.Count(l => l.StartsWith("m=", StringComparison.Ordinal)) != 1) return null;
        var words = lines[media].Split(' ');
        var (head, formats) = (words[..3], words[3..]);
        var events = formats.Where(f => lines.Any(l => l.StartsWith($"a=rtpmap:{f} telephone-event/", StringComparison.OrdinalIgnoreCase))).ToArray();
        var kept = formats.Except(events).Take(Voices).Concat(events).ToHashSet();
        if (kept.Count == formats.Length) return null;
        lines[media] = string.Join(' ', [.. head, .. formats.Where(kept.Contains)]);
        return Encoding.UTF8.GetBytes(string.Join("\r\n", lines.Where(l => FormatOf(l) is not { } format || kept.Contains(format))));
    }

    /// <summary>The payload type that an attribute is about, or <see langword="null"/> when it is about all.</summary>
    private static string? FormatOf(string line)
    {
        foreach (var name in (ReadOnlySpan<string>)["a=rtpmap:", "a=fmtp:", "a=rtcp-fb:"])
            if (line.StartsWith(name, StringComparison.Ordinal) && line[name.Length..].Split(' ')[0] is { } format && format != "*")
                return format;
        return null;
    }
}
