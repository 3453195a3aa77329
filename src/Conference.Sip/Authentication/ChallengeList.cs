using System.Collections.Immutable;
using Conference.Sip.Calls;
using Conference.Sip.Digests;
using Conference.Sip.Messages;

namespace Conference.Sip.Authentication;

/// <summary>Which digest algorithms somebody is asked for, in which order: by account, and by what its client can read (RFC 8760 §2.3).</summary>
/// <remarks>Strangers are asked like accounts without a list of their own, so that only a list somebody chose can be told from none.</remarks>
internal static class ChallengeList
{
    private static readonly ImmutableArray<DigestAlgorithm> s_md5 = [DigestAlgorithm.Md5];

    /// <summary>The challenges for a request, first to last; never none.</summary>
    /// <param name="request">What came without credentials, or with ones that are no good.</param>
    /// <param name="account">Whom it claims to be from, or <see langword="null"/> for nobody we know.</param>
    public static ImmutableArray<DigestAlgorithm> For(SipMessage request, SipAccount? account)
    {
        var all = account is null ? SipAccount.UsualAlgorithms : Of(account);
        return all.Length > 1 && all.Contains(DigestAlgorithm.Md5) && (FailsAtUnknownAlgorithms(request) || IsFromBrowser(request)) ? s_md5 : all;
    }

    /// <summary>Whether the account may prove itself by that algorithm.</summary>
    public static bool Allows(SipAccount account, DigestAlgorithm algorithm) => Of(account).Contains(algorithm);

    public static string? Ha1Of(SipAccount account, DigestAlgorithm algorithm)
    {
        foreach (var secret in account.Secrets)
            if (secret.Algorithm == algorithm)
                return secret.Ha1;
        return null;
    }

    /// <summary>Those it shall be asked for and has a secret of; an account with none of them is challenged all the same, or it would be told from others.</summary>
    private static ImmutableArray<DigestAlgorithm> Of(SipAccount account)
    {
        var wanted = account.Algorithms.IsDefaultOrEmpty ? SipAccount.UsualAlgorithms : account.Algorithms;
        ImmutableArray<DigestAlgorithm> able = [.. wanted.Where(a => Ha1Of(account, a) is not null)];
        return able.IsEmpty ? SipAccount.UsualAlgorithms : able;
    }

    /// <summary>baresip with libre before 2.0 refuses the whole answer when any challenge in it names an algorithm but MD5 ("Function not implemented").</summary>
    private static bool FailsAtUnknownAlgorithms(SipMessage request)
    {
        var agent = request.Header(HeaderId.UserAgent);
        return agent.StartsWith("baresip v1."u8) || agent.StartsWith("baresip v0."u8);
    }

    /// <summary>JsSIP keeps the last of several challenges and knows MD5 only: it would give up at the second.</summary>
    private static bool IsFromBrowser(SipMessage request) => Via.TryParse(request.Header(HeaderId.Via), out var via) && (SipText.Is(via.Transport, "WS"u8) || SipText.Is(via.Transport, "WSS"u8));
}
