using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Serialization;
using Conference.Media.Mixing;
using Conference.Media.Sessions;

namespace Conference.Media.Remote;

/// <summary>What the portal says to the media process: one record a message. Ids are the portal's.</summary>
/// <remarks>A message with a <see cref="Question"/> is answered by a <see cref="FromEngine"/> that carries the same number; the others are not answered.</remarks>
[JsonDerivedType(typeof(Begin), "begin")]
[JsonDerivedType(typeof(Learn), "learn")]
[JsonDerivedType(typeof(Forget), "forget")]
[JsonDerivedType(typeof(OpenSession), "open-session")]
[JsonDerivedType(typeof(TakeOffer), "take-offer")]
[JsonDerivedType(typeof(MakeOffer), "make-offer")]
[JsonDerivedType(typeof(TakeAnswer), "take-answer")]
[JsonDerivedType(typeof(Withdraw), "withdraw")]
[JsonDerivedType(typeof(OfferVideo), "offer-video")]
[JsonDerivedType(typeof(AskForPicture), "ask-for-picture")]
[JsonDerivedType(typeof(OpenFax), "open-fax")]
[JsonDerivedType(typeof(OfferFax), "offer-fax")]
[JsonDerivedType(typeof(AcceptFax), "accept-fax")]
[JsonDerivedType(typeof(CloseFax), "close-fax")]
[JsonDerivedType(typeof(SendKey), "send-key")]
[JsonDerivedType(typeof(SayKey), "say-key")]
[JsonDerivedType(typeof(HearTones), "hear-tones")]
[JsonDerivedType(typeof(Play), "play")]
[JsonDerivedType(typeof(StopPlaying), "stop-playing")]
[JsonDerivedType(typeof(Hold), "hold")]
[JsonDerivedType(typeof(ReadStats), "read-stats")]
[JsonDerivedType(typeof(BelieveAlive), "believe-alive")]
[JsonDerivedType(typeof(CloseSession), "close-session")]
[JsonDerivedType(typeof(OpenRoom), "open-room")]
[JsonDerivedType(typeof(UsePlan), "use-plan")]
[JsonDerivedType(typeof(PlayToRoom), "play-to-room")]
[JsonDerivedType(typeof(ReadLevels), "read-levels")]
[JsonDerivedType(typeof(CloseRoom), "close-room")]
[JsonDerivedType(typeof(Record), "record")]
[JsonDerivedType(typeof(ReadTape), "read-tape")]
[JsonDerivedType(typeof(PauseTape), "pause-tape")]
[JsonDerivedType(typeof(StopTape), "stop-tape")]
[JsonDerivedType(typeof(ReadHealth), "read-health")]
internal abstract record ToEngine
{
    /// <summary>Number that the answer repeats; 0 when none is wanted.</summary>
    public int Question { get; init; }

    /// <summary>First of all: settings, and the build both must be of.</summary>
    public sealed record Begin(Guid Build, MediaOptions Options) : ToEngine;

    /// <summary>A sound that will be named by its id from now on.</summary>
    /// <param name="Samples">16-bit, as this machine orders its bytes.</param>
    public sealed record Learn(long Sound, string Key, int Rate, byte[] Samples) : ToEngine;

    public sealed record Forget(long Sound) : ToEngine;

    /// <param name="Advertised">The address written into SDP, which only the portal can know.</param>
    /// <param name="Candidates">Where a browser may try, likewise.</param>
    public sealed record OpenSession(long Session, IPAddress SignallingPeer, IPAddress Advertised, ImmutableArray<IPAddress> Candidates, SessionTerms Terms) : ToEngine;

    public sealed record TakeOffer(long Session, byte[] Sdp) : ToEngine;

    /// <param name="Voice">Whether a fax is to end by it.</param>
    public sealed record MakeOffer(long Session, bool Voice) : ToEngine;

    public sealed record TakeAnswer(long Session, byte[] Sdp) : ToEngine;

    public sealed record Withdraw(long Session) : ToEngine;

    public sealed record OfferVideo(long Session) : ToEngine;

    public sealed record AskForPicture(long Session) : ToEngine;

    /// <param name="From">The leg that offers it.</param>
    /// <param name="To">The leg it is put to.</param>
    public sealed record OpenFax(long Fax, long From, long To) : ToEngine;

    public sealed record OfferFax(long Fax, byte[] Sdp) : ToEngine;

    public sealed record AcceptFax(long Fax, byte[] Sdp) : ToEngine;

    public sealed record CloseFax(long Fax) : ToEngine;

    public sealed record SendKey(long Session, char Key) : ToEngine;

    public sealed record SayKey(long Session, char Key) : ToEngine;

    public sealed record HearTones(long Session, bool Always) : ToEngine;

    /// <summary>Answered when it ends.</summary>
    public sealed record Play(long Session, ImmutableArray<long> Sounds) : ToEngine;

