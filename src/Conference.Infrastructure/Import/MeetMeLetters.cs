using Conference.Core.Calls;

namespace Conference.Infrastructure.Import;

/// <summary>Reads the option letters of MeetMe(): <c>aM</c>, <c>dM(class)w(30)</c>.</summary>
internal static class MeetMeLetters
{
    /// <summary>Letters that change nothing, because it is always so here: talkers are detected, and the silent cost nothing.</summary>
    private const string AlwaysSo = "To";

    /// <param name="report">Given a sentence for each letter that is not honoured.</param>
    public static EntryOptions Read(string letters, Action<FormattableString> report)
    {
        var options = new EntryOptions();
        for (var i = 0; i < letters.Length; i++)
        {
            var letter = letters[i];
            if (i + 1 < letters.Length && letters[i + 1] == '(') i = EndOfArgument(letters, i + 1);
            if (char.IsWhiteSpace(letter)) continue;
            if (With(options, letter) is { } more) options = more;
            else if (!AlwaysSo.Contains(letter, StringComparison.Ordinal)) report($"Option '{letter}' of MeetMe is not honoured yet; the number works without it.");
        }

        return options;
    }

    private static EntryOptions? With(EntryOptions o, char letter) => letter switch
    {
        'a' => o with { Admin = true },
        'A' => o with { Marked = true },
        'l' => o with { ListenOnly = true },
        'm' => o with { StartMuted = true },
        'M' => o with { MusicWhenAlone = true },
        'P' => o with { AlwaysAskPin = true },
        'q' => o with { Quiet = true },
        'r' => o with { Record = true },
        'w' => o with { WaitForMarked = true },
        '1' => o with { NoAloneNotice = true },
        _ => null,
    };

    private static int EndOfArgument(string letters, int open)
    {
        var close = letters.IndexOf(')', open);
        return close < 0 ? letters.Length : close;
    }
}
