using System.Collections.Immutable;

namespace Conference.Core.Routing;

/// <summary>Dial rules to begin with, by country: who dials as people of that country do reaches the right kind of call, and pays with the right permission.</summary>
/// <remarks>
/// In order, because the first match decides: emergency, premium, service, mobile, local and national before the world.
/// Premium numbers are spelled with the country's own code too, so that opening the country does not open them.
/// </remarks>
public static class StartingRules
{
    private const CallClass E = CallClass.Emergency, P = CallClass.Premium, S = CallClass.Special, M = CallClass.Mobile, L = CallClass.Local, N = CallClass.National, I = CallClass.International;

    /// <summary>Countries of the North American numbering plan beyond the United States and Canada: they look like national calls and cost like foreign ones.</summary>
    private static readonly ImmutableArray<string> s_caribbean =
        ["242", "246", "264", "268", "284", "345", "441", "473", "649", "658", "664", "721", "758", "767", "784", "809", "829", "849", "868", "869", "876"];

    private static readonly ImmutableDictionary<string, ImmutableArray<Row>> s_sets = new Dictionary<string, ImmutableArray<Row>>
    {
        ["it"] =
        [
            .. Rows(E, "112", "113", "114", "115", "118", "1530"),
            .. Rows(P, "89X.", "144X.", "166X.", "178X.", "199X.", "+3989X.", "+39144X.", "+39166X.", "+39178X.", "+39199X."),
            .. Rows(S, "800X.", "803X.", "840X.", "848X.", "116XXX", "+39800X.", "+39803X.", "+39840X.", "+39848X."), .. Rows(M, "3X.", "+393X."), .. Rows(N, "0Z.", "+390Z."), .. Rows(I, "00Z.", "+Z."),
        ],
        ["ru"] =
        [
            .. Rows(E, "112", "101", "102", "103", "104"),
            .. Rows(P, "8803X.", "8809X.", "+7803X.", "+7809X."),
            .. Rows(S, "8800X.", "+7800X."), .. Rows(M, "89X.", "+79X."), .. Rows(L, "[2-7]XXXX.", "[2-7]XXXXX."), .. Rows(N, "8[3-8]X.", "+7[3-8]X."), new Row("810Z.", I, 3, "+"), .. Rows(I, "+Z."),
        ],
        ["cn"] =
        [
            .. Rows(E, "110", "119", "120", "122"),
            .. Rows(P, "160XXXXX", "168XXXXX"),
            .. Rows(S, "400XXXXXXX", "800XXXXXXX", "100XX", "12XXX", "95XXX"), .. Rows(M, "1[3-9]XXXXXXXXX", "01[3-9]XXXXXXXXX", "+861[3-9]X."),
            .. Rows(L, "[2-9]XXXXXX", "[2-9]XXXXXXX"), .. Rows(N, "0Z.", "+86Z."), .. Rows(I, "00Z.", "+Z."),
        ],
        ["de"] =
        [
            .. Rows(E, "110", "112"),
            .. Rows(P, "0900X.", "0137X.", "118X.", "+49900X.", "+49137X."),
            .. Rows(S, "0800X.", "0180X.", "115", "116XXX", "+49800X.", "+49180X."), .. Rows(M, "01[5-7]X.", "+491[5-7]X."), .. Rows(L, "ZXX."), .. Rows(N, "0Z.", "+49Z."), .. Rows(I, "00Z.", "+Z."),
        ],
        ["us"] =
        [
            .. Rows(E, "911", "988"),
            .. Rows(P, "1900X.", "900XXXXXXX", "+1900X."),
            .. new[] { "800", "833", "844", "855", "866", "877", "888" }.SelectMany(code => Rows(S, $"1{code}X.", $"{code}XXXXXXX", $"+1{code}X.")), .. Rows(S, "[2-8]11"),
            .. s_caribbean.SelectMany(code => new[] { new Row($"1{code}NXXXXXX", I, 0, "+"), new Row($"{code}NXXXXXX", I, 0, "+1"), new Row($"+1{code}NXXXXXX", I, 0, "") }),
            .. Rows(L, "NXXNXXXXXX"), .. Rows(N, "1NXXNXXXXXX", "+1NXXNXXXXXX"), new Row("011Z.", I, 3, "+"), .. Rows(I, "+Z."),
        ],
        ["gb"] =
        [
            .. Rows(E, "999", "112"),
            .. Rows(P, "09X.", "070X.", "076X.", "084X.", "087X.", "118XXX", "+449X.", "+4470X.", "+4476X.", "+4484X.", "+4487X."),
            .. Rows(S, "0800X.", "0808X.", "03X.", "101", "105", "111", "116XXX", "119", "+44800X.", "+44808X.", "+443X."), .. Rows(M, "07[1-9]X.", "+447[1-9]X."),
            .. Rows(L, "[2-8]XXXX."), .. Rows(N, "0[125]X.", "+44[125]X."), .. Rows(I, "00Z.", "+Z."),
        ],
    }.ToImmutableDictionary();

    /// <summary>ISO codes of the countries there is a set for, in small letters.</summary>
    public static ImmutableArray<string> Countries { get; } = ["it", "de", "gb", "us", "ru", "cn"];

    /// <summary>The rules of a country; all but emergency calls stay closed until an extension has the permission.</summary>
    /// <param name="prefix">What is dialled for an outside line; emergency numbers work without it too.</param>
    /// <param name="trunks">By which trunks, best first.</param>
    /// <param name="nameOf">What people call that kind of call.</param>
    public static IEnumerable<DialRule> For(string country, string prefix, ImmutableArray<string> trunks, Func<CallClass, string> nameOf)
    {
        foreach (var row in s_sets.GetValueOrDefault(country, []))
        {
            var outside = row.Pattern[0] == '+' ? "" : prefix;
            if (row.Class == E && outside.Length > 0) yield return new DialRule(nameOf(E), row.Pattern, E, trunks);
            yield return new DialRule(nameOf(row.Class), outside + row.Pattern, row.Class, trunks) { Drop = outside.Length + row.Drop, Prepend = row.Prepend };
        }
    }

    private static IEnumerable<Row> Rows(CallClass kind, params string[] patterns) => patterns.Select(p => new Row(p, kind, 0, ""));

    private sealed record Row(string Pattern, CallClass Class, int Drop, string Prepend);
}
