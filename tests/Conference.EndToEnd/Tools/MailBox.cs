using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Conference.EndToEnd.Tools;

/// <summary>A real mail server on loopback that keeps what it receives, its calendars read by a parser that is not ours.</summary>
public sealed class MailBox : IAsyncDisposable
{
    public const string User = "conference", Password = "let me send";

    private readonly TempFolder _folder;
    private readonly Child _process;
    private readonly HttpClient _http;

    private MailBox(TempFolder folder, Child process, int firstPort)
    {
        (_folder, _process, PlainPort) = (folder, process, firstPort);
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{firstPort + 3}") };
    }

    /// <summary>Mail in the clear.</summary>
    public int PlainPort { get; }

    /// <summary>STARTTLS is offered; logging in is refused without it.</summary>
    public int StartTlsPort => PlainPort + 1;

    /// <summary>TLS from the first byte.</summary>
    public int TlsPort => PlainPort + 2;

    /// <summary>The certificate that a sender must trust (SSL_CERT_FILE), in PEM.</summary>
    public string Certificate => _folder.File("cert.pem");

    public static async Task<MailBox> Open()
    {
        var folder = new TempFolder("mail");
        await WriteCertificate(folder);
        var port = Ports.Free(4);
        var process = Child.Start("node", [Path.Combine(Repository.Support, "mailbox.js"), $"{port}", folder.File("cert.pem"), folder.File("key.pem")]);
        await process.Says(line => line == "ready", TimeSpan.FromSeconds(20));
        return new MailBox(folder, process, port);
    }

    /// <summary>Everything received so far.</summary>
    public async Task<IReadOnlyList<Mail>> Messages() => await _http.GetFromJsonAsync<List<Mail>>("/messages") ?? [];

    /// <summary>Waits for a mail.</summary>
    public async Task<Mail> Receives(Func<Mail, bool> which, TimeSpan within)
    {
        Mail? mail = null;
        await Eventually.True(async () => (mail = (await Messages()).FirstOrDefault(which)) is not null, within, () => $"a mail; the server said {_process.Log}");
        return mail!;
    }

    /// <summary>Answers every recipient with this SMTP code, until called with 0.</summary>
    public async Task Refuse(int code) => (await _http.PostAsync($"/refuse?code={code}", null)).EnsureSuccessStatusCode();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task WriteCertificate(TempFolder folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await File.WriteAllTextAsync(folder.File("cert.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(folder.File("key.pem"), key.ExportPkcs8PrivateKeyPem());
    }
}

/// <summary>A mail as it arrived.</summary>
/// <param name="Encrypted">Whether it came over TLS.</param>
/// <param name="User">Who logged in to send it, if anybody.</param>
/// <param name="Types">Content types: of the whole, then of the parts that are neither its text nor its HTML.</param>
public sealed record Mail(
    string From,
    IReadOnlyList<string> To,
    bool Encrypted,
    string? User,
    string Subject,
    string Text,
    string Html,
    IReadOnlyList<string> Types,
    IReadOnlyList<CalendarEntry> Calendars);

/// <summary>What a calendar program would take from an iCalendar part.</summary>
/// <param name="Zones">The VTIMEZONEs that came along.</param>
/// <param name="StartZone">The zone that the start is written in.</param>
/// <param name="Text">The part itself.</param>
public sealed record CalendarEntry(
    string? Method,
    string Uid,
    int Sequence,
    string Summary,
    string Description,
    string Location,
    string Status,
    string Organizer,
    IReadOnlyList<string> Attendees,
    IReadOnlyList<string> Zones,
    DateTime Start,
    DateTime End,
    string StartZone,
    string Text);
