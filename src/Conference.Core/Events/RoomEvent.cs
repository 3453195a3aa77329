namespace Conference.Core.Events;

/// <summary>What can happen in a live room. Every fact names its meeting, so that a late reader still makes sense of it.</summary>
public abstract record RoomEvent(MeetingId Meeting) : DomainEvent
{
    /// <param name="Booking">The plan behind it, or <see langword="null"/> for a standing room.</param>
    /// <param name="Owner">User id of the one who booked, or <see langword="null"/>.</param>
    public sealed record Opened(MeetingId Meeting, string Title, BookingId? Booking, string? Owner) : RoomEvent(Meeting);


    /// <param name="Number">Caller number as shown to hosts; empty when withheld.</param>
    /// <param name="Held">Whether they wait for the host.</param>
    /// <param name="Call">Call-ID of the leg.</param>
    public sealed record Joined(MeetingId Meeting, ParticipantId Who, string Name, string Number, Role Role, Via Via, bool Held, bool IsMuted, string Call) : RoomEvent(Meeting);

    /// <summary>Somebody who waited may now hear and be heard.</summary>
    public sealed record Admitted(MeetingId Meeting, ParticipantId Who) : RoomEvent(Meeting);


    /// <param name="People">How many are in the room after it.</param>
    public sealed record Left(MeetingId Meeting, ParticipantId Who, LeaveReason Reason, int People) : RoomEvent(Meeting)
    {
        /// <summary>How they sounded; <see langword="null"/> when nothing was heard of them.</summary>
        public CallQuality? Quality { get; init; }
    }

    public sealed record Muted(MeetingId Meeting, ParticipantId Who) : RoomEvent(Meeting);

    public sealed record Unmuted(MeetingId Meeting, ParticipantId Who) : RoomEvent(Meeting);

    public sealed record TalkingStarted(MeetingId Meeting, ParticipantId Who) : RoomEvent(Meeting);

    public sealed record TalkingStopped(MeetingId Meeting, ParticipantId Who) : RoomEvent(Meeting);

    /// <summary>Somebody else has the floor: slow to change, a cough takes it from nobody.</summary>
    /// <param name="Who"><see langword="null"/> when whoever had it left, and nobody speaks.</param>
    public sealed record Led(MeetingId Meeting, ParticipantId? Who) : RoomEvent(Meeting);

    public sealed record Locked(MeetingId Meeting) : RoomEvent(Meeting);

    public sealed record Unlocked(MeetingId Meeting) : RoomEvent(Meeting);

    public sealed record RecordingStarted(MeetingId Meeting, RecordingId Recording) : RoomEvent(Meeting);

    /// <summary>What is said from now on is not recorded.</summary>
    public sealed record RecordingPaused(MeetingId Meeting, RecordingId Recording) : RoomEvent(Meeting);

    public sealed record RecordingResumed(MeetingId Meeting, RecordingId Recording) : RoomEvent(Meeting);

    public sealed record RecordingStopped(MeetingId Meeting, RecordingId Recording, TimeSpan Length) : RoomEvent(Meeting);

    public sealed record Closed(MeetingId Meeting, CloseReason Reason) : RoomEvent(Meeting);
}

/// <summary>What can happen to a call.</summary>
public abstract record CallEvent : DomainEvent
{
    /// <param name="Dialled">What was dialled.</param>
    /// <param name="Caller">Caller number or account; empty when withheld.</param>
    /// <param name="Why">A <see cref="CallRefusal"/> by name.</param>
    public sealed record Refused(string Dialled, string Caller, CallRefusal Why, string Call) : CallEvent;

    /// <summary>Somebody calls somebody, or a room.</summary>
    /// <param name="Id">Names the call until it ends.</param>
    /// <param name="From">Number of the caller; empty when withheld.</param>
    /// <param name="To">What was called.</param>
    /// <param name="Call">Call-ID of the caller's leg; empty when the house itself calls.</param>
    public sealed record Started(Guid Id, string From, string To, string Call) : CallEvent;

    /// <param name="By">Who answered, as shown.</param>
    public sealed record Answered(Guid Id, string By) : CallEvent;

    /// <param name="Status">A SIP status: 200 for an ordinary end.</param>
    /// <param name="Why">A word for people.</param>
    public sealed record Ended(Guid Id, int Status, string Why) : CallEvent;

    /// <summary>A limit against toll fraud was reached: somebody should look.</summary>
    /// <param name="Who">The extension or room whose calls are refused.</param>
    /// <param name="Limit">A limit by name.</param>
    public sealed record LimitReached(string Who, string Limit) : CallEvent;

    private CallEvent() { }
}

/// <summary>Why a caller did not get in.</summary>
public enum CallRefusal
{
    UnknownNumber,
    WrongPin,
    TooManyWrongPins,
    TooEarly,
    Locked,
    Full,
    NoCommonCodec,
    NoPort,

