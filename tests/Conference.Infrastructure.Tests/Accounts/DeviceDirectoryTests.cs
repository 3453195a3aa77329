using System.Net;
using Conference.Core.Accounts;
using Conference.Core.Routing;
using Conference.Infrastructure.Accounts;
using Conference.Infrastructure.Data;
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
        var (extension, _) = await directory.AddExtensionAsync(new("201", "Anna Rossi"), default);

        var (device, secret, problem) = await directory.AddDeviceAsync(extension!.Id, "anna", default);

        Assert.Equal(DeviceProblem.None, problem);
        Assert.Matches("^[A-Za-z0-9]{20}$", secret);
        var card = _book.Find("ANNA")!;
        Assert.Equal(("201", "Anna Rossi"), (card.Extension, card.Name));
        Assert.Equal(DigestSecrets.Hash("anna", "conference", secret), (card.Ha1Md5, card.Ha1Sha256, card.Ha1Sha512Of256));
        await using var look = db.CreateDbContext();
        Assert.DoesNotContain(secret, System.Text.Json.JsonSerializer.Serialize(look.Devices.ToList()), StringComparison.Ordinal);
        Assert.Equal(card.Ha1Md5, device!.Ha1Md5);
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task Numbers_and_user_names_are_taken_once_whatever_their_case(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var directory = Directory(db);
        var (extension, _) = await directory.AddExtensionAsync(new("201", "Anna"), default);
        await directory.AddDeviceAsync(extension!.Id, "anna", default);

        Assert.Equal(DeviceProblem.NumberTaken, (await directory.AddExtensionAsync(new("201", "Bob"), default)).Problem);
        Assert.Equal(DeviceProblem.UsernameTaken, (await directory.AddDeviceAsync(extension.Id, "Anna", default)).Problem);
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task Of_ten_who_add_the_same_at_once_one_succeeds(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var directory = Directory(db);

        var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => directory.AddExtensionAsync(new("201", "Anna"), default))));

        Assert.Single(results, r => r.Problem == DeviceProblem.None);
        Assert.Equal(9, results.Count(r => r.Problem == DeviceProblem.NumberTaken));
    }

    [Fact]
    public async Task What_cannot_be_dialled_or_typed_is_refused()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var directory = Directory(db);
        var (extension, _) = await directory.AddExtensionAsync(new("201", "Anna"), default);

        Assert.Equal(DeviceProblem.BadNumber, (await directory.AddExtensionAsync(new("2", "x"), default)).Problem);
        Assert.Equal(DeviceProblem.BadNumber, (await directory.AddExtensionAsync(new("20a", "x"), default)).Problem);
        Assert.Equal(DeviceProblem.BadName, (await directory.AddExtensionAsync(new("202", "  "), default)).Problem);
        Assert.Equal(DeviceProblem.BadUsername, (await directory.AddDeviceAsync(extension!.Id, "an na", default)).Problem);
        Assert.Equal(DeviceProblem.NotFound, (await directory.AddDeviceAsync(Guid.NewGuid(), "anna", default)).Problem);
    }

    [Fact]
    public async Task A_removed_extension_takes_its_devices_along()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var directory = Directory(db);
        var (extension, _) = await directory.AddExtensionAsync(new("201", "Anna"), default);
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
        var (extension, _) = await directory.AddExtensionAsync(new("201", "Anna"), default);
        var (device, first, _) = await directory.AddDeviceAsync(extension!.Id, "anna", default);

        var (_, second) = await directory.RenewSecretAsync(device!.Id, default);

        Assert.NotEqual(first, second);
        Assert.Equal(DigestSecrets.Hash("anna", "conference", second).Sha256, _book.Find("anna")!.Ha1Sha256);
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task Everything_about_an_extension_reaches_both_books_and_is_kept(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var (directory, extensions) = (Directory(db), new ExtensionBook(_book));
        var (extension, _) = await directory.AddExtensionAsync(new("201", "Anna"), default);
        var (device, _, _) = await directory.AddDeviceAsync(extension!.Id, "anna", default);
        await using (var people = db.CreateDbContext())
        {
            people.Users.Add(new Person { Id = "p1", UserName = "anna" });
            await people.SaveChangesAsync();
        }

        var card = new ExtensionCard("*202", "Anna Rossi")
        {
            FirstName = "Anna",
            Organisation = "Accounting",
            PersonId = "p1",
            Group = "First floor",
            IsEnabled = false,
            Language = "it",
            AllowedNetworks = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("2001:db8::/32")],
            Permissions = [CallClass.National, CallClass.Mobile],
            OutsideNumber = "+390501234567",
            IsPrivate = true,
            RingTimeout = TimeSpan.FromSeconds(20),
            MaxCalls = 2,
            OnBusy = "203",
            OnNoAnswer = "204",
            OnUnreachable = "205",
            DeclineEndsCall = true,
            Lamp = LampVisibility.Group,
        };

        Assert.Equal(DeviceProblem.None, await directory.SaveExtensionAsync(extension.Id, card, default));
        await directory.SaveDeviceAsync(device!.Id, new DeviceSettings
        {
            Label = "desk",
            AllowedNetworks = [IPNetwork.Parse("10.1.0.0/16")],
            Transports = ["TLS", "WSS"],
            ForcesRport = true,
            Voice = new VoiceProfile { Codecs = ["G722", "PCMA"], Protection = VoiceProtection.Require, Keys = KeyMode.InBand },
            Algorithms = [SecretHash.Sha512Of256, SecretHash.Md5],
            PlacesUnregistered = false,
        }, default);

        await new DeviceDirectory(db, _book, extensions, new MovedTime(), new DigestRealm("conference")).LoadAsync(default);
        Assert.Equal(Text(card), Text(extensions.Find("*202")));
        Assert.Equal("Rossi", extensions.Find("*202")!.LastName);
        Assert.Equal("*202", extensions.OfPerson("p1")!.Number);
        var known = _book.Find("anna")!;
        Assert.Equal(("*202", true, "10.1.0.0/16"), (known.Extension, known.ForcesRport, Networks.Write(known.AllowedNetworks)));
        Assert.True(known.Transports.SetEquals(["WSS", "TLS"]));
        Assert.Equal(["G722", "PCMA"], known.Voice.Codecs.AsEnumerable());
        Assert.Equal((VoiceProtection.Require, KeyMode.InBand, false), (known.Voice.Protection, known.Voice.Keys, known.PlacesUnregistered));
        Assert.Equal([SecretHash.Sha512Of256, SecretHash.Md5], known.Algorithms.AsEnumerable());
        Assert.Equal("p1", known.PersonId);
    }

    [Theory, MemberData(nameof(TestDb.Both), MemberType = typeof(TestDb))]
    public async Task A_person_has_one_extension_which_stays_when_the_person_goes(string provider)
    {
        await using var db = await TestDb.NewAsync(provider);
        var extensions = new ExtensionBook(_book);
        var directory = new DeviceDirectory(db, _book, extensions, new MovedTime(), new DigestRealm("conference"));
        await using var people = db.CreateDbContext();
        var anna = new Person { Id = "p1", UserName = "anna" };
        people.Users.Add(anna);
        await people.SaveChangesAsync();
        await directory.AddExtensionAsync(new("201", "Anna") { PersonId = "p1" }, default);

        Assert.Equal(DeviceProblem.PersonTaken, (await directory.AddExtensionAsync(new("202", "Bob") { PersonId = "p1" }, default)).Problem);
        Assert.Equal(DeviceProblem.PersonUnknown, (await directory.AddExtensionAsync(new("202", "Bob") { PersonId = "p2" }, default)).Problem);

        people.Users.Remove(anna);
        await people.SaveChangesAsync();
        await directory.LoadAsync(default);

        Assert.Null(extensions.Find("201")!.PersonId);
    }

    [Theory]
    [InlineData("*12", true)]
    [InlineData("*123456789012345", true)]
    [InlineData("*1234567890123456", false)]
    [InlineData("1234567890123456", false)]
    [InlineData("*1", false)]
    [InlineData("1*2", false)]
    [InlineData("**12", false)]
    [InlineData("٢٠١", false)]
    public void A_number_has_2_to_15_digits_perhaps_after_a_star(string number, bool isOne) => Assert.Equal(isOne, DeviceDirectory.IsNumber(number));

    [Fact]
    public async Task A_template_is_named_once_and_keeps_what_it_was_given()
    {
        await using var db = await TestDb.NewAsync("Sqlite");
        var directory = Directory(db);
        var rules = new ExtensionCard("", "") { MaxCalls = 7, Permissions = [CallClass.Local] };

        Assert.Equal(DeviceProblem.None, await directory.SaveTemplateAsync(null, "Office", rules, default));
        Assert.Equal(DeviceProblem.NameTaken, await directory.SaveTemplateAsync(null, "Office", rules, default));
        Assert.Equal(DeviceProblem.BadName, await directory.SaveTemplateAsync(null, " ", rules, default));

        await using var look = db.CreateDbContext();
        var kept = look.ExtensionTemplates.Single();
        Assert.Equivalent(rules, kept.CardFor("", ""));
        Assert.Equal("Office", await directory.RemoveTemplateAsync(kept.Id, default));
    }

    private static string Text<T>(T value) => System.Text.Json.JsonSerializer.Serialize(value, PlanJson.Options);

    private DeviceDirectory Directory(TestDb db) => new(db, _book, new ExtensionBook(_book), new MovedTime(), new DigestRealm("conference"));
}
