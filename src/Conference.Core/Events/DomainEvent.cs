using System.Text.Json.Serialization;

namespace Conference.Core.Events;

/// <summary>A past-tense fact made of values only. The wire names are a public contract: add, never rename.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(RoomEvent.Opened), "room.opened")]
[JsonDerivedType(typeof(RoomEvent.Joined), "room.joined")]
[JsonDerivedType(typeof(RoomEvent.Admitted), "room.admitted")]
[JsonDerivedType(typeof(RoomEvent.Left), "room.left")]
[JsonDerivedType(typeof(RoomEvent.Muted), "room.muted")]
[JsonDerivedType(typeof(RoomEvent.Unmuted), "room.unmuted")]
[JsonDerivedType(typeof(RoomEvent.TalkingStarted), "room.talking.started")]
[JsonDerivedType(typeof(RoomEvent.TalkingStopped), "room.talking.stopped")]
[JsonDerivedType(typeof(RoomEvent.Led), "room.led")]
[JsonDerivedType(typeof(RoomEvent.Locked), "room.locked")]
[JsonDerivedType(typeof(RoomEvent.Unlocked), "room.unlocked")]
[JsonDerivedType(typeof(RoomEvent.RecordingStarted), "room.recording.started")]
[JsonDerivedType(typeof(RoomEvent.RecordingPaused), "room.recording.paused")]
[JsonDerivedType(typeof(RoomEvent.RecordingResumed), "room.recording.resumed")]
[JsonDerivedType(typeof(RoomEvent.RecordingStopped), "room.recording.stopped")]
[JsonDerivedType(typeof(RoomEvent.Closed), "room.closed")]
[JsonDerivedType(typeof(CallEvent.Refused), "call.refused")]
[JsonDerivedType(typeof(CallEvent.Started), "call.started")]
[JsonDerivedType(typeof(CallEvent.Answered), "call.answered")]
[JsonDerivedType(typeof(CallEvent.Ended), "call.ended")]
[JsonDerivedType(typeof(CallEvent.LimitReached), "call.limit.reached")]
[JsonDerivedType(typeof(DeviceEvent.Registered), "device.registered")]
[JsonDerivedType(typeof(DeviceEvent.Unregistered), "device.unregistered")]
[JsonDerivedType(typeof(DeviceEvent.SignInRefused), "device.signin.refused")]
[JsonDerivedType(typeof(DeviceEvent.PlaceRefused), "device.place.refused")]
[JsonDerivedType(typeof(TrunkEvent.Up), "trunk.up")]
[JsonDerivedType(typeof(TrunkEvent.Degraded), "trunk.degraded")]
[JsonDerivedType(typeof(TrunkEvent.Down), "trunk.down")]
[JsonDerivedType(typeof(MediaEvent.LoadChanged), "media.load.changed")]
[JsonDerivedType(typeof(BanEvent.Began), "ban.began")]
[JsonDerivedType(typeof(BanEvent.Ended), "ban.ended")]
[JsonDerivedType(typeof(DiskEvent.Recovered), "disk.recovered")]
[JsonDerivedType(typeof(DiskEvent.Low), "disk.low")]
[JsonDerivedType(typeof(DiskEvent.Scarce), "disk.scarce")]
[JsonDerivedType(typeof(DiskEvent.Full), "disk.full")]
[JsonDerivedType(typeof(BookingEvent.Booked), "booking.booked")]
[JsonDerivedType(typeof(BookingEvent.Cancelled), "booking.cancelled")]
[JsonDerivedType(typeof(AdminEvent.Done), "admin.done")]
public abstract record DomainEvent;

/// <summary>One fact with its place in the story.</summary>
/// <param name="Position">1, 2, 3 … over the whole feed: the order in which every reader hears it.</param>
/// <param name="At">When it happened.</param>
/// <param name="By">Who caused it.</param>
/// <param name="Room">The room it is about; an empty number when it is about none.</param>
/// <param name="Version">1, 2, 3 … within one meeting of that room; a hole means the reader missed something. 0 outside rooms.</param>
/// <param name="What">The fact.</param>
public sealed record Envelope(long Position, DateTimeOffset At, Actor By, RoomNumber Room, long Version, DomainEvent What);
