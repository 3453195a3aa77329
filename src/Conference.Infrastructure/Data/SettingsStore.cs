using Microsoft.EntityFrameworkCore;

namespace Conference.Infrastructure.Data;

/// <summary>Keeps <see cref="SiteSettings"/> in the database and the current ones in memory.</summary>
public sealed class SettingsStore(IDbContextFactory<ConferenceDb> dbs)
{
    private SiteSettings _current = new();

    /// <summary>Told after each change and at start, on the thread that saved.</summary>
    public event Action<SiteSettings>? Changed;

    public SiteSettings Current => Volatile.Read(ref _current);

    public async Task LoadAsync(CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        Use(SiteSettings.From(await db.SiteSettings.AsNoTracking().ToDictionaryAsync(s => s.Key, s => s.Value, cancel)));
    }

    public async Task SaveAsync(SiteSettings settings, CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        var stored = await db.SiteSettings.ToDictionaryAsync(s => s.Key, cancel);
        foreach (var (key, value) in settings.Values())
        {
            if (stored.TryGetValue(key, out var setting)) setting.Value = value;
            else db.SiteSettings.Add(new Setting { Key = key, Value = value });
        }

        await db.SaveChangesAsync(cancel);
        Use(settings);
    }

    private void Use(SiteSettings settings)
    {
        Volatile.Write(ref _current, settings);
        Changed?.Invoke(settings);
    }
}
