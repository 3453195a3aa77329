using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Conference.Media.Rtp;

namespace Conference.Media.Security;

/// <summary>Where a handshake stands.</summary>
public enum DtlsState
{
    Shaking,

    /// <summary>There are keys.</summary>
    Connected,

    /// <summary>There will be none.</summary>
    Failed,
}

/// <summary>Why there will be no keys.</summary>
public enum DtlsProblem
{
    None,

    /// <summary>The peer broke the protocol, or speaks nothing that we speak.</summary>
    Protocol,

    /// <summary>Somebody else's certificate: the signalling named another.</summary>
    WrongCertificate,

    /// <summary>No SRTP profile in common.</summary>
    NoProfile,

    /// <summary>More bytes than any honest handshake takes.</summary>
    TooMuch,

    /// <summary>The peer took too long.</summary>
    TooLate,
}

/// <summary>Takes one datagram to send; the bytes are borrowed.</summary>
public delegate void DatagramSink(ReadOnlySpan<byte> datagram);

/// <summary>One DTLS handshake for the keys of one leg (RFC 5764): datagrams in, datagrams out. No socket; owned by one thread, not the mixer's.</summary>
public sealed unsafe class DtlsHandshake : IDisposable
{
    /// <summary>The longest datagram that leaves: it fits through every tunnel.</summary>
    public const int Mtu = 1200;

    private const int RecordHeader = 13;
    private const int MostBytes = 128 * 1024;
    private const int MostBeginnings = 32;
    private const int FirstWait = 200_000; // microseconds; browsers are impatient (RFC 6347 §4.2.4.1 allows it)
    private const int LongestWait = 3_200_000;
    private const int ResetBio = 1;
    private const byte Alert = 21;

    private readonly DtlsIdentity _identity;
    private readonly DtlsRole _role;
    private readonly Fingerprint _expected;
    private readonly DatagramSink _send;
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    private GCHandle _handle;
    private nint _ssl;
    private nint _in;
    private nint _out;
    private Peer _from;
    private bool _isAddressProven;
    private int _bytes;
    private int _beginnings;

    /// <param name="identity">Ours.</param>
    /// <param name="role">As agreed in the signalling.</param>
    /// <param name="expected">The peer's certificate, as told in the signalling.</param>
    /// <param name="send">Takes datagrams for the peer.</param>
    public DtlsHandshake(DtlsIdentity identity, DtlsRole role, Fingerprint expected, DatagramSink send)
    {
        (_identity, _role, _expected, _send) = (identity, role, expected, send);
        _handle = GCHandle.Alloc(this);
        Open();
    }

    public DtlsState State { get; private set; }

    public DtlsProblem Problem { get; private set; }

    /// <summary>For what we send, once connected.</summary>
    public SrtpKey? Ours { get; private set; }

    /// <summary>For what we hear, once connected.</summary>
    public SrtpKey? Theirs { get; private set; }

    /// <summary>Whether the keys are bound to this very handshake (RFC 7627).</summary>
    public bool HasExtendedSecret => LibSsl.Control(_ssl, LibSsl.HasExtendedSecret, 0, null) == 1;

    /// <summary>Whether the peer may still be a victim somebody else points us at.</summary>
    private bool IsUnproven => _role == DtlsRole.Passive && !_isAddressProven;

    /// <summary>Until <see cref="Tick"/> is due; <see langword="null"/> while nothing waits for an answer.</summary>
    public TimeSpan? Wait
    {
        get
        {
            LibSsl.TimeValue left = default;
            if (State != DtlsState.Shaking || LibSsl.Control(_ssl, LibSsl.GetTimeout, 0, &left) != 1) return null;
            return TimeSpan.FromSeconds(left.Seconds) + TimeSpan.FromMicroseconds(left.Microseconds);
        }
    }

    /// <summary>The active side says hello.</summary>
    public void Begin()
    {
        if (_role == DtlsRole.Active) Step();
    }

    /// <summary>Takes one datagram of a first byte between 20 and 63 (RFC 7983).</summary>
    /// <param name="datagram">As it came.</param>
    /// <param name="from">Where it came from; the passive side has that proven by a cookie (RFC 6347 §4.2.1).</param>
    public void Take(ReadOnlySpan<byte> datagram, Peer from)
    {
        if (State == DtlsState.Failed || !IsPlausible(datagram)) return;
        _bytes += datagram.Length;
        if (_bytes > MostBytes)
        {
            if (State == DtlsState.Shaking) Fail(DtlsProblem.TooMuch);
            return;
        }

        _from = from;
        if (IsUnproven && HasForgedCookie(datagram)) return;
        LibSsl.ControlBio(_in, ResetBio, 0, null); // what is left of the datagram before is worth nothing
        fixed (byte* bytes = datagram)
            LibSsl.WriteBio(_in, bytes, datagram.Length);
        Step();
    }

