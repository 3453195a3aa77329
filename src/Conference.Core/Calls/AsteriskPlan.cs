using System.Collections.Immutable;
using Conference.Core.Accounts;
using Conference.Core.Rooms;

namespace Conference.Core.Calls;

/// <summary>What three Asterisk files say, as they stand: rooms, phones and numbers, and what could not be understood.</summary>
/// <param name="GuestContext">The context that callers without an account reach (<c>[general] allowguest=yes</c> with <c>context=</c>), or <see langword="null"/> when they reach nothing.</param>
public sealed record AsteriskPlan(
    ImmutableArray<RoomPlan> Rooms,
    ImmutableArray<DeviceCard> Devices,
    ImmutableArray<NumberRule> Numbers,
    ImmutableArray<ImportProblem> Problems,
    string? GuestContext = null)
{
    public static AsteriskPlan Empty { get; } = new([], [], [], []);
}

/// <summary><c>exten => 6001,1,MeetMe(1234,options,pin)</c>: a number that leads into a room.</summary>
/// <param name="Number">What is dialled.</param>
/// <param name="Contexts">Contexts it can be dialled from; empty when it stands in no context and answers to all.</param>
/// <param name="Room">The room, or <see langword="null"/> when the caller is asked for it.</param>
/// <param name="Pin">The third argument of MeetMe, or <see langword="null"/>.</param>
public sealed record NumberRule(string Number, ImmutableHashSet<string> Contexts, RoomNumber? Room, EntryOptions Options, string? Pin)
{
    /// <summary>PINs stay out of logs.</summary>
    public override string ToString() => $"number {Number}";
}

/// <summary>How somebody enters: the letters of MeetMe() that are honoured so far, as words.</summary>
/// <param name="Admin"><c>a</c>: enters as host.</param>
/// <param name="ListenOnly"><c>l</c>, and <c>m</c> in its old meaning: hears, is not heard.</param>
/// <param name="StartMuted"><c>m</c>: comes in muted and may be unmuted.</param>
/// <param name="Quiet"><c>q</c>: no join and leave tones, no announcements.</param>
/// <param name="NoAloneNotice"><c>1</c>: does not hear "you are the only person".</param>
/// <param name="MusicWhenAlone"><c>M</c>: music while alone or waiting.</param>
/// <param name="Marked"><c>A</c>: counts as the leader.</param>
/// <param name="WaitForMarked"><c>w</c>: waits until a leader is there.</param>
/// <param name="Record"><c>r</c>: the conference is recorded.</param>
/// <param name="AlwaysAskPin"><c>P</c>: the PIN is typed even when an argument gives it.</param>
public sealed record EntryOptions(
    bool Admin = false,
    bool ListenOnly = false,
    bool StartMuted = false,
    bool Quiet = false,
    bool NoAloneNotice = false,
    bool MusicWhenAlone = false,
    bool Marked = false,
    bool WaitForMarked = false,
    bool Record = false,
    bool AlwaysAskPin = false);

/// <param name="File">File name without its folder.</param>
/// <param name="Line">1, 2, 3 …; 0 when it is about the whole file.</param>
/// <param name="Sentence">What is wrong and what to do; holds no secret.</param>
public sealed record ImportProblem(string File, int Line, string Sentence)
{
    /// <summary>The sentence with gaps, {0}, {1} …: its key in other languages. Empty when it has only this form.</summary>
    public string Pattern { get; init; } = "";

    /// <summary>What fills the gaps.</summary>
    public ImmutableArray<string> Words { get; init; } = [];

    /// <summary>The sentence says all there is.</summary>
    public bool Equals(ImportProblem? other) => other is not null && (File, Line, Sentence) == (other.File, other.Line, other.Sentence);

    public override int GetHashCode() => HashCode.Combine(File, Line, Sentence);
}
