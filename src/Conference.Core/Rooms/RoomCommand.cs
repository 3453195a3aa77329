using Conference.Media.Sessions;

namespace Conference.Core.Rooms;

/// <summary>What may be asked of a live room.</summary>
public abstract record RoomCommand
{
    /// <param name="Call">Call-ID of the leg.</param>
    public sealed record Join(ParticipantId Who, string Name, string Number, Role Role, Via Via, string Call, IMediaSession Session) : RoomCommand
    {
        /// <summary>Whether they come in muted.</summary>
        public bool Muted { get; init; }

        /// <summary>Whether no tone tells of their coming and going.</summary>
        public bool Quiet { get; init; }

        /// <summary>Whether they wait, with music, until a host is there.</summary>
        public bool WaitsForHost { get; init; }

        /// <summary>Whether their coming starts the recording.</summary>
        public bool Records { get; init; }
    }

    public sealed record Leave(ParticipantId Who, LeaveReason Reason) : RoomCommand;

    /// <summary>Lets everybody in who waits for the host.</summary>
    public sealed record Admit : RoomCommand;

    public sealed record Mute(ParticipantId Who) : RoomCommand;

    public sealed record Unmute(ParticipantId Who) : RoomCommand;

    /// <summary>Mutes everybody but hosts.</summary>
    public sealed record MuteAll : RoomCommand;

    public sealed record UnmuteAll : RoomCommand;

    public sealed record Kick(ParticipantId Who) : RoomCommand;

    public sealed record Lock : RoomCommand;

    public sealed record Unlock : RoomCommand;

    public sealed record StartRecording : RoomCommand;

    /// <summary>What is said from now on is not recorded, until <see cref="ResumeRecording"/>.</summary>
    public sealed record PauseRecording : RoomCommand;

    public sealed record ResumeRecording : RoomCommand;

    public sealed record StopRecording : RoomCommand;

    /// <summary>Ends the conference for all.</summary>
    public sealed record End(CloseReason Reason) : RoomCommand;

    /// <summary>The mixer heard speech begin or end.</summary>
    public sealed record Talk(ParticipantId Who, bool Talking) : RoomCommand;

    /// <summary>The mixer heard that somebody else has the floor; <see langword="null"/> for nobody.</summary>
    public sealed record Lead(ParticipantId? Who) : RoomCommand;

    private RoomCommand() { }
}

/// <summary>Why a room did not do what it was asked; each has its sentence on the page and at the phone.</summary>
public enum Refusal
{
    None,
    Locked,
    Full,

    /// <summary>The conference before has not ended yet in this room.</summary>
    StillTaken,

    /// <summary>There is no live room of that number, or it has just closed.</summary>
    NotLive,

    /// <summary>That person has left.</summary>
    NotInRoom,

    /// <summary>Nobody waits to be let in.</summary>
    NobodyWaits,
    AlreadyMuted,
    NotMuted,
    AlreadyLocked,
    NotLocked,
    AlreadyRecording,
    NotRecording,
    AlreadyPaused,
    NotPaused,
    NoDiskSpace,

    /// <summary>The one who asked may not moderate this conference.</summary>
    NotAllowed,
}
