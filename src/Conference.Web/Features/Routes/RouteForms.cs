using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using Conference.Core.Accounts;
using Conference.Core.Routing;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Routes;

/// <summary>A rule for calls that go out, as typed.</summary>
public sealed class RuleForm
{
    [DisplayFormat(ConvertEmptyStringToNull = false), Display(Name = "Name"), Required(ErrorMessage = "Please fill this in."), StringLength(Extension.NameLength, ErrorMessage = "At most {1} characters.")]
    public string Name { get; set; } = "";

    [DisplayFormat(ConvertEmptyStringToNull = false), Display(Name = "Pattern"), Required(ErrorMessage = "Please fill this in."), StringLength(DialPattern.Longest, ErrorMessage = "At most {1} characters.")]
    public string Pattern { get; set; } = "";

    [Display(Name = "Kind of call")]
    public CallClass Class { get; set; } = CallClass.National;

    [Display(Name = "Take away"), Range(0, 32, ErrorMessage = "From {1} to {2}.")]
    public int Drop { get; set; }

    [Display(Name = "Put before"), RegularExpression("[+0-9*#]{1,32}", ErrorMessage = "A number as it is dialled: digits, * and #.")]
    public string? Prepend { get; set; }

    [Display(Name = "By trunk")]
    public string? First { get; set; }

    [Display(Name = "If that fails, by")]
    public string? Second { get; set; }

    [Display(Name = "And then by")]
    public string? Third { get; set; }

    [Display(Name = "Ask ENUM first"), RegularExpression(@"[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}", ErrorMessage = "The suffix of an ENUM tree, for instance e164.arpa.")]
    public string? EnumSuffix { get; set; }

    public List<HoursRow> Hours { get; set; } = [];

    [Display(Name = "PIN before dialling"), RegularExpression("[0-9]{4,12}", ErrorMessage = "4 to 12 digits, so that it can be typed on a phone.")]
    public string? NewPin { get; set; }

    [Display(Name = "Ask for no PIN any more")]
    public bool DropsPin { get; set; }

    /// <summary>What is to be stored: a new PIN, an empty text for none, or <see langword="null"/> to keep what there is.</summary>
    internal string? Pin => DropsPin ? "" : string.IsNullOrEmpty(NewPin) ? null : NewPin;

    internal static RuleForm Of(DialRule rule) => new()
    {
        Name = rule.Name,
        Pattern = rule.Pattern,
        Class = rule.Class,
        Drop = rule.Drop,
        Prepend = rule.Prepend,
        First = rule.Trunks.ElementAtOrDefault(0),
        Second = rule.Trunks.ElementAtOrDefault(1),
        Third = rule.Trunks.ElementAtOrDefault(2),
        EnumSuffix = rule.EnumSuffix,
        Hours = HoursRow.Of(rule.Hours),
    };

    internal DialRule Read(IReadOnlyCollection<string> trunks, ModelStateDictionary problems, IStringLocalizer<SharedWords> T)
    {
        if (Pattern.Length > 0 && !DialPattern.IsValid(Pattern.Trim())) problems.AddModelError("Form.Pattern", RouteSentences.NoPattern(T));
        if (!Enum.IsDefined(Class)) problems.AddModelError("Form.Class", T["Choose one of the list."]);
        foreach (var (field, name) in new[] { (nameof(First), First), (nameof(Second), Second), (nameof(Third), Third) })
            if (!string.IsNullOrEmpty(name) && !trunks.Contains(name)) problems.AddModelError($"Form.{field}", T["Choose one of the list."]);
        var hours = HoursRow.Read(Hours, "Form.Hours", problems, T);
        if (Class == CallClass.Emergency && hours is not null) problems.AddModelError("Form.Class", T["Emergency calls go at all hours: leave the hours empty."]);
        if (Class == CallClass.Emergency && !string.IsNullOrEmpty(Pin)) problems.AddModelError("Form.NewPin", T["Emergency calls need no PIN: leave it empty."]);
        string?[] chosen = [First, Second, Third];
        return new DialRule(Name.Trim(), Pattern.Trim(), Class, [.. chosen.Where(t => !string.IsNullOrEmpty(t)).Select(t => t!).Distinct()])
        {
            Drop = Drop,
            Prepend = Prepend?.Trim() ?? "",
            EnumSuffix = string.IsNullOrWhiteSpace(EnumSuffix) ? null : EnumSuffix.Trim(),
            Hours = hours,
        };
    }
}

/// <summary>A route for calls that come in, as typed.</summary>
public sealed class InboundForm
{
    [Display(Name = "From trunk")]
    public string? Trunk { get; set; }

