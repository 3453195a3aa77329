using Conference.Media.Rtp;

namespace Conference.Media.Security;

/// <summary>Who waits for a handshake. Both are called on the desk's thread.</summary>
public interface IDtlsOwner
{
    /// <summary>Sends a datagram to the peer; the bytes are borrowed.</summary>
    void Send(ReadOnlySpan<byte> datagram);

    /// <summary>The handshake is over, once.</summary>
    /// <param name="ours">For what we send; <see langword="null"/> when it failed.</param>
    /// <param name="theirs">For what we hear; <see langword="null"/> when it failed.</param>
    /// <param name="problem">Why it failed.</param>
    void Done(SrtpKey? ours, SrtpKey? theirs, DtlsProblem problem);
}

/// <summary>The handshake of one leg, as the mixer sees it: datagrams are left here and worked on elsewhere.</summary>
/// <remarks><see cref="Post"/> is for one thread at a time and allocates nothing; the rest is for any thread.</remarks>
public sealed class DtlsLeg : IDisposable
{
    private const int Places = 8; // a flight is four datagrams; what finds no place is said again
    private const int Longest = 1500;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly DtlsDesk _desk;
    private readonly DtlsRole _role;
    private readonly Fingerprint _expected;
    private readonly IDtlsOwner _owner;
    private readonly TimeProvider _time;
    private readonly (byte[] Bytes, int Length, Peer From)[] _inbox = new (byte[], int, Peer)[Places];
    private DtlsHandshake? _handshake;
    private long _begun;
    private int _isWaiting;
    private long _posted;
    private long _taken;
    private volatile bool _isDisposed;

    internal DtlsLeg(DtlsDesk desk, DtlsRole role, Fingerprint expected, IDtlsOwner owner, TimeProvider time)
    {
        (_desk, _role, _expected, _owner, _time) = (desk, role, expected, owner, time);
        for (var i = 0; i < Places; i++)
            _inbox[i].Bytes = new byte[Longest];
    }

    /// <summary>Whether the desk has not seen it yet.</summary>
    internal bool IsNew { get; private set; } = true;

    /// <summary>Whether nothing is due any more, unless the peer says something.</summary>
    internal bool IsSettled { get; private set; }

    /// <summary>The active side says hello now: for legs with ICE when the first check has passed, for others when the signalling is done. The time allowed begins.</summary>
    public void Begin() => Ring();

    /// <summary>Leaves a datagram of the peer.</summary>
    /// <returns>Whether there was room; if not, the peer will say it again.</returns>
    public bool Post(ReadOnlySpan<byte> datagram, Peer from)
    {
        if (datagram.Length > Longest || _posted - Volatile.Read(ref _taken) == Places) return false;
        ref var place = ref _inbox[_posted % Places];
        datagram.CopyTo(place.Bytes);
        (place.Length, place.From) = (datagram.Length, from);
        Volatile.Write(ref _posted, _posted + 1);
        Ring();
        return true;
    }

    /// <summary>The leg is over; nothing more is called.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        Ring();
    }

    /// <summary>Does what waits, on the desk's thread.</summary>
    internal void Work()
    {
        Volatile.Write(ref _isWaiting, 0);
        if (_isDisposed)
        {
            Close();
            return;
        }

        if (IsNew) Start();
        for (; _taken < Volatile.Read(ref _posted); Volatile.Write(ref _taken, _taken + 1))
        {
            ref var place = ref _inbox[_taken % Places];
            _handshake?.Take(place.Bytes.AsSpan(0, place.Length), place.From);
        }

        Settle();
    }

    /// <summary>Says again what may have been lost, on the desk's thread.</summary>
    internal void Tick()
    {
        if (IsSettled || _handshake is null) return;
        if (_handshake.Wait is { } wait && wait <= TimeSpan.Zero) _handshake.Tick();
        if (_time.GetElapsedTime(_begun) > s_patience) _handshake.Abandon();
        Settle();
    }

    /// <summary>Something went wrong that should not.</summary>
    internal void Break()
    {
        if (!IsSettled) _owner.Done(null, null, DtlsProblem.Protocol);
        Close();
    }

    private void Start()
    {
        (IsNew, _begun) = (false, _time.GetTimestamp());
        _handshake = new DtlsHandshake(_desk.Identity, _role, _expected, Send);
        _handshake.Begin();
    }

    private void Send(ReadOnlySpan<byte> datagram)
    {
        if (!_isDisposed) _owner.Send(datagram);
    }

    private void Settle()
    {
        if (IsSettled || _isDisposed || _handshake is null or { State: DtlsState.Shaking }) return;
        IsSettled = true;
        _owner.Done(_handshake.Ours, _handshake.Theirs, _handshake.Problem);
    }

    private void Close()
    {
        (IsNew, IsSettled) = (false, true);
        _handshake?.Dispose();
        _handshake = null;
    }

    private void Ring()
    {
        if (Interlocked.Exchange(ref _isWaiting, 1) == 0) _desk.Ring(this);
    }
}
