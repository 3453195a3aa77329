using System.Collections.Immutable;
using Conference.Core.Events;
using Conference.Infrastructure.Data;
using Conference.Sip.Authentication;
using Microsoft.EntityFrameworkCore;

namespace Conference.Web.Features.Extensions;

/// <summary>Refused sign-ins as an administrator looks for them: the latest of each account, and whether it is shut out now.</summary>
/// <param name="At">When.</param>
/// <param name="Address">From where.</param>
/// <param name="IsMisplaced">The secret was right, but not the network or transport.</param>
/// <param name="BarredUntil">Shut out until then, or <see langword="null"/>.</param>
public sealed record SignInTrouble(DateTimeOffset At, string Address, bool IsMisplaced, DateTimeOffset? BarredUntil)
{
    /// <summary>A page must not read a journal of years.</summary>
    private const long Looked = 20_000;

    private static readonly TimeSpan s_recent = TimeSpan.FromDays(2);

    /// <summary>By user name, compared without case.</summary>
    internal static async Task<ImmutableDictionary<string, SignInTrouble>> LatestAsync(ConferenceDb db, ISipBans bans, DateTimeOffset now, CancellationToken cancel)
    {
        string[] types = [EventJson.NameOf(new DeviceEvent.SignInRefused("", "")), EventJson.NameOf(new DeviceEvent.PlaceRefused("", ""))];
        var since = now - s_recent;
        var from = (await db.Journal.MaxAsync(r => (long?)r.Id, cancel) ?? 0) - Looked;
        var rows = await db.Journal.AsNoTracking().Where(r => r.Id > from && types.Contains(r.Type) && r.At > since).OrderByDescending(r => r.Id).Select(r => new { r.At, r.Json }).ToListAsync(cancel);
        var found = ImmutableDictionary.CreateBuilder<string, SignInTrouble>(StringComparer.OrdinalIgnoreCase);
        foreach (var row in rows)
        {
            var (username, trouble) = EventJson.Read(row.Json) switch
            {
                DeviceEvent.SignInRefused refused => (refused.Username, new SignInTrouble(row.At, refused.Address, false, null)),
                DeviceEvent.PlaceRefused refused => (refused.Username, new SignInTrouble(row.At, refused.Address, true, null)),
                _ => ("", null),
            };
            if (trouble is not null) found.TryAdd(username, trouble); // the latest comes first
        }

        foreach (var ban in bans.Bans.Where(b => b.Username is not null && b.Until > now))
            found[ban.Username!] = new SignInTrouble(ban.Since, ban.Source.ToString(), false, ban.Until);
        return found.ToImmutable();
    }
}
