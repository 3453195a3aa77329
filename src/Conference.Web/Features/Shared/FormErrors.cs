using Microsoft.AspNetCore.Identity;

namespace Conference.Web.Features.Shared;

/// <summary>Puts a complaint of Identity beside the field it is about.</summary>
public static class FormErrors
{
    public static string FieldOf(IdentityError error) => error.Code switch
    {
        nameof(IdentityErrorDescriber.PasswordMismatch) => "Present",
        _ when error.Code.StartsWith("Password", StringComparison.Ordinal) => "Password",
        _ when error.Code.EndsWith("UserName", StringComparison.Ordinal) => "UserName",
        _ => "",
    };
}
