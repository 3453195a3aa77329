using System.Globalization;
using Conference.Core.Calls;

namespace Conference.Infrastructure.Import;

/// <summary>What is wrong with a line, in English for the log, and with its words apart for pages in other languages.</summary>
internal static class ImportSentence
{
    private const int Longest = 300;
    private const int LongestWord = 100;

    public static ImportProblem Of(string file, int line, FormattableString sentence) =>
        new(file, line, Plain.Line(sentence.ToString(CultureInfo.InvariantCulture), Longest))
        {
            Pattern = sentence.Format,
            Words = [.. sentence.GetArguments().Select(a => Plain.Line(Convert.ToString(a, CultureInfo.InvariantCulture), LongestWord))],
        };
}
