using Conference.Media.Sessions;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Conference.Web.Features.Health;

/// <summary>For whoever watches the house: alive, and ready. Says no version and no secret.</summary>
[Route("health")]
public sealed class HealthController(Readiness readiness, IMediaEngine media) : Controller
{
    /// <summary>For people: the parts in words, and how the mixers are doing.</summary>
    [HttpGet(""), Authorize(Policy = Policies.Administrators)]
    public async Task<IActionResult> Show(CancellationToken cancel) => View(new HealthPage(await readiness.CheckAsync(cancel), media.Health));

    [HttpGet("live"), AllowAnonymous]
    public IActionResult Live() => Json(new { status = "live" });

    [HttpGet("ready"), AllowAnonymous]
    public async Task<IActionResult> Ready(CancellationToken cancel)
    {
        var parts = await readiness.CheckAsync(cancel);
        var ready = parts.Values.All(fine => fine);
        Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return Json(new { status = ready ? "ready" : "not ready", parts = parts.ToDictionary(p => p.Key, p => p.Value ? "ok" : "failed"), webPhones = readiness.WebPhones });
    }
}

/// <param name="Parts">Database, sip, media, disk: whether each can do its work now.</param>
public sealed record HealthPage(IReadOnlyDictionary<string, bool> Parts, MediaHealth Media);
