namespace Conference.Media.Security;

/// <summary>AES as a stream cipher in counter mode (RFC 3711 §4.1.1): the last 16 bits of the block count. Owned by one thread.</summary>
internal abstract class AesCounter : IDisposable
{
    /// <summary>Bytes of a block.</summary>
    public const int Block = 16;

    /// <summary>By the processor's own instructions where it has them, by .NET's cipher elsewhere.</summary>
    /// <param name="key">16 or 32 bytes.</param>
    public static AesCounter Open(ReadOnlySpan<byte> key) => AesCounterNative.IsSupported ? new AesCounterNative(key) : new AesCounterPortable(key);

    /// <summary>Adds the key stream to data, which encrypts and decrypts.</summary>
    /// <param name="start">First counter block, 16 bytes; its last two count upwards from what they are and never overflow here.</param>
    /// <param name="data">At most 64 kB.</param>
    public abstract void Apply(ReadOnlySpan<byte> start, Span<byte> data);

    public abstract void Dispose();
}
