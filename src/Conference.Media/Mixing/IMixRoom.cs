using System.Collections.Immutable;
using System.Threading.Channels;
using Conference.Media.Files;
using Conference.Media.Sessions;

namespace Conference.Media.Mixing;

/// <summary>A room on the mixer: who is seated is told by whole plans, swapped by reference; what happens is read from channels.</summary>
public interface IMixRoom : IDisposable
{
    /// <summary>Takes effect at the next tick. Sessions missing from the plan leave the mix.</summary>
    void Use(MixPlan plan);

    /// <summary>A short sound to everybody who hears the room, and into the recording.</summary>
    void Play(Sound sound);

    /// <summary>Speech began or ended, per seat, as hysteresis decided (MixPlan ids).</summary>
    ChannelReader<TalkChange> Talk { get; }

    /// <summary>Who has the floor, whenever that changes (<see cref="DominantSpeaker"/>): a seat, or an empty id when whoever had it left and nobody speaks.</summary>
    ChannelReader<Guid> Leads => NobodyLeads.Reader;

    /// <summary>Level of each seat over the last 100 ms in dBov (0 = loudest, -127 = silence); a fresh array, for a page at 10 Hz at most.</summary>
    ImmutableArray<SeatLevel> Levels { get; }

    /// <summary>Starts a recording of the mix (what a listener hears), at the path given. Its folder exists and is its own: the tracks of the talkers and the story are put beside it.</summary>
    /// <exception cref="IOException">The file cannot be made, or there is too little space to begin.</exception>
    IRecordingTape Record(string path);
}

/// <summary>What a room without talker detection tells about who leads: nothing.</summary>
internal static class NobodyLeads
{
    private static readonly Channel<Guid> s_none = Channel.CreateBounded<Guid>(1);

    public static ChannelReader<Guid> Reader => s_none.Reader;
}

/// <param name="Seats">Everybody in the room, held or not.</param>
public sealed record MixPlan(ImmutableArray<Seat> Seats)
{
    public static MixPlan Empty { get; } = new([]);

    /// <summary>Who hears whom otherwise than everybody does.</summary>
    public ImmutableArray<Relation> Relations { get; init; } = [];
}

/// <param name="Id">Chosen by the room; names the seat in <see cref="TalkChange"/> and <see cref="SeatLevel"/>.</param>
/// <param name="Session">The leg.</param>
/// <param name="Speaks">Whether the others hear it: false while muted or held.</param>
/// <param name="Hears">Whether it hears the others: false while held.</param>
/// <param name="Music">What it hears besides, while alone or held; <see langword="null"/> for none. Never mixed into the room or the recording.</param>
public sealed record Seat(Guid Id, IMediaSession Session, bool Speaks, bool Hears, Sound? Music = null)
{
    /// <summary>How much louder the others hear it, in dB: steps of 3 from -30 to +18.</summary>
    public int SpeakingVolume { get; init; }

    /// <summary>How much louder it hears the others, in dB: steps of 3 from -30 to +18.</summary>
    public int HearingVolume { get; init; }

    /// <summary>Whether quiet and loud voices are brought to the same level.</summary>
    public bool AutoGain { get; init; }

    /// <summary>Whether the noise of its room is turned down while it is silent.</summary>
    public bool NoiseGate { get; init; }

    /// <summary>Whether it is heard rather than others when too many speak at once: a host.</summary>
    public bool IsFavoured { get; init; }
}

/// <summary>How one hears another otherwise than everybody does.</summary>
public enum RelationKind
{
    /// <summary>The listener does not hear the speaker.</summary>
    Deaf,

    /// <summary>The listener hears the speaker, whom the room does not.</summary>
    Whisper,
}

/// <param name="Speaker">Seat of who is or is not heard. Whoever whispers to somebody is heard by nobody else.</param>
/// <param name="Listener">Seat of who hears or does not.</param>
/// <param name="Kind">Which of the two.</param>
public readonly record struct Relation(Guid Speaker, Guid Listener, RelationKind Kind);

public readonly record struct TalkChange(Guid Seat, bool Talking);

public readonly record struct SeatLevel(Guid Seat, float Dbov);

/// <summary>A running recording; the writer thread owns the file.</summary>
public interface IRecordingTape
{
    /// <summary>Recorded so far.</summary>
    TimeSpan Length { get; }

    /// <summary>Whether the disk refuses: the recording goes on as soon as it can, the gap stays silent.</summary>
    bool IsInTrouble { get; }

    /// <summary>From the next tick on nothing is recorded; the time passes as silence, or is cut out.</summary>
    void Pause();

    /// <summary>Goes on after <see cref="Pause"/>.</summary>
    void Resume();

    /// <summary>Ends it; completes when the file is whole on disk, or soon after a disk that refuses was given up.</summary>
    /// <returns>The length of the file: less than <see cref="Length"/> when the disk refused the rest.</returns>
    Task<TimeSpan> StopAsync();
}
