using Conference.Core.Accounts;
using Conference.Infrastructure.Accounts;
using Conference.Infrastructure.Tests.Testing;

namespace Conference.Infrastructure.Tests.Accounts;

public sealed class DeviceDirectoryTests
{
    private readonly DeviceBook _book = new();

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task A_new_device_is_known_at_once_by_a_secret_that_is_nowhere_kept(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var directory = Directory(db);
        var (extension, _) = await directory.AddExtensionAsync("201", "Anna Rossi", default);

        var (device, secret, problem) = await directory.AddDeviceAsync(extension!.Id, "anna", default);

        Assert.Equal(DeviceProblem.None, problem);
        Assert.Matches("^[A-Za-z0-9]{20}$", secret);
        var card = _book.Find("ANNA")!;
        Assert.Equal(("201", "Anna Rossi"), (card.Extension, card.Name));
        Assert.Equal(DigestSecrets.Hash("anna", "conference", secret), (card.Ha1Md5, card.Ha1Sha256));
        await using var look = db.CreateDbContext();
        Assert.DoesNotContain(secret, System.Text.Json.JsonSerializer.Serialize(look.Devices.ToList()), StringComparison.Ordinal);
        Assert.Equal(card.Ha1Md5, device!.Ha1Md5);
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task Numbers_and_user_names_are_taken_once_whatever_their_case(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var directory = Directory(db);
        var (extension, _) = await directory.AddExtensionAsync("201", "Anna", default);
        await directory.AddDeviceAsync(extension!.Id, "anna", default);

        Assert.Equal(DeviceProblem.NumberTaken, (await directory.AddExtensionAsync("201", "Bob", default)).Problem);
        Assert.Equal(DeviceProblem.UsernameTaken, (await directory.AddDeviceAsync(extension.Id, "Anna", default)).Problem);
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task Of_ten_who_add_the_same_at_once_one_succeeds(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var directory = Directory(db);

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => directory.AddExtensionAsync("201", "Anna", default))));

        Assert.Single(results, r => r.Problem == DeviceProblem.None);
        Assert.Equal(9, results.Count(r => r.Problem == DeviceProblem.NumberTaken));
    }

    [Fact]
    public async Task What_cannot_be_dialled_or_typed_is_refused()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var directory = Directory(db);
        var (extension, _) = await directory.AddExtensionAsync("201", "Anna", default);

        Assert.Equal(DeviceProblem.BadNumber, (await directory.AddExtensionAsync("2", "x", default)).Problem);
        Assert.Equal(DeviceProblem.BadNumber, (await directory.AddExtensionAsync("20a", "x", default)).Problem);
        Assert.Equal(DeviceProblem.BadName, (await directory.AddExtensionAsync("202", "  ", default)).Problem);
        Assert.Equal(DeviceProblem.BadUsername, (await directory.AddDeviceAsync(extension!.Id, "an na", default)).Problem);
        Assert.Equal(DeviceProblem.NotFound, (await directory.AddDeviceAsync(Guid.NewGuid(), "anna", default)).Problem);
    }

    [Fact]
    public async Task A_removed_extension_takes_its_devices_along()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var directory = Directory(db);
        var (extension, _) = await directory.AddExtensionAsync("201", "Anna", default);
        await directory.AddDeviceAsync(extension!.Id, "anna", default);
        await directory.AddDeviceAsync(extension.Id, "anna-mobile", default);

        var gone = await directory.RemoveExtensionAsync(extension.Id, default);

        Assert.Equal(["anna", "anna-mobile"], gone.Order(StringComparer.Ordinal));
        Assert.Empty(_book.Cards);
    }

    [Fact]
    public async Task A_renewed_secret_replaces_the_old_one()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var directory = Directory(db);
        var (extension, _) = await directory.AddExtensionAsync("201", "Anna", default);
        var (device, first, _) = await directory.AddDeviceAsync(extension!.Id, "anna", default);

        var (_, second) = await directory.RenewSecretAsync(device!.Id, default);

        Assert.NotEqual(first, second);
        Assert.Equal(DigestSecrets.Hash("anna", "conference", second).Sha256, _book.Find("anna")!.Ha1Sha256);
    }

    private DeviceDirectory Directory(TestDb db) => new(db, _book, new MovedTime(), new DigestRealm("conference"));
}
