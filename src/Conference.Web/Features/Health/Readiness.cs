using System.Data.Common;
using Conference.Core.Recordings;
using Conference.Infrastructure.Data;
using Conference.Media.Sessions;
using Conference.Sip;
using Microsoft.EntityFrameworkCore;

namespace Conference.Web.Features.Health;

/// <summary>Whether each part can do its work now.</summary>
public sealed class Readiness(IDbContextFactory<ConferenceDb> dbs, ISipStack sip, IMediaEngine media, RecordingPlaces places)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async Task<IReadOnlyDictionary<string, bool>> CheckAsync(CancellationToken cancel) => new Dictionary<string, bool>
    {
        ["database"] = await AnswersAsync(cancel),
        ["sip"] = sip.IsHealthy,
        ["media"] = media.Health.IsTicking,
        ["disk"] = HasRoom(),
    };

    /// <summary>Where phones in web pages are heard. Nothing here makes the house unready: all other phones work.</summary>
    public string WebPhones => media.Health.Web switch
    {
        { Port: null } => "off",
        { IsElsewhere: true } web => $"on UDP port {web.Port}, as {web.Wished} is taken",
        { Port: var port } => $"on UDP port {port}",
    };

    private async Task<bool> AnswersAsync(CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            await using var db = await dbs.CreateDbContextAsync(patience.Token);
            await db.SiteSettings.AnyAsync(patience.Token);
            return true;
        }
        catch (Exception e) when (e is DbException or InvalidOperationException or OperationCanceledException && !cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private bool HasRoom()
    {
        try
        {
            return places.HasRoom();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
