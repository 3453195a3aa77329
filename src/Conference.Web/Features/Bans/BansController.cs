using System.Net;
using Conference.Core.Events;
using Conference.Sip.Authentication;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Bans;

/// <summary>Who is shut out for guessing secrets, and the way back in.</summary>
[Authorize(Policy = Policies.Operators), Route("bans")]
public sealed class BansController(ISipBans bans, EventFeed feed, IStringLocalizer<SharedWords> T) : Controller
{
    [HttpGet("")]
    public IActionResult Show() => View(bans.Bans);

    /// <summary>Ends one and forgets what led to it.</summary>
    [HttpDelete(""), Authorize(Policy = Policies.Administrators)]
    public IActionResult Lift(string? source, string? username)
    {
        var user = string.IsNullOrEmpty(username) ? null : username;
        if (!IPAddress.TryParse(source, out var address) || !bans.Bans.Any(b => b.Source.Equals(address) && string.Equals(b.Username, user, StringComparison.OrdinalIgnoreCase)))
            this.SayTrouble(T["It is over already."]);
        else
        {
            bans.Lift(address, user);
            feed.Publish(User.Actor(), new AdminEvent.Done(AdminAct.Lifted, AdminSubject.Ban, $"{address} {user}".TrimEnd()));
            this.Say(T["Let in again: {0}", address]);
        }

        return RedirectToAction(nameof(Show));
    }
}