    [DisplayFormat(ConvertEmptyStringToNull = false), Display(Name = "Called number"), Required(ErrorMessage = "Please fill this in."), StringLength(DialPattern.Longest, ErrorMessage = "At most {1} characters.")]
    public string Pattern { get; set; } = "";

    [Display(Name = "Leads to")]
    public InboundKind Kind { get; set; } = InboundKind.Extension;

    [Display(Name = "Number"), RegularExpression("[0-9]{2,15}", ErrorMessage = "A number has 2 to 15 digits.")]
    public string? Target { get; set; }

    public List<HoursRow> Hours { get; set; } = [];

    internal static InboundForm Of(InboundRoute route) =>
        new() { Trunk = route.Trunk, Pattern = route.Pattern, Kind = route.Kind, Target = route.Target, Hours = HoursRow.Of(route.Hours) };

    internal InboundRoute Read(IReadOnlyCollection<string> trunks, ModelStateDictionary problems, IStringLocalizer<SharedWords> T)
    {
        if (Pattern.Length > 0 && !DialPattern.IsValid(Pattern.Trim())) problems.AddModelError("Form.Pattern", RouteSentences.NoPattern(T));
        if (!Enum.IsDefined(Kind)) problems.AddModelError("Form.Kind", T["Choose one of the list."]);
        if (!string.IsNullOrEmpty(Trunk) && !trunks.Contains(Trunk)) problems.AddModelError("Form.Trunk", T["Choose one of the list."]);
        if (Kind != InboundKind.AccessMenu && string.IsNullOrWhiteSpace(Target)) problems.AddModelError("Form.Target", T["Please fill this in."]);
        return new InboundRoute(string.IsNullOrEmpty(Trunk) ? null : Trunk, Pattern.Trim(), Kind, Kind == InboundKind.AccessMenu ? "" : Target?.Trim() ?? "")
        {
            Hours = HoursRow.Read(Hours, "Form.Hours", problems, T),
        };
    }
}

/// <summary>Limits against toll fraud, as typed.</summary>
public sealed class LimitsForm
{
    [Display(Name = "Calls outside per extension and hour"), Range(0, 10000, ErrorMessage = "From {1} to {2}.")]
    public int CallsPerHour { get; set; }

    [Display(Name = "Calls to one destination per hour"), Range(0, 10000, ErrorMessage = "From {1} to {2}.")]
    public int CallsPerDestination { get; set; }

    [Display(Name = "International and premium calls per hour, all together"), Range(0, 10000, ErrorMessage = "From {1} to {2}.")]
    public int ExpensivePerHour { get; set; }

    [Display(Name = "Longest call outside (minutes)"), Range(1, 1440, ErrorMessage = "From {1} to {2}.")]
    public int LongestMinutes { get; set; }

    [Display(Name = "Countries that may be called"), RegularExpression(@"[+0-9 ,;]{0,1000}", ErrorMessage = "Country codes with blanks or commas between: 39, 49, 44.")]
    public string? Countries { get; set; }

    internal static LimitsForm Of(TollLimits limits) => new()
    {
        CallsPerHour = limits.CallsPerHour,
        CallsPerDestination = limits.CallsPerDestination,
        ExpensivePerHour = limits.ExpensivePerHour,
        LongestMinutes = (int)limits.LongestCall.TotalMinutes,
        Countries = string.Join(", ", limits.Countries.Order(StringComparer.Ordinal)),
    };

    internal TollLimits Read() => new()
    {
        CallsPerHour = CallsPerHour,
        CallsPerDestination = CallsPerDestination,
        ExpensivePerHour = ExpensivePerHour,
        LongestCall = TimeSpan.FromMinutes(LongestMinutes),
        Countries = [.. (Countries ?? "").Split([' ', ',', ';', '+'], StringSplitOptions.RemoveEmptyEntries)],
    };
}

/// <summary>A starting set, as chosen.</summary>
public sealed class StartForm
{
    [DisplayFormat(ConvertEmptyStringToNull = false), Display(Name = "Country")]
    public string Country { get; set; } = "";

    [Display(Name = "For an outside line people dial"), RegularExpression("[0-9*#]{1,3}", ErrorMessage = "At most three digits, or nothing.")]
    public string? Prefix { get; set; }

    [Display(Name = "By trunk")]
    public string? Trunk { get; set; }

    internal ImmutableArray<DialRule> Read(IStringLocalizer<SharedWords> T) =>
        [.. StartingRules.For(Country, Prefix ?? "", string.IsNullOrEmpty(Trunk) ? [] : [Trunk], kind => ExchangeSentences.Of(kind, T))];
}
