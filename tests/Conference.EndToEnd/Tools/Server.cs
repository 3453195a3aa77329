using System.Globalization;
using System.Text.RegularExpressions;

namespace Conference.EndToEnd.Tools;

/// <summary>The built product in a process of its own, on a data folder that survives its restarts.</summary>
public sealed partial class Server : IAsyncDisposable
{
    public const string AdminPassword = "Correct-Horse-7-Battery";

    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new("server");
    private readonly Dictionary<string, string> _settings;
    private readonly Dictionary<string, string> _environment;
    private readonly int _http = Ports.Free();
    private readonly int _sip = Ports.Free(2); // TLS has the neighbour
    private Child? _process;

    private Server(IReadOnlyDictionary<string, string> settings, IReadOnlyDictionary<string, string> environment, int audioPorts)
    {
        var (first, last) = Ports.Audio(audioPorts);
        _settings = new(settings.ToDictionary(s => s.Key, s => s.Value.Replace("{sip}", $"{_sip}", StringComparison.Ordinal)))
        {
            ["urls"] = Url,
            ["Conference:DataDirectory"] = Data,
            ["Conference:Sip:Listen:0"] = $"udp://{Sip}",
            ["Conference:Sip:Listen:1"] = $"tcp://{Sip}",
            ["Conference:Sip:Listen:2"] = $"tls://{SipTls}",
            ["Conference:Media:Ports"] = $"{first}-{last}",
            ["Conference:Media:SharedPort"] = $"{Ports.Free()}",
        };
        _environment = new(environment) { ["ASPNETCORE_ENVIRONMENT"] = "Production" };
    }

    public string Url => $"http://{Web}";

    /// <summary>Host and port of the pages.</summary>
    public string Web => $"127.0.0.1:{_http}";

    /// <summary>Where phones register and call, by UDP and by TCP.</summary>
    public string Sip => $"127.0.0.1:{_sip}";

    /// <summary>The same by TLS.</summary>
    public string SipTls => $"127.0.0.1:{_sip + 1}";

    /// <summary>Its port.</summary>
    public int SipPort => _sip;

    /// <summary>The data directory: database, recordings, keys.</summary>
    public string Data => _folder.Folder("data");

    /// <summary>What the running process printed.</summary>
    public string Log => _process?.Log ?? "";

    public Child Process => _process ?? throw new InvalidOperationException("The server is not running.");

    /// <summary>Starts the product and waits until it says that it is ready.</summary>
    /// <param name="settings">Beyond those every story needs, such as Conference:Mail:Host; {sip} in a value becomes the port phones use.</param>
    /// <param name="audioPorts">Two for each call at a time.</param>
    public static async Task<Server> Start(IReadOnlyDictionary<string, string>? settings = null, IReadOnlyDictionary<string, string>? environment = null, int audioPorts = 200)
    {
        var server = new Server(settings ?? new Dictionary<string, string>(), environment ?? new Dictionary<string, string>(), audioPorts);
        await server.Run();
        return server;
    }

    /// <summary>The power fails: SIGKILL.</summary>
    public Task Kill() => Process.Kill();

    /// <summary>Starts it on the data it left behind.</summary>
    /// <returns>How long it took to be ready.</returns>
    public async Task<TimeSpan> Run()
    {
        if (_process is not null) await _process.DisposeAsync();
        var arguments = _settings.Select(setting => $"--{setting.Key}={setting.Value}");
        _process = Child.Start("dotnet", [Repository.Web, .. arguments], Data, _environment);
        using var http = new HttpClient { BaseAddress = new Uri(Url), Timeout = TimeSpan.FromSeconds(5) };
        return await Eventually.True(() => IsReady(http), StartTime, () => $"the server to be ready; it said\n{Log}");
    }

    /// <summary>The one-time link that a first start without a password prints.</summary>
    public async Task<Uri> FirstRunLink()
    {
        var line = await Process.Says(text => SetupLink().IsMatch(text), TimeSpan.FromSeconds(10));
        return new Uri(new Uri(Url), new Uri(SetupLink().Match(line).Value).PathAndQuery);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.Stop(TimeSpan.FromSeconds(15));
            await _process.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task<bool> IsReady(HttpClient http)
    {
        if (!Process.IsRunning) throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"The server ended with {Process.ExitCode}:\n{Log}"));
        try
        {
            using var answer = await http.GetAsync("/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (Exception notYet) when (notYet is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    [GeneratedRegex("https?://[^ ]*/setup[^ ]*", RegexOptions.IgnoreCase)]
    private static partial Regex SetupLink();
}
