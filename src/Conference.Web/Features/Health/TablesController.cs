using Conference.Media.Sessions;
using Conference.Sip;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Conference.Web.Features.Health;

/// <summary>How much the house keeps at this moment, for whoever looks for what was never let go: quiet for 40 s, everything but the registrations is none.</summary>
[Authorize(Policy = Policies.Administrators), Route("health/tables")]
public sealed class TablesController(ISipStack sip, IMediaEngine media) : Controller
{
    [HttpGet("")]
    public async Task<IActionResult> Show(CancellationToken cancel)
    {
        var kept = await sip.CountAsync().WaitAsync(cancel);
        var voices = media.Health;
        return Json(new { kept.Transactions, kept.Dialogs, kept.Subscriptions, kept.Registrations, Voices = voices.Sessions, voices.Rooms, voices.Faults });
    }
}
