using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Conference.Web.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Conference.Web.Tests.Hosting;

public sealed class SipCertificateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("conference-tls-").FullName;
    private readonly Clock _clock = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string file) => Path.Combine(_folder, file);

    private SipCertificate Open(SipOptions options) => new(
        Options.Create(options), new ConfigurationBuilder().AddInMemoryCollection([new("Conference:DataDirectory", _folder)]).Build(), _clock, NullLogger<SipCertificate>.Instance);

    private static (string Certificate, string Key, byte[] Pfx) Make(string name, string? password = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var made = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(90));
        var pem = password is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 10_000));
        return (made.ExportCertificatePem(), pem, made.Export(X509ContentType.Pkcs12, password));
    }

    private static string Check(SipOptions options) => new SipCertificateCheck().Validate(null, options).FailureMessage ?? "";

    [Fact]
    public void Without_one_of_your_own_one_is_made_and_kept_for_the_next_start()
    {
        using var first = Open(new SipOptions { AdvertisedAddress = "192.0.2.7" });
        using var second = Open(new SipOptions { AdvertisedAddress = "192.0.2.7" });

        Assert.Equal(first.Thumbprint, second.Thumbprint);
        Assert.True(first.For("").TargetCertificate.MatchesHostname("192.0.2.7"));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(At("sip-certificate.pem")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("geheim")]
    public void PEM_with_its_key_beside_and_PFX_are_read(string? password)
    {
        var (certificate, key, pfx) = Make("pbx.example", password);
        File.WriteAllText(At("c.pem"), certificate);
        File.WriteAllText(At("k.pem"), key);
        File.WriteAllBytes(At("c.pfx"), pfx);

        using var pem = Open(new SipOptions { Certificate = At("c.pem"), CertificateKey = At("k.pem"), CertificatePassword = password });
        using var binary = Open(new SipOptions { Certificate = At("c.pfx"), CertificatePassword = password });

        Assert.Equal(pem.Thumbprint, binary.Thumbprint);
        Assert.True(pem.For("").TargetCertificate.HasPrivateKey);
    }

    [Fact]
    public void A_file_that_changed_is_used_and_a_broken_one_leaves_the_former()
    {
        var at = DateTime.UtcNow.AddHours(-1);
        Write(MakePem("one.example"), at);
        using var shown = Open(new SipOptions { Certificate = At("c.pem") });
        var first = shown.Thumbprint;

        Write(MakePem("two.example"), at.AddMinutes(1));
        _clock.Tick();
        var second = shown.Thumbprint;
        Assert.NotEqual(first, second);

        Write("-----BEGIN CERTIFICATE-----\nhalf", at.AddMinutes(2));
        _clock.Tick();
        Assert.Equal(second, shown.Thumbprint);
    }

    [Fact]
    public void A_file_that_could_not_be_used_is_tried_again_though_it_looks_the_same()
    {
        var at = DateTime.UtcNow.AddHours(-1);
        Write(MakePem("one.example"), at);
        using var shown = Open(new SipOptions { Certificate = At("c.pem") });
        var first = shown.Thumbprint;

        var next = MakePem("two.example");
        Write(new string('x', next.Length), at.AddMinutes(1));
        _clock.Tick();
        Assert.Equal(first, shown.Thumbprint);

        Write(next, at.AddMinutes(1));
        _clock.Tick();
        Assert.NotEqual(first, shown.Thumbprint);
    }

    [Fact]
    public void A_peer_is_shown_the_certificate_for_the_name_it_asks_for_and_a_trunk_the_one_meant_for_it()
    {
        File.WriteAllText(At("usual.pem"), MakePem("pbx.example"));
        File.WriteAllText(At("sbc.pem"), MakePem("sbc.example.org"));
        using var shown = Open(new SipOptions { Certificate = At("usual.pem"), Certificates = [new MoreCertificate { Certificate = At("sbc.pem"), Trunks = "teams, other" }] });

        Assert.True(shown.For("sbc.example.org").TargetCertificate.MatchesHostname("sbc.example.org"));
        foreach (var name in new[] { "", "pbx.example", "unknown.example" }) Assert.Equal(shown.Thumbprint, shown.For(name).TargetCertificate.GetCertHashString(HashAlgorithmName.SHA256));
        Assert.Same(shown.For("sbc.example.org"), shown.ForTrunk("Teams"));
        Assert.Null(shown.ForTrunk("provider"));
    }

    [Fact]
    public void Each_of_several_is_read_again_when_its_file_changes()
    {
        File.WriteAllText(At("usual.pem"), MakePem("pbx.example"));
        var at = DateTime.UtcNow.AddHours(-1);
        Write(MakePem("sbc.example.org"), at);
        using var shown = Open(new SipOptions { Certificate = At("usual.pem"), Certificates = [new MoreCertificate { Certificate = At("c.pem") }] });
        var before = shown.For("sbc.example.org");

        Write(MakePem("sbc.example.org"), at.AddMinutes(1));
        _clock.Tick();

        Assert.NotEqual(before.TargetCertificate.Thumbprint, shown.For("sbc.example.org").TargetCertificate.Thumbprint);
    }

    [Fact]
    public void One_of_several_that_cannot_be_used_is_named_by_its_place() =>
        Assert.StartsWith(
            $"Conference:Sip:Certificates:0:Certificate '{At("missing.pem")}' cannot be used. ",
            Check(new SipOptions { Certificates = [new MoreCertificate { Certificate = At("missing.pem") }] }),
            StringComparison.Ordinal);

    private static string MakePem(string name)
    {
        var (certificate, key, _) = Make(name);
        return $"{certificate}\n{key}\n"; // each label stands on a line of its own (RFC 7468 §3)
    }

    /// <summary>With a time of its own: two writes may fall into one tick of the file system.</summary>
    private void Write(string pem, DateTime at)
    {
        File.WriteAllText(At("c.pem"), pem);
        File.SetLastWriteTimeUtc(At("c.pem"), at);
    }

    [Fact]
    public void What_cannot_be_used_stops_the_start_with_a_sentence()
    {
        var (certificate, _, _) = Make("pbx.example");
        File.WriteAllText(At("c.pem"), certificate);
        File.WriteAllText(At("junk.pfx"), "junk");

        Assert.Equal("", Check(new SipOptions()));
        foreach (var file in new[] { "c.pem", "junk.pfx", "missing.pem" })
            Assert.StartsWith($"Conference:Sip:Certificate '{At(file)}' cannot be used. ", Check(new SipOptions { Certificate = At(file) }), StringComparison.Ordinal);
    }

    /// <summary>The one timer fires when the test says so.</summary>
    private sealed class Clock : TimeProvider
    {
        private TimerCallback? _callback;

        public void Tick() => _callback!(null);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _callback = callback;
            return new Quiet();
        }

        private sealed class Quiet : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() { }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
