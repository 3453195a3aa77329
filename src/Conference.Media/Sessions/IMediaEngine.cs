using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Serialization;
using Conference.Media.Codecs;
using Conference.Media.Mixing;
using Conference.Media.Recording;
using Conference.Media.Sdp;

namespace Conference.Media.Sessions;

/// <summary>Ports, mixer and recorder: everything that sounds. Commands take effect at the next 20 ms tick.</summary>
public interface IMediaEngine : IDisposable
{
    /// <summary>Opens one leg with an RTP port pair of its own, as the house says.</summary>
    /// <param name="signallingPeer">Where the signalling of this leg comes from: the second-best guess for its audio (latch rules).</param>
    /// <returns>The session, or <see langword="null"/> when no port is free.</returns>
    IMediaSession? OpenSession(IPAddress signallingPeer) => OpenSession(signallingPeer, SessionTerms.House);

    /// <summary>The same, on terms of its own.</summary>
    IMediaSession? OpenSession(IPAddress signallingPeer, SessionTerms terms);

    /// <summary>The codecs of the house that can be spoken here, by name, best first.</summary>
    ImmutableArray<string> Codecs => ["PCMA", "PCMU"];

    /// <summary>Opens an empty room on the mixer.</summary>
    IMixRoom OpenRoom();

    /// <summary>Opens two ports between which a fax may pass from one leg to another.</summary>
    /// <returns><see langword="null"/> when no port is free.</returns>
    IFaxRelay? OpenFax(IMediaSession from, IMediaSession to) => null;

    MediaHealth Health { get; }

    /// <summary>A worker has more, or less, work than time than it had: told once a step, by a thread that may take its time.</summary>
    event Action<WorkerHealth>? LoadChanged
    {
        add { }
        remove { }
    }
}

/// <summary>How one mixer thread is doing.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Legs">Legs it serves.</param>
/// <param name="Busy">Share of its time that work took lately; 1 is all of it.</param>
/// <param name="Step">What it has given up for that.</param>
/// <param name="Realtime">Whether it was granted real-time scheduling.</param>
/// <param name="WorstLateness">The latest start of a tick within the last second.</param>
/// <param name="SkippedTicks">Ticks left out because it was too late.</param>
public sealed record WorkerHealth(int Number, int Legs, double Busy, OverloadStep Step, bool Realtime, TimeSpan WorstLateness, long SkippedTicks);

/// <param name="IsTicking">Whether the mixer has ticked within the last 200 ms.</param>
/// <param name="Sessions">Open legs.</param>
/// <param name="Rooms">Open rooms.</param>
/// <param name="Ticks">Ticks since the start.</param>
/// <param name="SkippedTicks">Ticks skipped because the machine was more than 100 ms late.</param>
/// <param name="WorstLateness">The latest start of a tick within the last second.</param>
/// <param name="Realtime">Whether the mixer thread was granted real-time scheduling.</param>
public sealed record MediaHealth(bool IsTicking, int Sessions, int Rooms, long Ticks, long SkippedTicks, TimeSpan WorstLateness, bool Realtime)
{
    /// <summary>Codecs asked for that cannot be spoken, because their library is not installed.</summary>
    public ImmutableArray<MissingCodec> Missing { get; init; } = [];

    /// <summary>How much space is left for recordings, and what that means for them.</summary>
    public DiskHealth Disk { get; init; } = new(DiskLevel.Fine, default);

    /// <summary>Every mixer thread.</summary>
    public ImmutableArray<WorkerHealth> Workers { get; init; } = [];

    /// <summary>What wakes the mixer threads, for instance clock_nanosleep.</summary>
    public string Clock { get; init; } = "";

    /// <summary>Where browsers are heard.</summary>
    public WebHealth Web { get; init; } = new(null, null);

    /// <summary>Work on a leg or a room that failed and was left out for that tick; more than none is a bug.</summary>
    public long Faults { get; init; }

    /// <summary>The process the engine has to itself; <see langword="null"/> when it runs in the portal's.</summary>
    public int? Process { get; init; }

    /// <summary>How often that process died and was started again.</summary>
    public int Restarts { get; init; }
}

