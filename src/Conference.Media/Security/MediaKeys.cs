namespace Conference.Media.Security;

/// <summary>How the packets of a leg are protected, as agreed in the signalling; none means in the clear.</summary>
public abstract record MediaKeys
{
    /// <summary>Keys told in the signalling (RFC 4568): ours for what we send, theirs for what we hear. A key that stays the same goes on with its counters.</summary>
    public sealed record Sdes(SdesCrypto Ours, SdesCrypto Theirs) : MediaKeys;

    /// <summary>Keys made by a handshake between the two of us (RFC 5763); the signalling only says whose certificate to expect.</summary>
    public sealed record Dtls(DtlsRole Role, Fingerprint Theirs) : MediaKeys;

    private MediaKeys() { } // these are all of them
}
