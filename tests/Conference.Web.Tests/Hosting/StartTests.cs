using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Conference.Infrastructure.Messaging;
using Conference.Web.Hosting;
using Microsoft.Extensions.Options;

namespace Conference.Web.Tests.Hosting;

/// <summary>Starts the built server with settings that cannot work, as an operator would, and reads what it says.</summary>
public sealed class StartTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly string _data = Directory.CreateTempSubdirectory("conference-start-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Theory]
    [InlineData("Conference:Sip:Listen", "--Conference:Sip:Listen=udp://127.0.0.1:0,nonsense")]
    [InlineData("Conference:Sip:DnsServers", "--Conference:Sip:DnsServers=ns.example.org")]
    [InlineData("Conference:Mail:Port cannot be 'abc': write a whole number.", "--Conference:Mail:Port=abc")]
    [InlineData("'nonsense'", "--urls=nonsense")]
    [InlineData("ConnectionStrings:Conference", "--Conference:Database:Provider=Postgres", "--ConnectionStrings:Conference=Host=x;Password=geheim;geheim")]
    [InlineData("127.0.0.1:1", "--Conference:Database:Provider=Postgres", "--ConnectionStrings:Conference=Host=127.0.0.1;Port=1;Username=x;Password=geheim;Database=c")]
    public Task A_wrong_setting_ends_the_start_with_its_sentence(string sentence, params string[] settings) => RefusesAsync(settings, [sentence]);

    [Fact]
    public Task Several_wrong_settings_are_all_named() =>
        RefusesAsync(["--Conference:Media:Ports=1", "--Conference:Media:Codecs=PCMA, PCMX", "--Conference:Media:Security=Dtls", "--Conference:Mail:Host=mail.example.org", "--Conference:TrustedProxies=10.0.0.5, proxy"], ["Conference:Media:Ports", "Conference:Media:Codecs", "Conference:Media:Security", "Conference:Mail:From", "Conference:TrustedProxies"]);

    [Fact]
    public async Task A_SIP_address_in_use_is_named()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        await RefusesAsync([$"--Conference:Sip:Listen=tcp://127.0.0.1:0 udp://{other.LocalEndPoint}"], [$"udp://{other.LocalEndPoint} is in use", "Conference:Sip:Listen"]);
    }

    [Fact]
    public async Task An_address_of_the_pages_in_use_is_named()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        await RefusesAsync([$"--urls=http://{other.LocalEndpoint}"], [$"http://{other.LocalEndpoint}", "--urls"]);
    }

    [Fact]
    public async Task A_missing_SQLite_is_named_with_its_package()
    {
        if (!OperatingSystem.IsLinux()) return;
        foreach (var name in new[] { "libsqlite3.so.0", "libsqlite3.so" }) await File.WriteAllTextAsync(Path.Combine(_data, name), ""); // found first, and no library

        await RefusesAsync([], ["libsqlite3-0"], ("LD_LIBRARY_PATH", _data));
    }

    [Theory]
    [InlineData("Port", "abc", "Conference:Mail:Port cannot be 'abc': write a whole number.")]
    [InlineData("Security", "SSL", "Conference:Mail:Security cannot be 'SSL': write None or StartTls or Tls.")]
    [InlineData("Timeout", "soon", "Conference:Mail:Timeout cannot be 'soon': write hours, minutes and seconds, for instance 00:00:30.")]
    [InlineData("AllowPasswordWithoutTls", "maybe", "Conference:Mail:AllowPasswordWithoutTls cannot be 'maybe': write true or false.")]
    public void A_word_that_is_none_of_its_kind_is_told_with_what_to_write(string key, string value, string sentence)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new($"{MailOptions.Section}:{key}", value)]).Build();

        var refused = Assert.ThrowsAny<Exception>(() => settings.GetSection(MailOptions.Section).Get<MailOptions>());

        Assert.Equal(sentence, StartFailure.Explain(refused));
    }

    [Fact]
    public void Several_failures_are_told_once_each_and_a_bug_among_them_keeps_its_stack_trace()
    {
        var wrong = new OptionsValidationException("", typeof(object), ["One.", "Two."]);

        Assert.Equal(string.Join(Environment.NewLine, "One.", "Two."), StartFailure.Explain(new AggregateException(wrong, wrong)));
        Assert.Null(StartFailure.Explain(new AggregateException(wrong, new ArgumentNullException("x"))));
    }

    private async Task RefusesAsync(string[] settings, string[] words, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, $"--Conference:DataDirectory={Path.Combine(_data, "data")}", .. Quiet(settings), .. settings])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var server = Process.Start(start)!;
        try
        {
            var (said, logged) = (server.StandardError.ReadToEndAsync(), server.StandardOutput.ReadToEndAsync());
            await server.WaitForExitAsync().WaitAsync(Patience);
            Judge(server.ExitCode, await said, await logged, words);
        }
        finally
        {
            if (!server.HasExited) server.Kill();
        }
    }

    private static void Judge(int exit, string said, string logged, string[] words)
    {
        Assert.All(words, w => Assert.Contains(w, said, StringComparison.Ordinal));
        Assert.All(said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), line => Assert.EndsWith(".", line, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", said + logged, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", said + logged, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", said + logged, StringComparison.Ordinal);
        Assert.Equal(1, exit);
    }

    /// <summary>Free ports wherever a test does not say otherwise.</summary>
    private static IEnumerable<string> Quiet(string[] settings)
    {
        if (!settings.Any(s => s.StartsWith("--urls", StringComparison.Ordinal))) yield return "--urls=http://127.0.0.1:0";
        if (!settings.Any(s => s.StartsWith("--Conference:Sip:Listen", StringComparison.Ordinal))) yield return "--Conference:Sip:Listen=udp://127.0.0.1:0";
    }
}
