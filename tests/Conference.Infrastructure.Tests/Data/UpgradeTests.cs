using Conference.Core.Accounts;
using Conference.Core.Routing;
using Conference.Infrastructure.Tests.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Conference.Infrastructure.Tests.Data;

/// <summary>What an older release stored is still there, and means what it meant.</summary>
public sealed class UpgradeTests
{
    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task Extensions_of_the_release_before_go_on_as_they_were(string provider)
    {
        await using var db = await TestDb.NewEmptyAsync(provider);
        await using (var old = db.CreateDbContext())
        {
            await old.GetService<IMigrator>().MigrateAsync("20261121000001_TableRules");
            var id = Guid.CreateVersion7();
            await old.Database.ExecuteSqlAsync($"INSERT INTO extensions (id, number, name) VALUES ({id}, '201', 'Anna')");
            await old.Database.ExecuteSqlAsync($"INSERT INTO devices (id, username, ha1_md5, ha1_sha256, extension_id, created_at) VALUES ({Guid.CreateVersion7()}, 'anna', 'm', 's', {id}, 0)");
        }

        await db.MigrateAsync();

        await using var look = db.CreateDbContext();
        var extension = await look.Extensions.Include(e => e.Devices).SingleAsync();
        Assert.Equivalent(new ExtensionCard("201", "Anna"), extension.Card);
        var device = Assert.Single(extension.Devices);
        Assert.Equal(("anna", "m", "", 0, 0, false), (device.Username, device.Ha1Md5, device.Label, device.AllowedNetworks.Length, device.Transports.Count, device.ForcesRport));
        Assert.Equal(("", 0, true, 0, VoiceProtection.Site, KeyMode.Events), (device.Ha1Sha512Of256, device.Algorithms.Length, device.PlacesUnregistered, device.Codecs.Length, device.Protection, device.Keys));
    }
}
