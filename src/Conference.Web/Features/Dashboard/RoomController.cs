using Conference.Core;
using Conference.Core.Rooms;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Dashboard;

/// <summary>A live conference as things one can put and delete, for pages without scripts. The live connection does the same.</summary>
[Route("live/{number}")]
public sealed class RoomController(RoomDesk rooms, RoomAccess access, IStringLocalizer<SharedWords> T) : Controller
{
    [HttpPut("people/{id:guid}/mute")]
    public Task<IActionResult> Mute(string number, Guid id) => AskAsync(number, new RoomCommand.Mute(new ParticipantId(id)));

    [HttpDelete("people/{id:guid}/mute")]
    public Task<IActionResult> Unmute(string number, Guid id) => AskAsync(number, new RoomCommand.Unmute(new ParticipantId(id)));

    [HttpDelete("people/{id:guid}")]
    public Task<IActionResult> Kick(string number, Guid id) => AskAsync(number, new RoomCommand.Kick(new ParticipantId(id)));

    [HttpPut("mute")]
    public Task<IActionResult> MuteAll(string number) => AskAsync(number, new RoomCommand.MuteAll());

    [HttpDelete("mute")]
    public Task<IActionResult> UnmuteAll(string number) => AskAsync(number, new RoomCommand.UnmuteAll());

    /// <summary>The waiting room goes away, and with it everybody who was in it.</summary>
    [HttpDelete("waiting")]
    public Task<IActionResult> Admit(string number) => AskAsync(number, new RoomCommand.Admit());

    [HttpPut("lock")]
    public Task<IActionResult> Lock(string number) => AskAsync(number, new RoomCommand.Lock());

    [HttpDelete("lock")]
    public Task<IActionResult> Unlock(string number) => AskAsync(number, new RoomCommand.Unlock());

    [HttpPut("recording")]
    public Task<IActionResult> Record(string number) => AskAsync(number, new RoomCommand.StartRecording());

    [HttpDelete("recording")]
    public Task<IActionResult> Stop(string number) => AskAsync(number, new RoomCommand.StopRecording());

    [HttpPut("recording/pause")]
    public Task<IActionResult> Pause(string number) => AskAsync(number, new RoomCommand.PauseRecording());

    [HttpDelete("recording/pause")]
    public Task<IActionResult> Resume(string number) => AskAsync(number, new RoomCommand.ResumeRecording());

    [HttpDelete("")]
    public Task<IActionResult> End(string number) => AskAsync(number, new RoomCommand.End(CloseReason.EndedByHost));

    private async Task<IActionResult> AskAsync(string number, RoomCommand command)
    {
        if (access.Find(User, number) is not { } place) return NotFound();
        var sentence = RefusalSentences.Of(await rooms.AskAsync(place.Number, command, User.Actor()), T);
        if (sentence.Length > 0) this.SayTrouble(sentence);
        return Redirect($"/live/{place.Number}");
    }
}
