using System.Text;

namespace Conference.Media.Sdp;

/// <summary>Which of the sixteen keys of a telephone somebody takes as events (RFC 4733 §2.4.1).</summary>
internal static class KeyEvents
{
    /// <summary>0 to 9, star, hash, A to D.</summary>
    public const string All = "0-15";

    private const int Keys = 16;

    /// <summary>Those of a peer's list that we take too, for instance "0-15" of "0-16,32"; everything when the list is missing or says nothing.</summary>
    public static string Common(string theirs)
    {
        var mask = 0;
        foreach (var item in theirs.AsSpan().Split(','))
            mask |= Read(theirs.AsSpan()[item].Trim());
        return mask == 0 ? All : Write(mask);
    }

    private static int Read(ReadOnlySpan<char> item)
    {
        var dash = item.IndexOf('-');
        if (!SdpParser.TryNumber(dash < 0 ? item : item[..dash], 255, out var first)) return 0;
        var last = first;
        if (dash >= 0 && !SdpParser.TryNumber(item[(dash + 1)..], 255, out last)) return 0;
        var mask = 0;
        for (var key = first; key <= Math.Min(last, Keys - 1); key++)
            mask |= 1 << key;
        return mask;
    }

    private static string Write(int mask)
    {
        var text = new StringBuilder();
        for (var first = 0; first < Keys; first++)
        {
            if ((mask >> first & 1) == 0) continue;
            var last = first;
            while ((mask >> (last + 1) & 1) != 0)
                last++;
            if (text.Length > 0) text.Append(',');
            text.Append(first);
            if (last > first) text.Append('-').Append(last);
            first = last;
        }

        return text.ToString();
    }
}
