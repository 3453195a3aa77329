using Conference.Core.Accounts;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.People;

/// <summary>Roles in words.</summary>
public static class RoleSentences
{
    public static string Of(string role, IStringLocalizer T) => role switch
    {
        Roles.Administrator => T["Administrator"],
        Roles.Operator => T["Operator"],
        Roles.Host => T["Host"],
        _ => role,
    };
}
