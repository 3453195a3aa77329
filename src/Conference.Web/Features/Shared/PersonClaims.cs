using System.Security.Claims;
using Conference.Core;
using Conference.Core.Accounts;
using Conference.Infrastructure.Data;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Conference.Web.Features.Shared;

/// <summary>What every page wants to know of the one who reads it, carried in the cookie so that no page has to ask the database.</summary>
public sealed class PersonClaims(UserManager<Person> people, RoleManager<IdentityRole> roles, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<Person, IdentityRole>(people, roles, options)
{
    public const string DisplayName = "name";
    public const string TimeZone = "zone";

    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(Person user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(DisplayName, user.DisplayName));
        identity.AddClaim(new Claim(TimeZone, user.TimeZone));
        return identity;
    }
}

/// <summary>The signed-in person in the words of the house.</summary>
public static class Me
{
    public static string Id(this ClaimsPrincipal user) => user.FindFirstValue(ClaimTypes.NameIdentifier) ?? "";

    public static string DisplayName(this ClaimsPrincipal user) =>
        user.FindFirstValue(PersonClaims.DisplayName) is { Length: > 0 } name ? name : user.Identity?.Name ?? "";

    public static bool IsOperator(this ClaimsPrincipal user) => user.IsInRole(Roles.Operator) || user.IsInRole(Roles.Administrator);

    public static bool IsAdministrator(this ClaimsPrincipal user) => user.IsInRole(Roles.Administrator);

    /// <summary>The one rule of <see cref="Permissions"/> for whoever reads this page.</summary>
    public static bool MayModerate(this ClaimsPrincipal user, string? ownerId) => Permissions.MayModerate(user.Id(), user.IsOperator(), ownerId);

    public static Actor Actor(this ClaimsPrincipal user) => Core.Actor.User(user.Id(), user.DisplayName());
}