    /// <param name="Playing">The question of the <see cref="Play"/>.</param>
    public sealed record StopPlaying(int Playing) : ToEngine;

    public sealed record Hold(long Session, long? Music) : ToEngine;

    public sealed record ReadStats(long Session) : ToEngine;

    public sealed record BelieveAlive(long Session) : ToEngine;

    public sealed record CloseSession(long Session) : ToEngine;

    public sealed record OpenRoom(long Room) : ToEngine;

    public sealed record UsePlan(long Room, ImmutableArray<PlannedSeat> Seats, ImmutableArray<Relation> Relations) : ToEngine;

    public sealed record PlayToRoom(long Room, long Sound) : ToEngine;

    public sealed record ReadLevels(long Room) : ToEngine;

    public sealed record CloseRoom(long Room) : ToEngine;

    public sealed record Record(long Room, long Tape, string Path) : ToEngine;

    public sealed record ReadTape(long Tape) : ToEngine;

    public sealed record PauseTape(long Tape, bool IsPaused) : ToEngine;

    public sealed record StopTape(long Tape) : ToEngine;

    public sealed record ReadHealth : ToEngine;
}

/// <summary>A <see cref="Seat"/> whose leg and music are told by id.</summary>
internal sealed record PlannedSeat(Guid Id, long Session, bool Speaks, bool Hears, long? Music)
{
    public int SpeakingVolume { get; init; }

    public int HearingVolume { get; init; }

    public bool AutoGain { get; init; }

    public bool NoiseGate { get; init; }

    public bool IsFavoured { get; init; }
}

/// <summary>What the media process says to the portal: answers, and what happens to legs and rooms.</summary>
[JsonDerivedType(typeof(Began), "began")]
[JsonDerivedType(typeof(Done), "done")]
[JsonDerivedType(typeof(Opened), "opened")]
[JsonDerivedType(typeof(Agreed), "agreed")]
[JsonDerivedType(typeof(Stats), "stats")]
[JsonDerivedType(typeof(Levels), "levels")]
[JsonDerivedType(typeof(TapeState), "tape")]
[JsonDerivedType(typeof(Health), "health")]
[JsonDerivedType(typeof(Digit), "digit")]
[JsonDerivedType(typeof(Silent), "silent")]
[JsonDerivedType(typeof(PictureWanted), "picture-wanted")]
[JsonDerivedType(typeof(Mirrored), "mirrored")]
[JsonDerivedType(typeof(FaxSilent), "fax-silent")]
[JsonDerivedType(typeof(Talk), "talk")]
[JsonDerivedType(typeof(Leads), "leads")]
[JsonDerivedType(typeof(Load), "load")]
internal abstract record FromEngine
{
    /// <summary>The question answered; 0 for news.</summary>
    public int Question { get; init; }

    /// <param name="IsSameBuild">Whether it understands us; it ends if not.</param>
    public sealed record Began(bool IsSameBuild) : FromEngine;

    /// <param name="Success">A key was sent, a sound was played to its end.</param>
    public sealed record Done(bool Success) : FromEngine;

    /// <param name="Port">0 when none is free.</param>
    public sealed record Opened(int Port) : FromEngine;

    /// <summary>After every offer and answer, what the session is now.</summary>
    public sealed record Agreed(MediaProblem Problem, byte[] Sdp, string Codec, bool IsHeld) : FromEngine;

    public sealed record Stats(LegStats Counters) : FromEngine;

    public sealed record Levels(ImmutableArray<SeatLevel> Seats) : FromEngine;

    /// <param name="Error">Why the file could not be made; empty when it was.</param>
    public sealed record TapeState(TimeSpan Length, bool IsInTrouble, string Error) : FromEngine;

    public sealed record Health(MediaHealth State) : FromEngine;

    public sealed record Digit(long Session, char Key) : FromEngine;

    public sealed record Silent(long Session) : FromEngine;

    public sealed record PictureWanted(long Session) : FromEngine;

    /// <summary>What one side of a fax said, for the other.</summary>
    public sealed record Mirrored(MediaProblem Problem, byte[] Sdp) : FromEngine;

    public sealed record FaxSilent(long Fax) : FromEngine;

    public sealed record Talk(long Room, Guid Seat, bool Talking) : FromEngine;

    public sealed record Leads(long Room, Guid Seat) : FromEngine;

    public sealed record Load(WorkerHealth Worker) : FromEngine;
}

/// <summary>How the messages are written: known when compiled, so that the media process needs no reflection.</summary>
[JsonSourceGenerationOptions(Converters = [typeof(AddressConverter)])]
[JsonSerializable(typeof(ToEngine))]
[JsonSerializable(typeof(FromEngine))]
internal sealed partial class MessageFormat : JsonSerializerContext;
