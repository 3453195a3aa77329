using System.Collections.Immutable;
using Conference.Core.Events;
using Conference.Infrastructure.Data;
using Conference.Sip.Authentication;
using Microsoft.EntityFrameworkCore;

namespace Conference.Web.Features.Extensions;

/// <summary>Refused sign-ins as an administrator looks for them: the latest of each account, and whether it is shut out now.</summary>
/// <param name="At">When.</param>
/// <param name="Address">From where.</param>
/// <param name="BarredUntil">Shut out until then, or <see langword="null"/>.</param>
public sealed record SignInTrouble(DateTimeOffset At, string Address, DateTimeOffset? BarredUntil)
{
    /// <summary>A page must not read a journal of years.</summary>
    private const long Looked = 20_000;

    private static readonly TimeSpan s_recent = TimeSpan.FromDays(2);

    /// <summary>By user name, compared without case.</summary>
    internal static async Task<ImmutableDictionary<string, SignInTrouble>> LatestAsync(ConferenceDb db, ISipBans bans, DateTimeOffset now, CancellationToken cancel)
    {
        var type = EventJson.NameOf(new DeviceEvent.SignInRefused("", ""));
        var since = now - s_recent;
        var from = (await db.Journal.MaxAsync(r => (long?)r.Id, cancel) ?? 0) - Looked;
        var rows = await db.Journal.AsNoTracking().Where(r => r.Id > from && r.Type == type && r.At > since).OrderByDescending(r => r.Id).Select(r => new { r.At, r.Json }).ToListAsync(cancel);
        var found = ImmutableDictionary.CreateBuilder<string, SignInTrouble>(StringComparer.OrdinalIgnoreCase);
        foreach (var row in rows)
            if (EventJson.Read(row.Json) is DeviceEvent.SignInRefused refused && !found.ContainsKey(refused.Username))
                found[refused.Username] = new SignInTrouble(row.At, refused.Address, null);
        foreach (var ban in bans.Bans.Where(b => b.Username is not null && b.Until > now))
            found[ban.Username!] = new SignInTrouble(ban.Since, ban.Source.ToString(), ban.Until);
        return found.ToImmutable();
    }
}
