using System.Security.Cryptography;

namespace Conference.Media.Security;

/// <summary>Master key and salt of one direction (RFC 3711 §3.2.1). Equal when the bytes are; never prints them.</summary>
public sealed class SrtpKey : IEquatable<SrtpKey>
{
    private const int MostIdentifier = 128; // RFC 4568 §6.1

    private readonly byte[] _master;
    private readonly byte[] _identifier;

    /// <param name="profile">What the key is for.</param>
    /// <param name="master">Key and salt, <see cref="SrtpSuite.MasterBytes"/> long.</param>
    /// <param name="identifier">The master key identifier that every packet carries; empty for none.</param>
    public SrtpKey(SrtpProfile profile, ReadOnlySpan<byte> master, ReadOnlySpan<byte> identifier = default)
    {
        Suite = SrtpSuite.Of(profile);
        ArgumentOutOfRangeException.ThrowIfNotEqual(master.Length, Suite.MasterBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(identifier.Length, MostIdentifier);
        (_master, _identifier) = (master.ToArray(), identifier.ToArray());
    }

    public SrtpSuite Suite { get; }

    internal ReadOnlySpan<byte> Key => _master.AsSpan(0, Suite.KeyBytes);

    internal ReadOnlySpan<byte> Salt => _master.AsSpan(Suite.KeyBytes);

    internal ReadOnlySpan<byte> Master => _master;

    /// <summary>Bytes between packet and tag, the same in every packet (RFC 3711 §3.1).</summary>
    internal ReadOnlySpan<byte> Identifier => _identifier;

    /// <summary>A key that nobody can guess.</summary>
    public static SrtpKey Random(SrtpProfile profile) => new(profile, RandomNumberGenerator.GetBytes(SrtpSuite.Of(profile).MasterBytes));

    public bool Equals(SrtpKey? other) =>
        other is not null && Suite == other.Suite && CryptographicOperations.FixedTimeEquals(_master, other._master)
        && _identifier.AsSpan().SequenceEqual(other._identifier);

    public override bool Equals(object? obj) => Equals(obj as SrtpKey);

    public override int GetHashCode() => BitConverter.ToInt32(_master);

    public override string ToString() => Suite.SdesName;
}
