using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Conference.Web.Features.Health;

/// <summary>For whoever watches the house: alive, and ready. Says no version and no secret.</summary>
[AllowAnonymous, Route("health")]
public sealed class HealthController(Readiness readiness) : Controller
{
    [HttpGet("live")]
    public IActionResult Live() => Json(new { status = "live" });

    [HttpGet("ready")]
    public async Task<IActionResult> Ready(CancellationToken cancel)
    {
        var parts = await readiness.CheckAsync(cancel);
        var ready = parts.Values.All(fine => fine);
        Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return Json(new { status = ready ? "ready" : "not ready", parts = parts.ToDictionary(p => p.Key, p => p.Value ? "ok" : "failed"), webPhones = readiness.WebPhones });
    }
}
