using System.Security.Cryptography;
using System.Text.Json;
using Conference.Core.Routing;
using Conference.Infrastructure.Data;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Conference.Infrastructure.Routing;

/// <summary>Ways in and out of the house: stored in the database, told to <see cref="RouteBook"/> as a whole after every change.</summary>
/// <remarks>Secrets of trunks are needed in the clear to answer a provider, so they are kept encrypted by the key ring of this installation.</remarks>
public sealed class RouteDirectory(IDbContextFactory<ConferenceDb> dbs, RouteBook book, IDataProtectionProvider keys)
{
    /// <summary>A list longer than this was not typed by a person.</summary>
    public const int Most = 500;

    private const string LimitsKey = "TollLimits";
    private const string TokenLetters = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const int TokenLength = 16;
    private readonly IDataProtector _keys = keys.CreateProtector("Conference.Trunks");
    private readonly IDataProtector _pins = keys.CreateProtector("Conference.Rules");
    private readonly SemaphoreSlim _mirroring = new(1);

    /// <summary>Fills the route book at start.</summary>
    public async Task LoadAsync(CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        await MirrorAsync(db, cancel);
    }

    /// <summary>Makes a trunk, or changes the one of that id; whoever names it in a rule or route goes on naming it.</summary>
    /// <param name="secret">The new secret, or <see langword="null"/> to keep the one there is.</param>
    public async Task<RouteProblem> SaveTrunkAsync(Guid? id, TrunkPlan plan, string? secret, CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        var name = plan.Line.Name;
        var trunk = id is null ? null : await db.Trunks.FindAsync([id.Value], cancel);
        if (trunk is null && id is not null) return RouteProblem.NotFound;
        var others = await db.Trunks.Where(t => t.Id != id).Select(t => t.Name).ToListAsync(cancel);
        if (others.Contains(name, StringComparer.OrdinalIgnoreCase)) return RouteProblem.NameTaken;
        if (trunk is null && others.Count >= Most) return RouteProblem.TooMany;

        var token = trunk?.Plan.Line.Token is { Length: > 0 } known ? known : RandomNumberGenerator.GetString(TokenLetters, TokenLength);
        plan = plan with { Line = plan.Line with { Secret = "", Token = token } };
        if (trunk is null) db.Trunks.Add(trunk = new StoredTrunk { Name = name, Plan = plan });
        else if (trunk.Name != name) await RenameAsync(db, trunk.Name, name, cancel);
        (trunk.Name, trunk.Plan) = (name, plan);
        if (secret is not null) trunk.Secret = secret.Length == 0 ? "" : _keys.Protect(secret);
        if (!await db.SaveUniqueAsync(cancel)) return RouteProblem.NameTaken;
        await MirrorAsync(db, cancel);
        return RouteProblem.None;
    }

    /// <summary>Removes a trunk from everywhere; routes that belonged to it alone go with it.</summary>
    /// <returns>The name it had, or <see langword="null"/> when there was none.</returns>
    public async Task<string?> RemoveTrunkAsync(Guid id, CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        if (await db.Trunks.FindAsync([id], cancel) is not { } trunk) return null;
        db.Trunks.Remove(trunk);
        foreach (var rule in await db.DialRules.ToListAsync(cancel)) rule.Trunks = rule.Trunks.Remove(trunk.Name);
        db.InboundRoutes.RemoveRange(await db.InboundRoutes.Where(r => r.Trunk == trunk.Name).ToListAsync(cancel));
        await db.SaveChangesAsync(cancel);
        await MirrorAsync(db, cancel);
        return trunk.Name;
    }

    /// <param name="pin">The new PIN, empty for none, or <see langword="null"/> to keep what there is.</param>
    public Task<RouteProblem> SaveRuleAsync(Guid? id, DialRule rule, string? pin, CancellationToken cancel) =>
        SaveAsync(id, () => new StoredDialRule { Name = rule.Name, Pattern = rule.Pattern }, row =>
        {
            row.Follow(rule);
            if (pin is not null) row.Pin = pin.Length == 0 ? "" : _pins.Protect(pin);
        }, cancel);

    public Task<RouteProblem> SaveRouteAsync(Guid? id, InboundRoute route, CancellationToken cancel) =>
        SaveAsync(id, () => new StoredInboundRoute { Pattern = route.Pattern }, row => row.Follow(route), cancel);

    public Task<bool> RemoveRuleAsync(Guid id, CancellationToken cancel) => RemoveAsync<StoredDialRule>(id, cancel);

    public Task<bool> RemoveRouteAsync(Guid id, CancellationToken cancel) => RemoveAsync<StoredInboundRoute>(id, cancel);

    /// <summary>One place earlier or later in the order.</summary>
    public Task<bool> MoveRuleAsync(Guid id, bool up, CancellationToken cancel) => MoveAsync<StoredDialRule>(id, up, cancel);

    public Task<bool> MoveRouteAsync(Guid id, bool up, CancellationToken cancel) => MoveAsync<StoredInboundRoute>(id, up, cancel);

