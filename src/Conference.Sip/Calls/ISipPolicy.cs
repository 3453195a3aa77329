using System.Collections.Immutable;

namespace Conference.Sip.Calls;

/// <summary>What the protocol asks the house before it believes anybody.</summary>
/// <remarks>Called on the SIP loop: answers come from memory, at once, without waiting and without throwing.</remarks>
public interface ISipPolicy
{
    /// <summary>The account of that user name (compared without case), or <see langword="null"/>.</summary>
    SipAccount? FindAccount(string username);

    /// <summary>Whether somebody who cannot authenticate may call this number at all.</summary>
    bool IsOpenToGuests(string dialled);
}

/// <summary>Credentials of one device and whose extension it is.</summary>
/// <param name="Username">What the device signs in with; unique without regard to case.</param>
/// <param name="Extension">The number it calls from.</param>
/// <param name="DisplayName">The name others see.</param>
/// <param name="Secrets">One H(A1) per digest algorithm, for the realm of this installation (RFC 8760).</param>
/// <param name="MaxCalls">Simultaneous calls, or <see langword="null"/> for no limit.</param>
public sealed record SipAccount(string Username, string Extension, string DisplayName, ImmutableArray<DigestSecret> Secrets, int? MaxCalls = null);

/// <param name="Algorithm">MD5 or SHA-256.</param>
/// <param name="Ha1">H(username ":" realm ":" secret), lower-case hexadecimal (RFC 7616 §3.4.2).</param>
public sealed record DigestSecret(DigestAlgorithm Algorithm, string Ha1);

public enum DigestAlgorithm
{
    Md5,
    Sha256,
}
