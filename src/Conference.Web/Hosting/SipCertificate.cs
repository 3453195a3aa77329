using System.Net.Security;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Conference.Web.Hosting;

/// <summary>
/// What TLS peers are shown: the operator's certificates or one made here, chosen by the name they ask for (SNI), or by the trunk whose server
/// asks; read again when a file changes, without a restart.
/// </summary>
public sealed partial class SipCertificate : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Soon = TimeSpan.FromDays(30);

    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private readonly Watched _usual;
    private readonly Watched[] _others;

    public SipCertificate(IOptions<SipOptions> options, IConfiguration settings, TimeProvider time, ILogger<SipCertificate> log)
    {
        (_time, _log) = (time, log);
        var isOwn = string.IsNullOrEmpty(options.Value.Certificate);
        var files = isOwn ? OwnCertificate.In(settings["Conference:DataDirectory"]!, options.Value.AdvertisedAddress, time.GetUtcNow()) : options.Value.CertificateFiles!;
        _usual = new Watched(files, []);
        _others = [.. options.Value.MoreCertificates.Select(c => new Watched(c.Files, c.Trunks))];
        if (isOwn) SelfSigned(log, files.Certificate, Thumbprint);
        foreach (var one in _others.Prepend(_usual)) WarnOfExpiry(one);
        _timer = time.CreateTimer(_ => Refresh(), null, Look, Look);
    }

    /// <summary>SHA-256 of the usual certificate.</summary>
    public string Thumbprint => _usual.Thumbprint;

    /// <summary>The certificate for a name a peer asked for (SNI): the first that is for it, or the usual one.</summary>
    public SslStreamCertificateContext For(string name) =>
        (name.Length > 0 ? _others.FirstOrDefault(c => c.Current.TargetCertificate.MatchesHostname(name)) ?? _usual : _usual).Current;

    /// <summary>The certificate that a trunk's servers are shown when they ask who we are, or <see langword="null"/> for the usual one.</summary>
    public SslStreamCertificateContext? ForTrunk(string trunk) => _others.FirstOrDefault(c => c.Trunks.Contains(trunk, StringComparer.OrdinalIgnoreCase))?.Current;

    public void Dispose() => _timer.Dispose();

    private void Refresh()
    {
        foreach (var one in _others.Prepend(_usual)) Refresh(one);
    }

    private void Refresh(Watched one)
    {
        WarnOfExpiry(one);
        var version = one.Files.Version();
        if (version == one.Version) return;
        try
        {
            one.Take(version);
            Changed(_log, one.Files.Certificate, one.Thumbprint);
        }
        catch (InvalidOperationException e)
        {
            if (version != one.Refused) Kept(_log, e.Message);
            one.Refused = version; // tried again at each look, told once: it may be half written, or not yet ours to read
        }
    }

    private void WarnOfExpiry(Watched one)
    {
        var now = _time.GetUtcNow();
        var end = new DateTimeOffset(one.Current.TargetCertificate.NotAfter);
        if (end - now > Soon || now - one.Warned < TimeSpan.FromDays(1)) return;
        one.Warned = now;
        Expires(_log, one.Files.Certificate, end);
    }

    /// <summary>One certificate on disk and what was read of it last.</summary>
    private sealed class Watched
    {
        private volatile SslStreamCertificateContext _current = null!;

        public Watched(CertificateFiles files, string[] trunks)
        {
            (Files, Trunks) = (files, trunks);
            Take(files.Version());
        }

        public CertificateFiles Files { get; }

        public string[] Trunks { get; }

        public SslStreamCertificateContext Current => _current;

        public string Version { get; private set; } = "";

        public string Refused { get; set; } = "";

        public DateTimeOffset Warned { get; set; }

        public string Thumbprint => _current.TargetCertificate.GetCertHashString(HashAlgorithmName.SHA256);

        /// <exception cref="InvalidOperationException">It cannot be used; what was read before stays.</exception>
        public void Take(string version)
        {
            _current = Files.Load();
            Version = version;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "No certificate is set (Conference:Sip:Certificate), so TLS phones are shown {Path}, which vouches for itself (SHA-256 {Thumbprint}). Tell them to accept it, or set one of your own.")]
    private static partial void SelfSigned(ILogger log, string path, string thumbprint);

    [LoggerMessage(Level = LogLevel.Information, Message = "The certificate {Path} has changed; new TLS connections are shown it (SHA-256 {Thumbprint}).")]
    private static partial void Changed(ILogger log, string path, string thumbprint);

    [LoggerMessage(Level = LogLevel.Error, Message = "The certificate has changed and the former one stays in use. {Why}")]
    private static partial void Kept(ILogger log, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The certificate {Path} ends at {End}: TLS phones will refuse to talk to us.")]
    private static partial void Expires(ILogger log, string path, DateTimeOffset end);
}

/// <summary>A certificate that cannot be used is told at start, and not to the first phone.</summary>
public sealed class SipCertificateCheck : IValidateOptions<SipOptions>
{
    public ValidateOptionsResult Validate(string? name, SipOptions options)
    {
        string[] problems = [.. options.MoreCertificates.Select(c => c.Files).Prepend(options.CertificateFiles).OfType<CertificateFiles>().Select(ProblemOf).OfType<string>()];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static string? ProblemOf(CertificateFiles files)
    {
        try
        {
            files.Load();
            return null;
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }
}
