using System.Text;
using Conference.Media.Rtp;

namespace Conference.Media.Security;

/// <summary>Whether the peer still wants to hear from us (RFC 7675).</summary>
public enum IceState
{
    /// <summary>No check has passed yet.</summary>
    Waiting,

    Connected,

    /// <summary>No check for 15 s: something is wrong.</summary>
    Disconnected,

    /// <summary>No check for 30 s: the leg is over.</summary>
    Gone,
}

/// <summary>The lite side of ICE for one leg: it answers checks and never sends any (RFC 8445 §2.5, §7.3). Owned by one thread.</summary>
/// <remarks>What does not prove that it knows our password is not answered at all: nobody can point us at a victim.</remarks>
public sealed class IceLite
{
    /// <summary>Room that <see cref="Take"/> needs for an answer.</summary>
    public const int AnswerBytes = StunWriter.MostBytes;

    private const int PeersKept = 32;
    private const int ChecksPerSecond = 20;
    private const long Second = 1_000_000_000;
    private const long DisconnectedAfter = 15 * Second;
    private const long GoneAfter = 30 * Second;

    private readonly byte[] _username;
    private readonly HmacSha1 _password;
    private readonly Peer[] _checked = new Peer[PeersKept];
    private int _peers;
    private int _checks;
    private long _second;
    private long _heard;

    /// <param name="pair">Names and passwords of both sides.</param>
    /// <param name="now">Monotonic clock in nanoseconds.</param>
    public IceLite(IcePair pair, long now)
    {
        _username = Encoding.ASCII.GetBytes($"{pair.Ours.Fragment}:{pair.Theirs.Fragment}");
        _password = new HmacSha1(Encoding.ASCII.GetBytes(pair.Ours.Password));
        (_heard, _second) = (now, now);
    }

    /// <summary>Where to send: the pair the peer nominated last, or before that the first that passed; none before.</summary>
    public Peer Selected { get; private set; }

    /// <summary>Whether a check from there has passed: only then its other packets are looked at.</summary>
    public bool Knows(Peer peer) => !peer.IsNone && (peer == Selected || _checked.AsSpan().Contains(peer));

    public IceState StateAt(long now) => (now - _heard) switch
    {
        > GoneAfter => IceState.Gone,
        _ when Selected.IsNone => IceState.Waiting,
        > DisconnectedAfter => IceState.Disconnected,
        _ => IceState.Connected,
    };

    /// <summary>Takes one STUN datagram.</summary>
    /// <param name="datagram">Of a first byte below 4 (RFC 7983).</param>
    /// <param name="from">Where it came from.</param>
    /// <param name="now">Monotonic clock in nanoseconds.</param>
    /// <param name="answer">Room for <see cref="AnswerBytes"/>.</param>
    /// <returns>Bytes to send back to where it came from; 0 for silence.</returns>
    public int Take(ReadOnlySpan<byte> datagram, Peer from, long now, Span<byte> answer)
    {
        if (StunMessage.Parse(datagram, out var message) != StunError.None) return 0;
        if (!message.IsBindingRequest || !message.HasFingerprint || !message.Username.SequenceEqual(_username)) return 0;
        if (!message.IsAuthentic(_password) || !HasTime(now)) return 0;

        if (message.Unknown != 0) return Refuse(answer, message, 420);
        if (message.ClaimsControlled) return Refuse(answer, message, 487); // a lite side never controls (RFC 8445 §7.3.1.1)
        if (!Knows(from)) _checked[_peers++ % PeersKept] = from; // who roams for hours displaces where he was
        _heard = now;
        if (message.UsesCandidate || Selected.IsNone) Selected = from;
        return Confirm(answer, message, from);
    }

    private int Confirm(Span<byte> answer, in StunMessage message, Peer from)
    {
        var writer = new StunWriter(answer, isSuccess: true, message.Transaction);
        writer.AddMappedAddress(from);
        writer.Seal(_password);
        return writer.Length;
    }

    private int Refuse(Span<byte> answer, in StunMessage message, int code)
    {
        var writer = new StunWriter(answer, isSuccess: false, message.Transaction);
        writer.AddError(code);
        if (message.Unknown != 0) writer.AddUnknown(message.Unknown);
        writer.Seal(_password);
        return writer.Length;
    }

    private bool HasTime(long now)
    {
        if (now - _second >= Second) (_second, _checks) = (now, 0);
        return _checks++ < ChecksPerSecond;
    }
}
