using System.Globalization;
using Conference.Core.Calls;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Settings;

/// <summary>What is wrong with the lines of Asterisk's files, in the reader's language.</summary>
/// <param name="T">The words of the page.</param>
public sealed class AsteriskSentences(IStringLocalizer<SharedWords> T)
{
    private readonly Dictionary<string, string> _known = All(T).ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal);

    /// <summary>The sentence; as the log has it when it has no other form.</summary>
    public string Of(ImportProblem problem) =>
        _known.TryGetValue(problem.Pattern, out var sentence) ? string.Format(CultureInfo.CurrentCulture, sentence, [.. problem.Words]) : problem.Sentence;

    private static LocalizedString[] All(IStringLocalizer<SharedWords> T) =>
    [
        T["[{0}] is not used; rooms stand in [rooms]."],
        T["'{0}' is not known here; rooms are written as 'conf => number,pin,adminpin'."],
        T["Room {0} stands here a second time; its first line counts."],
        T["A room needs a number of 1 to 20 digits, as in 'conf => 1234,pin,adminpin'."],
        T["A PIN holds something no telephone can type; callers will not get past it."],
        T["Lines before the first [user] belong to nobody."],
        T["[authentication] is for outgoing calls and is not used."],
        T["[{0}] stands here a second time; the first one counts."],
        T["'{0}' of [{1}] is not honoured yet; the phone works without it."],
        T["[{0}] is no user name: letters, digits, dot, dash and underscore only."],
        T["type={0} is not known; write type=friend."],
        T["[{0}] has host={1}: only phones that sign in (host=dynamic) are taken over."],
        T["[{0}] has no secret=, so nobody may sign in as it."],
        T["'{0}' of [general] is not honoured; listening, names and codecs are set in appsettings.json."],
        T["There are more than {0} lines like these; mend some to see the rest."],
        T["The file has more than {0} lines; the rest is not read."],
        T["The comment that begins here with ';--' is never closed with '--;'; everything after it is left out."],
        T["'{0}' is not followed: put the lines of that file here."],
        T["This section name is empty or not closed with ']'."],
        T["This line is neither 'key = value' nor a [section]."],
        T["The variables of [globals] are not used."],
        T["The numbers and patterns come to more than {0}; the rest is left out."],
        T["'same =>' has no 'exten =>' before it."],
        T["'{0}' is not known here; numbers are written as 'exten => 6001,1,MeetMe(1234)'."],
        T["A number needs a priority and an application, as in 'exten => 6001,1,MeetMe(1234)'."],
        T["A step needs a priority and an application, as in '1,MeetMe(1234)'."],
        T["The hint of {0} is not used."],
        T["The priority must be a number or 'n', as in '1,MeetMe(1234)'."],
        T["{0}() is not run yet, so {1} leads nowhere. Numbers that go straight to MeetMe() work."],
        T["{0} does not come to MeetMe(), so it leads nowhere."],
        T["MeetMe({0}) names no room number."],
        T["'{0}' is no number that can be dialled into a room."],
        T["The pattern {0} leads to one fixed room; write the numbers out instead."],
        T["Option '{0}' of MeetMe is not honoured yet; the number works without it."],
        T["'{0}' is no folder, or may not be read. It is read as soon as it is there."],
        T["'{0}' holds none of {1}."],
        T["It is larger than 16 MB and is not read; what it said before counts."],
        T["It cannot be read ({0}); what it said before counts."],
    ];
}