    /// <summary>The caller may not dial that.</summary>
    Forbidden,

    /// <summary>The caller, or what he called, is switched off.</summary>
    SwitchedOff,

    /// <summary>The extension or the trunk has as many calls as it may.</summary>
    TooManyCalls,

    /// <summary>A limit against toll fraud is reached.</summary>
    LimitReached,

    /// <summary>No trunk can take it.</summary>
    NoTrunk,

    /// <summary>It came from nobody known, or asked for what nobody here can do.</summary>
    Stranger,
}

/// <summary>What can happen to a phone.</summary>
public abstract record DeviceEvent : DomainEvent
{
    /// <param name="Address">Where from, address and port.</param>
    public sealed record Registered(string Username, string Address, string Transport, DateTimeOffset Until) : DeviceEvent;

    public sealed record Unregistered(string Username, string Why) : DeviceEvent;

    public sealed record SignInRefused(string Username, string Address) : DeviceEvent;

    /// <summary>Right credentials, but from where, or by a transport that, the account may not be used.</summary>
    public sealed record PlaceRefused(string Username, string Address) : DeviceEvent;

    private DeviceEvent() { }
}

/// <summary>What can happen to a line to a provider or another exchange. Told when it changes, not while it lasts.</summary>
/// <param name="Trunk">Its name.</param>
/// <param name="Why">A short sentence in English, without secrets.</param>
public abstract record TrunkEvent(string Trunk, string Why) : DomainEvent
{
    /// <summary>It is registered, or answers.</summary>
    public sealed record Up(string Trunk, string Why) : TrunkEvent(Trunk, Why);

    /// <summary>Calls go, but not by its first server, or its registration is about to end.</summary>
    public sealed record Degraded(string Trunk, string Why) : TrunkEvent(Trunk, Why);

    /// <summary>No calls go.</summary>
    public sealed record Down(string Trunk, string Why) : TrunkEvent(Trunk, Why);
}

/// <summary>What can happen to the machinery that mixes voices.</summary>
public abstract record MediaEvent : DomainEvent
{
    /// <summary>A mixer has more, or less, work than time than before. Told when the step changes, not while it lasts.</summary>
    /// <param name="Worker">Which mixer, from 1.</param>
    /// <param name="Step">What it has given up for now, by name; "none" for nothing any more.</param>
    /// <param name="BusyPercent">Share of its time that work took lately.</param>
    public sealed record LoadChanged(int Worker, string Step, int BusyPercent) : MediaEvent;

    private MediaEvent() { }
}

/// <summary>What can happen to somebody who guesses secrets.</summary>
public abstract record BanEvent : DomainEvent
{
    /// <summary>He is shut out, or for longer than told before.</summary>
    /// <param name="Address">Where from.</param>
    /// <param name="Username">Of which account, or <see langword="null"/> for all.</param>
    /// <param name="Wrong">How many wrong secrets.</param>
    public sealed record Began(string Address, string? Username, DateTimeOffset Until, int Wrong) : BanEvent;

    /// <summary>It is over, or was lifted.</summary>
    public sealed record Ended(string Address, string? Username) : BanEvent;

    private BanEvent() { }
}

/// <summary>What can happen to the disk that recordings are kept on. Told when it changes.</summary>
/// <param name="Free">Bytes that are left.</param>
public abstract record DiskEvent(long Free) : DomainEvent
{
    /// <summary>There is space enough again.</summary>
    public sealed record Recovered(long Free) : DiskEvent(Free);

    /// <summary>No recording is started any more; those that run go on.</summary>
    public sealed record Low(long Free) : DiskEvent(Free);

    /// <summary>Recordings go on without tracks of the talkers.</summary>
    public sealed record Scarce(long Free) : DiskEvent(Free);

    /// <summary>Recordings wait, with a gap, until there is space.</summary>
    public sealed record Full(long Free) : DiskEvent(Free);
}

/// <summary>What can happen to a plan.</summary>
public abstract record BookingEvent : DomainEvent
{
    public sealed record Booked(BookingId Booking, string Title, DateTimeOffset StartsAt) : BookingEvent;

    public sealed record Cancelled(BookingId Booking) : BookingEvent;

    private BookingEvent() { }
}

/// <summary>What administrators and operators did to the exchange; who it was stands in the envelope.</summary>
public abstract record AdminEvent : DomainEvent
{
    /// <param name="Name">The number, user name, trunk, pattern or address it was done to; never a secret.</param>
    public sealed record Done(AdminAct Act, AdminSubject Subject, string Name) : AdminEvent;

    private AdminEvent() { }
}

public enum AdminAct
{
    Created,
    Changed,
    Removed,
    SecretRenewed,
    Lifted,
    HungUp,
}

public enum AdminSubject
{
    Extension,
    Template,
    Account,
    Trunk,
    DialRule,
    InboundRoute,
    TollLimits,
    Ban,
    Call,
    Recording,
}