    /// <summary>Says again what may have been lost, when <see cref="Wait"/> is over.</summary>
    public void Tick()
    {
        if (State != DtlsState.Shaking) return;
        LibSsl.ClearErrors();
        if (LibSsl.Control(_ssl, LibSsl.HandleTimeout, 0, null) < 0) Fail(DtlsProblem.TooLate);
        Flush();
    }

    /// <summary>Gives up.</summary>
    public void Abandon()
    {
        if (State == DtlsState.Shaking) Fail(DtlsProblem.TooLate);
    }

    public void Dispose()
    {
        if (_ssl == 0) return;
        LibSsl.Free(_ssl);
        _ssl = 0;
        _handle.Free();
    }

    [UnmanagedCallersOnly]
    internal static int MakeCookie(nint ssl, byte* cookie, uint* length)
    {
        if (Of(ssl) is not { } self) return 0;
        *length = (uint)self.Cookie(new Span<byte>(cookie, 32));
        return 1;
    }

    [UnmanagedCallersOnly]
    internal static int CheckCookie(nint ssl, byte* cookie, uint length)
    {
        if (Of(ssl) is not { } self) return 0;
        Span<byte> expected = stackalloc byte[32];
        self.Cookie(expected);
        self._isAddressProven = CryptographicOperations.FixedTimeEquals(expected, new ReadOnlySpan<byte>(cookie, (int)Math.Min(length, 255)));
        return self._isAddressProven ? 1 : 0;
    }

    [UnmanagedCallersOnly]
    private static uint NextWait(nint ssl, uint last) => last == 0 ? FirstWait : Math.Min(2 * last, LongestWait);

    private static DtlsHandshake? Of(nint ssl) =>
        LibSsl.GetExtraData(ssl, 0) is not 0 and var handle ? GCHandle.FromIntPtr(handle).Target as DtlsHandshake : null;

    private int Cookie(Span<byte> cookie)
    {
        Span<byte> address = stackalloc byte[18];
        BinaryPrimitives.WriteUInt128BigEndian(address, _from.Address);
        BinaryPrimitives.WriteUInt16BigEndian(address[16..], _from.Port);
        return HMACSHA256.HashData(_secret, address, cookie);
    }

    private void Open()
    {
        _ssl = LibSsl.New(_identity.Context);
        if (_ssl == 0) throw new InvalidOperationException("OpenSSL gives no connection.");
        (_in, _out) = (LibSsl.NewBio(LibSsl.MemoryMethod()), LibSsl.NewBio(LibSsl.MemoryMethod()));
        LibSsl.SetBios(_ssl, _in, _out); // it owns both now
        LibSsl.SetExtraData(_ssl, 0, GCHandle.ToIntPtr(_handle));
        LibSsl.Control(_ssl, LibSsl.SetMtu, Mtu, null);
        LibSsl.SetTimer(_ssl, &NextWait);
        if (_role == DtlsRole.Active)
        {
            LibSsl.BeActive(_ssl);
        }
        else
        {
            LibSsl.SetOptions(_ssl, LibSsl.CookieExchange);
            LibSsl.BePassive(_ssl);
        }
    }

