namespace Conference.Media.Security;

/// <summary>Who begins the handshake (RFC 4145 §4, RFC 5763 §5).</summary>
public enum DtlsRole
{
    /// <summary>Sends the ClientHello.</summary>
    Active,

    /// <summary>Waits for it.</summary>
    Passive,
}
