using System.ComponentModel.DataAnnotations;
using Conference.Core.Accounts;

namespace Conference.Web.Features.Extensions;

internal static class NameParts
{
    /// <summary>First and last name and the blank between fit where the whole name fits.</summary>
    public const int Longest = (Extension.NameLength - 1) / 2;
}

/// <summary>An extension and its first account; the rest has sensible values or comes from a template.</summary>
public sealed record NewExtensionForm
{
    [DisplayFormat(ConvertEmptyStringToNull = false), Display(Name = "Number"), Required(ErrorMessage = "Please fill this in."), RegularExpression("[*]?[0-9]{2,15}", ErrorMessage = "A number has 2 to 15 digits, with * in front if you like.")]
    public string Number { get; init; } = "";

    [Display(Name = "First name"), StringLength(NameParts.Longest, ErrorMessage = "At most {1} characters.")]
    public string? FirstName { get; init; }

    [DisplayFormat(ConvertEmptyStringToNull = false), Display(Name = "Last name, or what it is called"), Required(ErrorMessage = "Please fill this in."), StringLength(NameParts.Longest, ErrorMessage = "At most {1} characters.")]
    public string Name { get; init; } = "";

    [Display(Name = "User name of the first phone"), RegularExpression("[A-Za-z0-9._-]{1,64}", ErrorMessage = "A user name has letters, digits and . - _ only.")]
    public string? Username { get; init; }

    [Display(Name = "Template")]
    public Guid? Template { get; init; }
}

/// <summary>Many extensions at once, each with one account.</summary>
public sealed record RangeForm : IValidatableObject
{
    /// <summary>More than a page can show and a person can hand out.</summary>
    public const int Most = 200;

    [DisplayFormat(ConvertEmptyStringToNull = false), Display(Name = "First number"), Required(ErrorMessage = "Please fill this in."), RegularExpression("[0-9]{2,15}", ErrorMessage = "A number has 2 to 15 digits.")]
    public string First { get; init; } = "";

    [DisplayFormat(ConvertEmptyStringToNull = false), Display(Name = "Last number"), Required(ErrorMessage = "Please fill this in."), RegularExpression("[0-9]{2,15}", ErrorMessage = "A number has 2 to 15 digits.")]
    public string Last { get; init; } = "";

    [DisplayFormat(ConvertEmptyStringToNull = false), Display(Name = "Name"), Required(ErrorMessage = "Please fill this in."), StringLength(Extension.NameLength - Extension.NumberLength, ErrorMessage = "At most {1} characters.")]
    public string Name { get; init; } = "";

    [Display(Name = "Template")]
    public Guid? Template { get; init; }

    /// <summary>Every number of the range, leading zeros kept; empty when the two do not make one.</summary>
    internal IReadOnlyList<string> Numbers() =>
        First.Length == Last.Length && long.TryParse(First, System.Globalization.NumberStyles.None, null, out var from) && long.TryParse(Last, System.Globalization.NumberStyles.None, null, out var to) && to >= from && to - from < Most
            ? [.. Enumerable.Range(0, (int)(to - from) + 1).Select(i => (from + i).ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(First.Length, '0'))]
            : [];

    /// <summary>The name with the number in it: where # stands, otherwise behind.</summary>
    internal string NameOf(string number) => Name.Contains('#', StringComparison.Ordinal) ? Name.Replace("#", number, StringComparison.Ordinal) : $"{Name.Trim()} {number}";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var words = validationContext.GetRequiredService<Microsoft.Extensions.Localization.IStringLocalizer<SharedWords>>();
        if (First.Length > 0 && Last.Length > 0 && Numbers().Count == 0) yield return new ValidationResult(Sentence(words), [nameof(Last)]);
    }

    private static string Sentence(Microsoft.Extensions.Localization.IStringLocalizer<SharedWords> T) => T["First and last have the same number of digits, the first is the smaller, and there are at most {0} between them.", Most];
}
