using Conference.Core.Rooms;
using Microsoft.Extensions.Localization;

namespace Conference.Web.Features.Dashboard;

/// <summary>Why a room did not do what it was asked, for the one who asked.</summary>
public static class RefusalSentences
{
    public static string Of(Refusal refusal, IStringLocalizer T) => refusal switch
    {
        Refusal.None => "",
        Refusal.Locked => T["The conference is locked."],
        Refusal.StillTaken => T["The conference before has not ended yet."],
        Refusal.Full => T["Every seat is taken."],
        Refusal.NotLive => T["The conference is over."],
        Refusal.NotInRoom => T["They hung up a moment ago."],
        Refusal.NobodyWaits => T["Nobody is waiting."],
        Refusal.AlreadyMuted => T["They are muted already."],
        Refusal.NotMuted => T["They are not muted."],
        Refusal.AlreadyLocked => T["It is locked already."],
        Refusal.NotLocked => T["It is not locked."],
        Refusal.AlreadyRecording => T["It is being recorded already."],
        Refusal.NotRecording => T["Nothing is being recorded."],
        Refusal.AlreadyPaused => T["The recording is paused already."],
        Refusal.NotPaused => T["The recording is not paused."],
        Refusal.NoDiskSpace => T["There is not enough disk space left to record."],
        Refusal.NotAllowed => T["You may not do this in this conference."],
        _ => T["That did not work. Try again."],
    };
}
