using System.Buffers;
using System.Security.Cryptography;

namespace Conference.Media.Security;

/// <summary>Name and password of one side for connectivity checks (RFC 8839 §5.4).</summary>
/// <param name="Fragment">a=ice-ufrag, 4 to 256 characters.</param>
/// <param name="Password">a=ice-pwd, 22 to 256 characters.</param>
public sealed record IceCredentials(string Fragment, string Password)
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private static readonly SearchValues<char> s_letters = SearchValues.Create(Letters);

    /// <summary>Nobody can guess them, and no two legs have the same: 48 and 144 bits.</summary>
    public static IceCredentials Random() => new(RandomNumberGenerator.GetString(Letters, 8), RandomNumberGenerator.GetString(Letters, 24));

    /// <summary>What the peer wrote; <see langword="null"/> when it is missing or not of the grammar.</summary>
    public static IceCredentials? From(string fragment, string password) =>
        fragment.Length is >= 4 and <= 256 && password.Length is >= 22 and <= 256
        && !fragment.AsSpan().ContainsAnyExcept(s_letters) && !password.AsSpan().ContainsAnyExcept(s_letters)
            ? new IceCredentials(fragment, password)
            : null;

    public override string ToString() => Fragment;
}

/// <summary>Both sides of one leg.</summary>
public sealed record IcePair(IceCredentials Ours, IceCredentials Theirs);
