namespace Conference.Sip.Resolver;

/// <summary>Finds the SIP address behind a telephone number in the DNS (RFC 6116).</summary>
public interface IEnumDirectory
{
    /// <param name="e164">The number with country code; a leading + and separators are passed over.</param>
    /// <param name="suffix">The tree to look in, for instance <c>e164.arpa</c>.</param>
    /// <returns>A <c>sip:</c> or <c>sips:</c> URI, or <see langword="null"/> when there is none or nobody answers within 2 s.</returns>
    Task<string?> FindAsync(string e164, string suffix, CancellationToken cancel);
}
