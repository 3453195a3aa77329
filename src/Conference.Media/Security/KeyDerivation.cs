namespace Conference.Media.Security;

/// <summary>What a session key is for (RFC 3711 §4.3.1); RTCP's are three further.</summary>
internal enum KeyLabel : byte
{
    Encryption = 0,
    Authentication = 1,
    Salt = 2,
}

/// <summary>Session keys from a master key (RFC 3711 §4.3, RFC 6188 §3, RFC 7714 §11). Keys are derived once: nobody negotiates a rate.</summary>
internal static class KeyDerivation
{
    private const byte ControlLabels = 3;
    private const int LabelAt = 7; // a label of 8 bits above an index of 48, in a salt of 112

    /// <param name="master">Key and salt.</param>
    /// <param name="label">What it is for.</param>
    /// <param name="isControl">For RTCP.</param>
    /// <param name="derived">Filled.</param>
    public static void Derive(SrtpKey master, KeyLabel label, bool isControl, Span<byte> derived)
    {
        Span<byte> start = stackalloc byte[AesCounter.Block];
        start.Clear();
        master.Salt.CopyTo(start); // a salt of 96 bits is followed by zeros
        start[LabelAt] ^= (byte)((byte)label + (isControl ? ControlLabels : 0));
        derived.Clear();
        using var cipher = AesCounter.Open(master.Key);
        cipher.Apply(start, derived);
    }
}
