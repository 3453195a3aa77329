using Conference.Core;
using Conference.Core.Rooms;
using Conference.Web.Features.Shared;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Dashboard;

/// <summary>The live connection of a page. Every method asks anew whether this person may; who may not gets nothing.</summary>
/// <remarks>Methods answer with an empty text when it is done, else with the sentence that says why not.</remarks>
[Authorize]
public sealed class LiveHub(RoomDesk rooms, RoomAccess access, LiveViewers viewers, LiveConnections connections, TimeProvider time, IStringLocalizer<SharedWords> T) : Hub
{
    public const string Path = "/hubs/live";
    public const string ListGroup = "list";

    public override Task OnConnectedAsync()
    {
        connections.Came(Context);
        return Task.CompletedTask;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        viewers.Went(Context.ConnectionId);
        connections.Went(Context);
        return Task.CompletedTask;
    }

    /// <summary>From now on this page hears of the conference.</summary>
    /// <returns>The whole picture as it stands, or <see langword="null"/> for those who may not see it.</returns>
    public RoomView? Watch(string number)
    {
        if (access.Find(Context.User!, number) is not { } place) return null;
        viewers.Watches(Context.ConnectionId, place.Number, Context.User!.Id(), Context.User!.IsOperator()); // first listen, then look: nothing falls between
        return RoomView.Of(place.Number, rooms.Find(place.Number), time.GetUtcNow(), rooms.QualityOf(place.Number));
    }

    /// <summary>Hears that the list of live conferences has changed.</summary>
    public Task WatchList() => Groups.AddToGroupAsync(Context.ConnectionId, ListGroup);

    public Task<string> Mute(string number, Guid id) => AskAsync(number, new RoomCommand.Mute(new ParticipantId(id)));

    public Task<string> Unmute(string number, Guid id) => AskAsync(number, new RoomCommand.Unmute(new ParticipantId(id)));

    public Task<string> Kick(string number, Guid id) => AskAsync(number, new RoomCommand.Kick(new ParticipantId(id)));

    public Task<string> MuteAll(string number) => AskAsync(number, new RoomCommand.MuteAll());

    public Task<string> UnmuteAll(string number) => AskAsync(number, new RoomCommand.UnmuteAll());

    public Task<string> Admit(string number) => AskAsync(number, new RoomCommand.Admit());

    public Task<string> Lock(string number) => AskAsync(number, new RoomCommand.Lock());

    public Task<string> Unlock(string number) => AskAsync(number, new RoomCommand.Unlock());

    public Task<string> Record(string number) => AskAsync(number, new RoomCommand.StartRecording());

    public Task<string> Stop(string number) => AskAsync(number, new RoomCommand.StopRecording());

    public Task<string> Pause(string number) => AskAsync(number, new RoomCommand.PauseRecording());

    public Task<string> Resume(string number) => AskAsync(number, new RoomCommand.ResumeRecording());

    public Task<string> End(string number) => AskAsync(number, new RoomCommand.End(CloseReason.EndedByHost));

    private async Task<string> AskAsync(string number, RoomCommand command)
    {
        var refusal = access.Find(Context.User!, number) is { } place
            ? await rooms.AskAsync(place.Number, command, Context.User!.Actor())
            : Refusal.NotAllowed;
        return RefusalSentences.Of(refusal, T);
    }
}
