using Conference.Core.Accounts;
using Conference.Infrastructure.Data;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Conference.Web.Features.Setup;

/// <summary>Sees to it that the roles exist and that a first administrator can come to be: unattended by a setting, else by the one-time link.</summary>
public sealed class FirstRun(IServiceScopeFactory scopes, SetupLink link, IOptions<FirstRunOptions> options) : IHostedService
{
    public const string UnattendedName = "admin";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await CreateRolesAsync(scope.ServiceProvider.GetRequiredService<RoleManager<IdentityRole>>());
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        if ((await people.GetUsersInRoleAsync(Roles.Administrator)).Count > 0) return;
        if (options.Value.AdminPassword is { } password) await CreateAdministratorAsync(people, password);
        else link.Open();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task CreateRolesAsync(RoleManager<IdentityRole> roles)
    {
        foreach (var role in Roles.All)
            if (!await roles.RoleExistsAsync(role)) await roles.CreateAsync(new IdentityRole(role));
    }

    private static async Task CreateAdministratorAsync(UserManager<Person> people, string password)
    {
        var admin = new Person { UserName = UnattendedName, DisplayName = "Administrator" };
        var result = await people.CreateAsync(admin, password);
        if (result.Succeeded) result = await people.AddToRoleAsync(admin, Roles.Administrator);
        if (!result.Succeeded) throw new InvalidOperationException($"Conference:FirstRun:AdminPassword cannot be used: {string.Join(' ', result.Errors.Select(e => e.Description))}");
    }
}
