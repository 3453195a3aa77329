using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Shared;

/// <summary>What may be wrong with a name or password, in the reader's language.</summary>
public sealed class IdentitySentences(IStringLocalizer<SharedWords> T) : IdentityErrorDescriber
{
    public override IdentityError DefaultError() => Say(base.DefaultError(), T["That did not work. Try again."]);

    public override IdentityError ConcurrencyFailure() => Say(base.ConcurrencyFailure(), T["Somebody else has just changed this. Look again."]);

    public override IdentityError PasswordMismatch() => Say(base.PasswordMismatch(), T["That is not your present password."]);

    public override IdentityError InvalidToken() => Say(base.InvalidToken(), T["This link has been used or is too old. Ask for a new one."]);

    public override IdentityError InvalidUserName(string? userName) => Say(base.InvalidUserName(userName), T["A user name has letters, digits and - . _ @ + only."]);

    public override IdentityError DuplicateUserName(string userName) => Say(base.DuplicateUserName(userName), T["That user name is taken."]);

    public override IdentityError PasswordTooShort(int length) => Say(base.PasswordTooShort(length), T["A password has at least {0} characters.", length]);

    public override IdentityError PasswordRequiresUniqueChars(int uniqueChars) => Say(base.PasswordRequiresUniqueChars(uniqueChars), T["A password has at least {0} different characters.", uniqueChars]);

    private static IdentityError Say(IdentityError error, string sentence) => new() { Code = error.Code, Description = sentence };
}
