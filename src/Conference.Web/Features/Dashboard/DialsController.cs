using Conference.Core.Accounts;
using Conference.Core.Exchange;
using Conference.Core.Routing;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Dashboard;

/// <summary>Calls people into a conference, at the cost and with the permissions of whoever asks.</summary>
[Route("live/{number}/dials")]
public sealed class DialsController(RoomAccess access, DialBoard board, ExtensionBook extensions, IStringLocalizer<SharedWords> T) : Controller
{
    /// <param name="whom">As people write numbers: blanks, dashes and brackets are passed over.</param>
    /// <param name="asksForKey">Whether they press 1 to come in.</param>
    [HttpPost("")]
    public IActionResult Create(string number, string? whom, bool asksForKey)
    {
        if (access.Find(User, number) is not { } place) return NotFound();
        var dialled = string.Concat((whom ?? "").Where(c => !char.IsWhiteSpace(c) && c is not ('-' or '(' or ')' or '/' or '.')));
        var request = new DialOutRequest(place.Number, dialled) { Extension = extensions.OfPerson(User.Id())?.Number, AsksForKey = asksForKey };
        if (!DialledNumber.IsValid(dialled)) this.SayTrouble(T["A number as it is dialled: digits, * and #."]);
        else if (!board.Begin(request)) this.SayTrouble(T["{0} are being called already. Wait for one of them.", DialBoard.MostAtOnce]);
        return Redirect($"/live/{place.Number}#dials");
    }

    [HttpDelete("{id:guid}")]
    public IActionResult GiveUp(string number, Guid id)
    {
        if (access.Find(User, number) is not { } place) return NotFound();
        if (!board.GiveUp(place.Number, id)) this.SayTrouble(T["This call is over already."]);
        return Redirect($"/live/{place.Number}#dials");
    }
}
