namespace Conference.Media.Security;

/// <summary>Why a packet was neither protected nor believed.</summary>
public enum SrtpError
{
    None,

    /// <summary>Shorter than its own header and the tag, or not version 2.</summary>
    Malformed,

    /// <summary>The caller's buffer has no room for tag and index.</summary>
    NoRoom,

    /// <summary>Somebody without the key wrote or changed it.</summary>
    Forged,

    /// <summary>Seen before, or older than the replay window (RFC 3711 §3.3.2).</summary>
    Replayed,

    /// <summary>Authentic, but in the clear, which nobody agreed to.</summary>
    Unencrypted,

    /// <summary>More sources under one key than anybody honest has.</summary>
    TooManySources,

    /// <summary>The key has protected as many packets as it may (RFC 3711 §9.2).</summary>
    Exhausted,
}
