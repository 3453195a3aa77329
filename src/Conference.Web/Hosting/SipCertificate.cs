using System.Net.Security;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Conference.Web.Hosting;

/// <summary>What TLS phones are shown: the operator's certificate or one made here; read again when the file changes, without a restart.</summary>
public sealed partial class SipCertificate : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Soon = TimeSpan.FromDays(30);

    private readonly CertificateFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private string _version = "";
    private string _refused = "";
    private DateTimeOffset _warned;
    private volatile SslStreamCertificateContext _current;

    public SipCertificate(IOptions<SipOptions> options, IConfiguration settings, TimeProvider time, ILogger<SipCertificate> log)
    {
        (_time, _log) = (time, log);
        var isOwn = string.IsNullOrEmpty(options.Value.Certificate);
        _files = isOwn ? OwnCertificate.In(settings["Conference:DataDirectory"]!, options.Value.AdvertisedAddress, time.GetUtcNow()) : options.Value.CertificateFiles!;
        _version = _files.Version();
        _current = _files.Load();
        if (isOwn) SelfSigned(log, _files.Certificate, Thumbprint);
        WarnOfExpiry();
        _timer = time.CreateTimer(_ => Refresh(), null, Look, Look);
    }

    /// <summary>SHA-256 of the certificate in use.</summary>
    public string Thumbprint => _current.TargetCertificate.GetCertHashString(HashAlgorithmName.SHA256);

    /// <summary>The certificate for a name a phone asked for (SNI); there is one for all.</summary>
    public SslStreamCertificateContext For(string name) => _current;

    public void Dispose() => _timer.Dispose();

    private void Refresh()
    {
        WarnOfExpiry();
        var version = _files.Version();
        if (version == _version) return;
        try
        {
            _current = _files.Load();
            _version = version;
            Changed(_log, _files.Certificate, Thumbprint);
        }
        catch (InvalidOperationException e)
        {
            if (version != _refused) Kept(_log, e.Message);
            _refused = version; // tried again at each look, told once: it may be half written, or not yet ours to read
        }
    }

    private void WarnOfExpiry()
    {
        var now = _time.GetUtcNow();
        var end = new DateTimeOffset(_current.TargetCertificate.NotAfter);
        if (end - now > Soon || now - _warned < TimeSpan.FromDays(1)) return;
        _warned = now;
        Expires(_log, _files.Certificate, end);
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
        if (options.CertificateFiles is not { } files) return ValidateOptionsResult.Success;
        try
        {
            files.Load();
            return ValidateOptionsResult.Success;
        }
        catch (InvalidOperationException e)
        {
            return ValidateOptionsResult.Fail(e.Message);
        }
    }
}
