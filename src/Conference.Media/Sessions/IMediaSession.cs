using System.Threading.Channels;
using Conference.Media.Files;

namespace Conference.Media.Sessions;

/// <summary>One leg: socket, jitter buffer, codec. Hears either private sounds or the room that seats it.</summary>
public interface IMediaSession : IDisposable
{
    /// <summary>Local RTP port.</summary>
    int Port { get; }

    /// <summary>The codec agreed, for instance "PCMA"; empty before an answer.</summary>
    string Codec { get; }

    /// <summary>Answers an SDP offer (RFC 3264); also used for a re-offer, which keeps the session as it was when refused.</summary>
    /// <param name="offer">The body of type application/sdp.</param>
    /// <param name="answer">Our SDP, empty unless the result is <see cref="MediaProblem.None"/>.</param>
    MediaProblem Answer(ReadOnlySpan<byte> offer, out byte[] answer);

    /// <summary>Our offer, for an INVITE that came without one, or the session as it stands for a re-INVITE without SDP.</summary>
    byte[] Offer();

    /// <summary>Takes the peer's answer to <see cref="Offer"/>.</summary>
    MediaProblem Accept(ReadOnlySpan<byte> answer);

    /// <summary>Our offer to speak again, where a fax has taken the place of the voice; else the same as <see cref="Offer"/>.</summary>
    byte[] OfferVoice() => Offer();

    /// <summary>Our first offer asks for pictures as well, where they are passed on at all.</summary>
    void OfferVideo()
    {
    }

    /// <summary>The peer is to be asked by signalling for a picture that builds on no other (RFC 5168), because it cannot be asked by RTCP. Raised on a thread of the engine.</summary>
    event Action? PictureWanted
    {
        add { }
        remove { }
    }

    /// <summary>The peer asks for such a picture by signalling: whoever it watches will be asked.</summary>
    void AskForPicture()
    {
    }

    /// <summary>Our last offer was refused: the session is as it was.</summary>
    void Withdraw()
    {
    }

    /// <summary>Whether the peer does not want to hear us: it holds the call (RFC 3264 §8.4).</summary>
    bool IsHeld => false;

    /// <summary>Sends a key by RFC 4733 events: 0-9 * # A-D.</summary>
    /// <returns><see langword="false"/> when the peer takes none: then INFO is the way.</returns>
    bool SendKey(char key) => false;

    /// <summary>Sends a key as tones in the voice (ITU-T Q.23), for a peer that was agreed to take them so.</summary>
    void SayKey(char key)
    {
    }

    /// <summary>Listens for keys in the voice also where events were agreed, until the first event comes; where none were agreed it listens anyway.</summary>
    void HearTones(bool always)
    {
    }

    /// <summary>Keys pressed, by RFC 4733 events or as tones in the voice: 0-9 * # A-D, each once, also while a prompt plays.</summary>
    ChannelReader<char> Digits { get; }

    /// <summary>Plays sounds one after the other to this leg alone, over whatever it hears otherwise.</summary>
    /// <returns><see langword="true"/> when played to the end, <see langword="false"/> when cancelled or the leg closed; cancelling stops within a tick.</returns>
    Task<bool> PlayAsync(IReadOnlyList<Sound> sounds, CancellationToken cancel);

    /// <summary>Music for this leg while it is in no room; <see langword="null"/> stops it. Rooms have <see cref="Mixing.Seat.Music"/>.</summary>
    void Hold(Sound? music);

    /// <summary>Completes when the leg has been without any packet for <see cref="MediaOptions.SilentAfter"/>, or is disposed.</summary>
    Task Silent { get; }

    /// <summary>The peer has given another sign of life: its silence is counted anew, and <see cref="Silent"/> is another task.</summary>
    void BelieveAlive()
    {
    }

    /// <summary>Whether the leg is gone with the process that had it: nothing will ever be heard of it.</summary>
    bool IsLost => false;

    /// <summary>Counters of this leg since it opened; a moment's picture.</summary>
    LegStats Stats { get; }
}

/// <summary>Why an SDP body cannot be used.</summary>
public enum MediaProblem
{
    None,

    /// <summary>Not SDP: 400.</summary>
    Malformed,

    /// <summary>No codec in common: 488.</summary>
    NoCommonCodec,

    /// <summary>Only secure or unknown profiles offered: 488.</summary>
    UnsupportedProfile,

    /// <summary>The connection address may not be sent to (multicast, broadcast, none of our family): 488.</summary>
    UnusableAddress,
}

/// <param name="Received">RTP packets accepted.</param>
/// <param name="Sent">RTP packets sent.</param>
/// <param name="Lost">Packets missing by sequence number.</param>
/// <param name="Late">Packets that came after their time.</param>
/// <param name="Foreign">Packets from an address the leg is not locked to, dropped.</param>
/// <param name="JitterMs">Interarrival jitter in milliseconds (RFC 3550 §6.4.1).</param>
public sealed record LegStats(long Received, long Sent, long Lost, long Late, long Foreign, double JitterMs)
{
    /// <summary>How it sounds here lately, as a mean opinion score from 1 to 4.5 (ITU-T G.107); 0 before anything was judged.</summary>
    public double Score { get; init; }

    /// <summary>Mean of that since the beginning.</summary>
    public double MeanScore { get; init; }

    /// <summary>The worst ten seconds or so.</summary>
    public double WorstScore { get; init; }

    /// <summary>Percent of the peer's packets lately that were lost or late.</summary>
    public double LossPercent { get; init; }

    /// <summary>Percent of our packets that the peer misses, as it last said.</summary>
    public double PeerLossPercent { get; init; }

    /// <summary>Milliseconds there and back; 0 while unknown.</summary>
    public double RoundTripMs { get; init; }

    /// <summary>Milliseconds packets wait for late ones.</summary>
    public double BufferMs { get; init; }

    /// <summary>Packets that nobody with the key can have sent, dropped.</summary>
    public long Unbelieved { get; init; }

    public long Duplicates { get; init; }

    /// <summary>How we sound at the other end, as the peer itself judged it (RFC 3611 §4.7); 0 when it did not.</summary>
    public double PeerScore { get; init; }

    /// <summary>Audio invented to cover losses.</summary>
    public TimeSpan Concealed { get; init; }
}