/// <summary>The port that all browsers share.</summary>
/// <param name="Port">UDP port; <see langword="null"/> when there is none: nothing was wished for, or OpenSSL is missing.</param>
/// <param name="Wished">The port of the settings. When another holds it, <paramref name="Port"/> is any that was free, and no firewall knows it.</param>
public sealed record WebHealth(int? Port, int? Wished)
{
    /// <summary>Whether browsers can be heard, but not where the settings say.</summary>
    public bool IsElsewhere => Port is not null && Wished is not (null or 0) && Port != Wished;
}

/// <summary>Settings of the engine.</summary>
public sealed record MediaOptions
{
    /// <summary>First UDP port for audio; rounded up to an even one.</summary>
    public int FirstPort { get; init; } = 10000;

    /// <summary>Last UDP port for audio.</summary>
    public int LastPort { get; init; } = 20000;

    /// <summary>Codecs by name, best first; those whose library is missing are left out.</summary>
    public ImmutableArray<string> Codecs { get; init; } = ["opus", "G722", "PCMA", "PCMU", "G729", "GSM", "G726-32"];

    /// <summary>Whether pictures are passed on: who has the floor is seen by the others, and in a call of two each sees the other.</summary>
    public bool Video { get; init; }

    /// <summary>What one camera may send at most, in kbit/s; more is dropped.</summary>
    public int VideoKilobits { get; init; } = 2048;

    /// <summary>How much legs are to be protected (SRTP).</summary>
    public MediaSecurity Security { get; init; } = MediaSecurity.Accept;

    /// <summary>Whether keys are taken from lines that promise no protection (RFC 8643).</summary>
    public bool OpportunisticSrtp { get; init; }

    /// <summary>Whether silence is told about rather than sent, where the peer offers that: comfort noise (RFC 3389), pauses of Opus (RFC 7587 §3.1.3).</summary>
    public bool Pauses { get; init; }

    /// <summary>Mixer threads: one on two cores, else all but one up to eight, and all but two beyond.</summary>
    public int Workers { get; init; } = WorkersFor(Environment.ProcessorCount);

    /// <summary>Local address to bind; any of IPv4 by default. <see cref="IPAddress.IPv6Any"/> takes both families.</summary>
    public IPAddress Bind { get; init; } = IPAddress.Any;

    /// <summary>The address written into SDP for a peer; for instance the advertised one, or the local address that routes to the peer.</summary>
    [JsonIgnore] // the portal asks it, whichever process mixes
    public Func<IPAddress, IPAddress> AdvertisedTo { get; init; } = peer => peer;

    /// <summary>The UDP port that all browsers share; 0 for any that is free, <see langword="null"/> for none.</summary>
    public int? SharedPort { get; init; }

    /// <summary>Addresses at which a browser may try that port, best first; by default the one written into SDP.</summary>
    [JsonIgnore]
    public Func<IPAddress, ImmutableArray<IPAddress>>? CandidatesTo { get; init; }

    /// <summary>Bytes of disk that recordings leave free, for the database on the same disk; with less they pause and nothing else does.</summary>
    public long LeastFree { get; init; }

    /// <summary>From how little space on recordings do less; its last step is <see cref="LeastFree"/>.</summary>
    public DiskLadder Disk { get; init; } = new();

    /// <summary>The folder whose disk recordings fill; with none, space counts as endless.</summary>
    public string RecordingFolder { get; init; } = "";

    /// <summary>Asks how much space is left, instead of the disk of <see cref="RecordingFolder"/>.</summary>
    [JsonIgnore]
    public Func<DiskSpace>? Space { get; init; }

    /// <summary>Whether recordings have a track for every talker besides the mix.</summary>
    public bool RecordsTracks { get; init; } = true;

    /// <summary>Whether pauses are cut out of recordings; otherwise they stay as silence of their length.</summary>
    public bool CutsPauses { get; init; }

    /// <summary>A leg without RTP or RTCP for this long has gone silent (300 s while held).</summary>
    public TimeSpan SilentAfter { get; init; } = TimeSpan.FromSeconds(30);

    internal ImmutableArray<IPAddress> CandidatesFor(IPAddress peer) => CandidatesTo?.Invoke(peer) ?? [AdvertisedTo(peer)];

    private static int WorkersFor(int cores) => cores <= 2 ? 1 : cores <= 9 ? cores - 1 : cores - 2;
}
