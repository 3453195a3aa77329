using Conference.Core.Accounts;
using Conference.Infrastructure.Accounts;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Extensions;

/// <summary>Why something about an extension was not stored, and beside which field that is said.</summary>
internal static class DeviceSentences
{
    public static string Of(DeviceProblem problem, IStringLocalizer<SharedWords> T) => problem switch
    {
        DeviceProblem.BadNumber => T["A number has 2 to 15 digits, with * in front if you like."],
        DeviceProblem.NumberTaken => T["Another extension has that number."],
        DeviceProblem.BadName => T["Give it a name of at most {0} characters.", Extension.NameLength],
        DeviceProblem.NameTaken => T["Another template has that name."],
        DeviceProblem.BadUsername => T["A user name has letters, digits and . - _ only."],
        DeviceProblem.UsernameTaken => T["Another phone has that user name."],
        DeviceProblem.PersonTaken => T["Another extension belongs to this person."],
        DeviceProblem.PersonUnknown => T["This person no longer exists."],
        DeviceProblem.NotFound => T["This extension no longer exists."],
        _ => "",
    };

    public static string FieldOf(DeviceProblem problem) => problem switch
    {
        DeviceProblem.BadName or DeviceProblem.NameTaken => "Form.Name",
        DeviceProblem.BadUsername or DeviceProblem.UsernameTaken => "Form.Username",
        DeviceProblem.PersonTaken or DeviceProblem.PersonUnknown => "Form.PersonId",
        DeviceProblem.NotFound => "",
        _ => "Form.Number",
    };
}