    /// <summary>Adds rules behind those there are, but for patterns that are there already.</summary>
    /// <returns>How many were added.</returns>
    public async Task<int> AddRulesAsync(IEnumerable<DialRule> rules, CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        var there = await db.DialRules.ToListAsync(cancel);
        var next = there.Count == 0 ? 0 : there.Max(r => r.Position) + 1;
        var added = 0;
        foreach (var rule in rules.Where(r => there.TrueForAll(t => t.Pattern != r.Pattern)))
        {
            var row = new StoredDialRule { Name = rule.Name, Pattern = rule.Pattern, Position = next + added++ };
            row.Follow(rule);
            db.DialRules.Add(row);
        }

        await db.SaveChangesAsync(cancel);
        await MirrorAsync(db, cancel);
        return added;
    }

    public async Task SaveLimitsAsync(TollLimits limits, CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        var json = JsonSerializer.Serialize(limits, PlanJson.Options);
        if (await db.SiteSettings.FindAsync([LimitsKey], cancel) is { } setting) setting.Value = json;
        else db.SiteSettings.Add(new Setting { Key = LimitsKey, Value = json });
        await db.SaveChangesAsync(cancel);
        await MirrorAsync(db, cancel);
    }

    /// <summary>The secret of a trunk, or <see langword="null"/> when the keys that encrypted it are gone.</summary>
    public string? SecretOf(StoredTrunk trunk)
    {
        try
        {
            return trunk.Secret.Length == 0 ? "" : _keys.Unprotect(trunk.Secret);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The rule with its PIN; one that can no longer be read opens for nobody.</summary>
    private DialRule WithPin(StoredDialRule rule)
    {
        try
        {
            return rule.Rule with { Pin = rule.Pin.Length == 0 ? null : _pins.Unprotect(rule.Pin) };
        }
        catch (CryptographicException)
        {
            return rule.Rule with { Pin = "" };
        }
    }

    private async Task<RouteProblem> SaveAsync<T>(Guid? id, Func<T> make, Action<T> follow, CancellationToken cancel)
        where T : class, IOrdered
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        var rows = db.Set<T>();
        var row = id is null ? null : await rows.FindAsync([id.Value], cancel);
        if (row is null && id is not null) return RouteProblem.NotFound;
        if (row is null)
        {
            var count = await rows.CountAsync(cancel);
            if (count >= Most) return RouteProblem.TooMany;
            row = make();
            row.Position = count == 0 ? 0 : await rows.MaxAsync(r => r.Position, cancel) + 1;
            rows.Add(row);
        }

        follow(row);
        await db.SaveChangesAsync(cancel);
        await MirrorAsync(db, cancel);
        return RouteProblem.None;
    }

    private async Task<bool> RemoveAsync<T>(Guid id, CancellationToken cancel)
        where T : class, IOrdered
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        if (await db.Set<T>().FindAsync([id], cancel) is not { } row) return false;
        db.Remove(row);
        await db.SaveChangesAsync(cancel);
        await MirrorAsync(db, cancel);
        return true;
    }

    private async Task<bool> MoveAsync<T>(Guid id, bool up, CancellationToken cancel)
        where T : class, IOrdered
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        var rows = await db.Set<T>().OrderBy(r => r.Position).ThenBy(r => r.Id).ToListAsync(cancel);
        var from = rows.FindIndex(r => r.Id == id);
        var to = up ? from - 1 : from + 1;
        if (from < 0) return false;
        if (to < 0 || to >= rows.Count) return true;
        (rows[from], rows[to]) = (rows[to], rows[from]);
        for (var i = 0; i < rows.Count; i++) rows[i].Position = i;
        await db.SaveChangesAsync(cancel);
        await MirrorAsync(db, cancel);
        return true;
    }

    private static async Task RenameAsync(ConferenceDb db, string from, string to, CancellationToken cancel)
    {
        foreach (var rule in await db.DialRules.ToListAsync(cancel)) rule.Trunks = [.. rule.Trunks.Select(t => t == from ? to : t)];
        foreach (var route in await db.InboundRoutes.Where(r => r.Trunk == from).ToListAsync(cancel)) route.Trunk = to;
    }

    /// <summary>One at a time: of two changes at once, the later picture must win.</summary>
    private async Task MirrorAsync(ConferenceDb db, CancellationToken cancel)
    {
        await _mirroring.WaitAsync(cancel);
        try
        {
            var trunks = await db.Trunks.AsNoTracking().OrderBy(t => t.Name).ToListAsync(cancel);
            var rules = await db.DialRules.AsNoTracking().OrderBy(r => r.Position).ThenBy(r => r.Id).ToListAsync(cancel);
            var routes = await db.InboundRoutes.AsNoTracking().OrderBy(r => r.Position).ThenBy(r => r.Id).ToListAsync(cancel);
            var limits = (await db.SiteSettings.AsNoTracking().FirstOrDefaultAsync(s => s.Key == LimitsKey, cancel))?.Value;
            var plan = new RoutePlan(
                [.. trunks.Select(t => t.Plan with { Line = t.Plan.Line with { Secret = SecretOf(t) ?? "" } })],
                [.. rules.Select(WithPin)], [.. routes.Select(r => r.Route)],
                limits is null ? new TollLimits() : JsonSerializer.Deserialize<TollLimits>(limits, PlanJson.Options)!);
            book.Use(plan);
        }
        finally
        {
            _mirroring.Release();
        }
    }
}

/// <summary>Why a trunk, rule or route was not stored; each has its sentence beside a field.</summary>
public enum RouteProblem
{
    None,
    NameTaken,
    NotFound,
    TooMany,
}
