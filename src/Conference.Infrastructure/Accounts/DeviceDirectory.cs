using System.Collections.Immutable;
using Conference.Core.Accounts;
using Conference.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace Conference.Infrastructure.Accounts;

/// <summary>Extensions and their devices: stored in the database, mirrored into <see cref="DeviceBook"/> and <see cref="ExtensionBook"/> after every change.</summary>
/// <param name="realm">The digest realm every stored hash is made for.</param>
public sealed class DeviceDirectory(IDbContextFactory<ConferenceDb> dbs, DeviceBook book, ExtensionBook extensions, TimeProvider time, DigestRealm realm)
{
    private readonly SemaphoreSlim _mirroring = new(1);

    /// <summary>Fills both books at start, and anew when somebody else changed what is stored.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        await MirrorAsync(db, cancel);
    }

    /// <returns>The extension, or <see langword="null"/> with the problem to show.</returns>
    public async Task<(Extension? Extension, DeviceProblem Problem)> AddExtensionAsync(ExtensionCard card, CancellationToken cancel)
    {
        card = Trimmed(card);
        if (ProblemOf(card) is not DeviceProblem.None and var wrong) return (null, wrong);

        await using var db = await dbs.CreateDbContextAsync(cancel);
        if (await ClashAsync(db, null, card, cancel) is not DeviceProblem.None and var clash) return (null, clash);
        var extension = new Extension { Number = card.Number, Name = card.Name };
        extension.Become(card);
        db.Extensions.Add(extension);
        if (!await db.SaveUniqueAsync(cancel)) return (null, DeviceProblem.NumberTaken);
        await MirrorAsync(db, cancel);
        return (extension, DeviceProblem.None);
    }

    /// <summary>Everything about an extension anew, its number too.</summary>
    public async Task<DeviceProblem> SaveExtensionAsync(Guid id, ExtensionCard card, CancellationToken cancel)
    {
        card = Trimmed(card);
        if (ProblemOf(card) is not DeviceProblem.None and var wrong) return wrong;

        await using var db = await dbs.CreateDbContextAsync(cancel);
        if (await db.Extensions.FindAsync([id], cancel) is not { } extension) return DeviceProblem.NotFound;
        if (await ClashAsync(db, id, card, cancel) is not DeviceProblem.None and var clash) return clash;
        extension.Become(card);
        if (!await db.SaveUniqueAsync(cancel)) return DeviceProblem.NumberTaken;
        await MirrorAsync(db, cancel);
        return DeviceProblem.None;
    }

    /// <summary>Makes a template, or changes the one of that id.</summary>
    /// <param name="rules">Its number and name mean nothing here.</param>
    public async Task<DeviceProblem> SaveTemplateAsync(Guid? id, string name, ExtensionCard rules, CancellationToken cancel)
    {
        if (!IsName(name = name.Trim())) return DeviceProblem.BadName;
        await using var db = await dbs.CreateDbContextAsync(cancel);
        var template = id is null ? null : await db.ExtensionTemplates.FindAsync([id.Value], cancel);
        if (template is null && id is not null) return DeviceProblem.NotFound;
        if (await db.ExtensionTemplates.AnyAsync(t => t.Name == name && t.Id != id, cancel)) return DeviceProblem.NameTaken;
        if (template is null) db.ExtensionTemplates.Add(template = new ExtensionTemplate { Name = name });
        template.Name = name;
        template.Follow(rules);
        return await db.SaveUniqueAsync(cancel) ? DeviceProblem.None : DeviceProblem.NameTaken;
    }

    /// <returns>The name it had, or <see langword="null"/> when there was none.</returns>
    public async Task<string?> RemoveTemplateAsync(Guid id, CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        if (await db.ExtensionTemplates.FindAsync([id], cancel) is not { } template) return null;
        db.ExtensionTemplates.Remove(template);
        await db.SaveChangesAsync(cancel);
        return template.Name;
    }

    /// <summary>Whether a phone of that user name could be added.</summary>
    public async Task<DeviceProblem> CheckUsernameAsync(string username, CancellationToken cancel)
    {
        if (!IsUsername(username = username.Trim())) return DeviceProblem.BadUsername;
        await using var db = await dbs.CreateDbContextAsync(cancel);
        return await HasUsernameAsync(db, username, cancel) ? DeviceProblem.UsernameTaken : DeviceProblem.None;
    }

    /// <summary>Adds a device and generates its secret.</summary>
    /// <returns>The secret, which is shown once and kept nowhere.</returns>
    public async Task<(Device? Device, string Secret, DeviceProblem Problem)> AddDeviceAsync(Guid extension, string username, CancellationToken cancel)
    {
        if (!IsUsername(username = username.Trim())) return (null, "", DeviceProblem.BadUsername);

        await using var db = await dbs.CreateDbContextAsync(cancel);
        if (!await db.Extensions.AnyAsync(e => e.Id == extension, cancel)) return (null, "", DeviceProblem.NotFound);
        if (await HasUsernameAsync(db, username, cancel)) return (null, "", DeviceProblem.UsernameTaken);

        var secret = DigestSecrets.Generate();
        var (md5, sha256, sha512) = DigestSecrets.Hash(username, realm.Value, secret);
        var device = new Device { Username = username, Ha1Md5 = md5, Ha1Sha256 = sha256, Ha1Sha512Of256 = sha512, ExtensionId = extension, CreatedAt = time.GetUtcNow() };
        db.Devices.Add(device);
        if (!await db.SaveUniqueAsync(cancel)) return (null, "", DeviceProblem.UsernameTaken);
        await MirrorAsync(db, cancel);
        return (device, secret, DeviceProblem.None);
    }

    /// <summary>Where a device may come from, how it proves itself, how voices travel to it, and what people call it.</summary>
    /// <returns>Its user name, or <see langword="null"/> when it is no longer there.</returns>
    public async Task<string?> SaveDeviceAsync(Guid id, DeviceSettings settings, CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        if (await db.Devices.FindAsync([id], cancel) is not { } device) return null;
        device.Follow(settings);
        await db.SaveChangesAsync(cancel);
        await MirrorAsync(db, cancel);
        return device.Username;
    }

    /// <summary>A new secret for a device; the old one stops working at once.</summary>
    public async Task<(Device? Device, string Secret)> RenewSecretAsync(Guid id, CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        if (await db.Devices.FindAsync([id], cancel) is not { } device) return (null, "");
        var secret = DigestSecrets.Generate();
        (device.Ha1Md5, device.Ha1Sha256, device.Ha1Sha512Of256) = DigestSecrets.Hash(device.Username, realm.Value, secret);
        await db.SaveChangesAsync(cancel);
        await MirrorAsync(db, cancel);
        return (device, secret);
    }

    /// <returns>User names that no longer exist, so that their registrations can be forgotten.</returns>
    public async Task<ImmutableArray<string>> RemoveExtensionAsync(Guid id, CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        if (await db.Extensions.Include(e => e.Devices).FirstOrDefaultAsync(e => e.Id == id, cancel) is not { } extension) return [];
        db.Extensions.Remove(extension);
        await db.SaveChangesAsync(cancel);
        await MirrorAsync(db, cancel);
        return [.. extension.Devices.Select(d => d.Username)];
    }

    public async Task<string?> RemoveDeviceAsync(Guid id, CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        if (await db.Devices.FindAsync([id], cancel) is not { } device) return null;
        db.Devices.Remove(device);
        await db.SaveChangesAsync(cancel);
        await MirrorAsync(db, cancel);
        return device.Username;
    }

    /// <summary>2 to 15 digits, perhaps after a star.</summary>
    public static bool IsNumber(string number) =>
        number.AsSpan(number is ['*', ..] ? 1 : 0) is { Length: >= 2 and < Extension.NumberLength } digits && !digits.ContainsAnyExceptInRange('0', '9');

    /// <summary>How the first phone of a number is named unless somebody says otherwise: user names have no star.</summary>
    public static string UsernameFor(string number) => number.Replace("*", "star", StringComparison.Ordinal);

    public static bool IsUsername(string username) =>
        username.Length is > 0 and <= Device.UsernameLength && username.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    public static bool IsName(string name) => name.Length is > 0 and <= Extension.NameLength && !name.Any(char.IsControl);

    private static ExtensionCard Trimmed(ExtensionCard card) => card with
    {
        Number = card.Number.Trim(),
        Name = card.Name.Trim(),
        FirstName = card.FirstName.Trim(),
        Organisation = card.Organisation.Trim(),
        Group = card.Group.Trim(),
    };

    private static DeviceProblem ProblemOf(ExtensionCard card) =>
        !IsNumber(card.Number) ? DeviceProblem.BadNumber : IsName(card.Name) && card.Name.StartsWith(card.FirstName, StringComparison.Ordinal) ? DeviceProblem.None : DeviceProblem.BadName;

    /// <summary>What another extension has already; the unique indexes catch those who come at the same moment.</summary>
    private static async Task<DeviceProblem> ClashAsync(ConferenceDb db, Guid? id, ExtensionCard card, CancellationToken cancel)
    {
        if (await db.Extensions.AnyAsync(e => e.Number == card.Number && e.Id != id, cancel)) return DeviceProblem.NumberTaken;
        if (card.PersonId is null) return DeviceProblem.None;
        if (await db.Extensions.AnyAsync(e => e.PersonId == card.PersonId && e.Id != id, cancel)) return DeviceProblem.PersonTaken;
        return await db.Users.AnyAsync(p => p.Id == card.PersonId, cancel) ? DeviceProblem.None : DeviceProblem.PersonUnknown;
    }

    private static Task<bool> HasUsernameAsync(ConferenceDb db, string username, CancellationToken cancel)
    {
        var lower = username.ToLowerInvariant();
#pragma warning disable CA1862, CA1304, CA1311 // becomes lower() in SQL, where the unique index is
        return db.Devices.AnyAsync(d => d.Username.ToLower() == lower, cancel);
#pragma warning restore CA1862, CA1304, CA1311
    }

    /// <summary>One at a time: of two changes at once, the later picture must win, or a removed phone could go on signing in.</summary>
    private async Task MirrorAsync(ConferenceDb db, CancellationToken cancel)
    {
        await _mirroring.WaitAsync(cancel);
        try
        {
            var stored = await db.Extensions.AsNoTracking().Include(e => e.Devices).ToListAsync(cancel);
            extensions.Set(stored.Select(e => e.Card)); // first, so that no device is without its extension's rules
            book.SetStored([.. stored.SelectMany(e => e.Devices.Select(d => d.CardOf(e)))]);
        }
        finally
        {
            _mirroring.Release();
        }
    }
}

/// <summary>The digest realm of this installation.</summary>
public sealed record DigestRealm(string Value);

/// <summary>Why an extension or device was not made; each has its sentence beside a field.</summary>
public enum DeviceProblem
{
    None,
    BadNumber,
    NumberTaken,
    BadName,
    BadUsername,
    UsernameTaken,
    NameTaken,

    /// <summary>Another extension belongs to that person.</summary>
    PersonTaken,
    PersonUnknown,
    NotFound,
}