    /// <summary>A record of DTLS. Alerts in the clear are passed over: anybody could have written them, and a call must not end by that.</summary>
    private static bool IsPlausible(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length < RecordHeader || datagram[0] is < 20 or > 23 || datagram[1] != 0xFE) return false;
        var epoch = BinaryPrimitives.ReadUInt16BigEndian(datagram[3..]);
        return datagram[0] != Alert || epoch > 0;
    }

    private void Step()
    {
        LibSsl.ClearErrors();
        var isOver = State == DtlsState.Connected;
        byte ignored;
        var result = isOver ? LibSsl.Read(_ssl, &ignored, 1) : LibSsl.Handshake(_ssl);
        var error = result == 1 ? 0 : LibSsl.GetError(_ssl, result);
        if (error is not (0 or LibSsl.WantRead or LibSsl.WantWrite) && IsUnproven && _beginnings++ < MostBeginnings)
        {
            Reopen(); // without a word: whoever wrote that may not be who he says
            return;
        }

        Flush();
        if (isOver) return; // its last flight once more, or data that nobody agreed to
        if (result == 1) Finish();
        else if (error is not (LibSsl.WantRead or LibSsl.WantWrite)) Fail(DtlsProblem.Protocol);
    }

    /// <summary>Nonsense before the first hello must not end the handshake of the peer that is still to come.</summary>
    private void Reopen()
    {
        LibSsl.Free(_ssl);
        Open();
    }

    /// <summary>A hello with a cookie that we did not give to this address (RFC 6347 §4.2.1) is as if it had not come.</summary>
    private bool HasForgedCookie(ReadOnlySpan<byte> datagram)
    {
        var cookie = DtlsHello.CookieOf(datagram);
        if (cookie.IsEmpty) return false;
        Span<byte> expected = stackalloc byte[32];
        Cookie(expected);
        return !CryptographicOperations.FixedTimeEquals(expected, cookie);
    }

    private void Finish()
    {
        if (!IsExpected())
        {
            Fail(DtlsProblem.WrongCertificate);
            return;
        }

        var profile = LibSsl.SelectedProfile(_ssl);
        var suite = profile == null ? null : SrtpSuite.Spoken.FirstOrDefault(s => s.DtlsNumber == (int)profile->Number);
        if (suite is null || !TakeKeys(suite)) Fail(DtlsProblem.NoProfile);
        else State = DtlsState.Connected;
    }

    private bool IsExpected()
    {
        var certificate = LibSsl.PeerCertificate(_ssl);
        if (certificate == 0) return false;
        var length = LibSsl.CertificateBytes(certificate, null);
        var der = new byte[Math.Max(0, length)];
        fixed (byte* start = der)
        {
            var at = start;
            if (length > 0) LibSsl.CertificateBytes(certificate, &at);
        }

        LibSsl.FreeCertificate(certificate);
        return _expected.Matches(der);
    }

    /// <summary>Key of the client, key of the server, salt of the client, salt of the server (RFC 5764 §4.2).</summary>
    private bool TakeKeys(SrtpSuite suite)
    {
        var label = "EXTRACTOR-dtls_srtp"u8;
        Span<byte> exported = stackalloc byte[2 * suite.MasterBytes];
        fixed (byte* material = exported, name = label)
            if (LibSsl.Export(_ssl, material, exported.Length, name, label.Length, null, 0, 0) != 1) return false;

        var salts = exported[(2 * suite.KeyBytes)..];
        var client = new SrtpKey(suite.Profile, [.. exported[..suite.KeyBytes], .. salts[..suite.SaltBytes]]);
        var server = new SrtpKey(suite.Profile, [.. exported.Slice(suite.KeyBytes, suite.KeyBytes), .. salts[suite.SaltBytes..]]);
        (Ours, Theirs) = _role == DtlsRole.Active ? (client, server) : (server, client);
        CryptographicOperations.ZeroMemory(exported);
        return true;
    }

    private void Fail(DtlsProblem problem) => (State, Problem, Ours, Theirs) = (DtlsState.Failed, problem, null, null);

    /// <summary>What OpenSSL wrote is a row of records: as many as fit travel together. Before an address is proven there is one, with a cookie.</summary>
    private void Flush()
    {
        var pending = (int)LibSsl.Pending(_out);
        if (pending == 0) return;
        var flight = ArrayPool<byte>.Shared.Rent(pending);
        int length;
        fixed (byte* bytes = flight)
            length = LibSsl.ReadBio(_out, bytes, pending);
        SendRecords(flight.AsSpan(0, Math.Max(0, length)));
        ArrayPool<byte>.Shared.Return(flight);
    }

    private void SendRecords(ReadOnlySpan<byte> records)
    {
        while (records.Length >= RecordHeader)
        {
            var length = 0;
            while (records.Length - length >= RecordHeader)
            {
                var next = length + RecordHeader + BinaryPrimitives.ReadUInt16BigEndian(records[(length + 11)..]);
                if (next > records.Length || (length > 0 && (next > Mtu || IsUnproven))) break;
                length = next;
            }

            if (length == 0) return;
            _send(records[..length]);
            if (IsUnproven) return;
            records = records[length..];
        }
    }
}
