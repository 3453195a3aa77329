using System.Collections.Immutable;
using Conference.Core.Accounts;
using Conference.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;

namespace Conference.Infrastructure.Accounts;

/// <summary>Extensions and their devices: stored in the database, mirrored into <see cref="DeviceBook"/> after every change.</summary>
/// <param name="realm">The digest realm every stored hash is made for.</param>
public sealed class DeviceDirectory(IDbContextFactory<ConferenceDb> dbs, DeviceBook book, TimeProvider time, DigestRealm realm)
{
    private readonly SemaphoreSlim _mirroring = new(1);

    /// <summary>Fills the device book at start.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        await MirrorAsync(db, cancel);
    }

    /// <returns>The extension, or <see langword="null"/> with the problem to show.</returns>
    public async Task<(Extension? Extension, DeviceProblem Problem)> AddExtensionAsync(string number, string name, CancellationToken cancel)
    {
        if (!IsNumber(number = number.Trim())) return (null, DeviceProblem.BadNumber);
        if ((name = name.Trim()).Length is 0 or > Extension.NameLength || name.Any(char.IsControl)) return (null, DeviceProblem.BadName);

        await using var db = await dbs.CreateDbContextAsync(cancel);
        if (await db.Extensions.AnyAsync(e => e.Number == number, cancel)) return (null, DeviceProblem.NumberTaken);
        var extension = new Extension { Number = number, Name = name };
        db.Extensions.Add(extension);
        return await SavedAsync(db, cancel) ? (extension, DeviceProblem.None) : (null, DeviceProblem.NumberTaken);
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
        var (md5, sha256) = DigestSecrets.Hash(username, realm.Value, secret);
        var device = new Device { Username = username, Ha1Md5 = md5, Ha1Sha256 = sha256, ExtensionId = extension, CreatedAt = time.GetUtcNow() };
        db.Devices.Add(device);
        if (!await SavedAsync(db, cancel)) return (null, "", DeviceProblem.UsernameTaken);
        await MirrorAsync(db, cancel);
        return (device, secret, DeviceProblem.None);
    }

    /// <summary>A new secret for a device; the old one stops working at once.</summary>
    public async Task<(Device? Device, string Secret)> RenewSecretAsync(Guid id, CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        if (await db.Devices.FindAsync([id], cancel) is not { } device) return (null, "");
        var secret = DigestSecrets.Generate();
        (device.Ha1Md5, device.Ha1Sha256) = DigestSecrets.Hash(device.Username, realm.Value, secret);
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

    /// <summary>2 to 15 digits.</summary>
    public static bool IsNumber(string number) => number.Length is >= 2 and <= Extension.NumberLength && number.All(char.IsAsciiDigit);

    public static bool IsUsername(string username) =>
        username.Length is > 0 and <= Device.UsernameLength && username.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>One at a time: of two changes at once, the later picture must win, or a removed phone could go on signing in.</summary>
    private static Task<bool> HasUsernameAsync(ConferenceDb db, string username, CancellationToken cancel)
    {
        var lower = username.ToLowerInvariant();
#pragma warning disable CA1862, CA1304, CA1311 // becomes lower() in SQL, where the unique index is
        return db.Devices.AnyAsync(d => d.Username.ToLower() == lower, cancel);
#pragma warning restore CA1862, CA1304, CA1311
    }

    private async Task MirrorAsync(ConferenceDb db, CancellationToken cancel)
    {
        await _mirroring.WaitAsync(cancel);
        try
        {
            var extensions = await db.Extensions.AsNoTracking().Include(e => e.Devices).ToListAsync(cancel);
            book.SetStored([.. extensions.SelectMany(e => e.Devices.Select(d => new DeviceCard(d.Username, e.Number, e.Name, d.Ha1Md5, d.Ha1Sha256)))]);
        }
        finally
        {
            _mirroring.Release();
        }
    }

    /// <summary>Two people may add the same at once: the database lets one of them.</summary>
    private static async Task<bool> SavedAsync(ConferenceDb db, CancellationToken cancel)
    {
        try
        {
            await db.SaveChangesAsync(cancel);
            return true;
        }
        catch (DbUpdateException e) when (e.InnerException is Microsoft.Data.Sqlite.SqliteException { SqliteErrorCode: 19 } or Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.UniqueViolation })
        {
            return false;
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
    NotFound,
}
