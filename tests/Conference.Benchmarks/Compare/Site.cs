using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Conference.Benchmarks.Compare;

/// <summary>The real server on a core of its own, with a data folder of its own, one phone account and many rooms without PIN.</summary>
internal sealed class Site : IDisposable
{
    public const string User = "crowd";
    public const string Secret = "crowd-secret";
    public const int FirstRoom = 6001;

    private const int Core = 0;
    private const int Rooms = 1000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _folder;
    private readonly StringBuilder _errors = new();

    private Site(Process process, string folder, int port) => (_process, _folder, SipPort) = (process, folder, port);

    public int SipPort { get; }

    /// <summary>Whose CPU is counted.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Builds the server as it is released.</summary>
    /// <returns>The program.</returns>
    /// <exception cref="InvalidOperationException">It does not build.</exception>
    public static string Build()
    {
        var project = Path.Combine(Root(), "src", "Conference.Web");
        var (isGood, text) = Tools.Run(["dotnet", "build", project, "-c", "Release", "-v", "q", "--nologo"]);
        if (!isGood) throw new InvalidOperationException($"The server does not build:\n{text}");
        return Path.Combine(project, "bin", "Release", "net10.0", "Conference.Web.dll");
    }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="program">What <see cref="Build"/> made.</param>
    /// <param name="ports">For audio.</param>
    /// <exception cref="InvalidOperationException">It does not start.</exception>
    public static Site Start(string program, string ports)
    {
        var folder = Directory.CreateTempSubdirectory("conference-compare").FullName;
        Prepare(folder);
        var port = FreePort();
        string[] settings =
        [
            "--urls", "http://127.0.0.1:0", $"--Conference:DataDirectory={folder}", $"--Conference:Asterisk:Directory={folder}",
            $"--Conference:Sip:Listen:0=udp://127.0.0.1:{port}", $"--Conference:Media:Ports={ports}",
        ];
        var site = new Site(Tools.StartOn(Core, ["dotnet", program, .. settings]), folder, port);
        site.WaitUntilReady();
        return site;
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Rooms and numbers as the files of Asterisk name them: quiet ones, so that every second of the run is conference.</summary>
    private static void Prepare(string folder)
    {
        var numbers = Enumerable.Range(FirstRoom, Rooms).ToList();
        File.WriteAllText(Path.Combine(folder, "sip.conf"), $"[{User}]\ntype=friend\nsecret={Secret}\nhost=dynamic\ncontext=rooms\n");
        File.WriteAllLines(Path.Combine(folder, "meetme.conf"), numbers.Select(n => $"conf => {n}").Prepend("[rooms]"));
        File.WriteAllLines(Path.Combine(folder, "extensions.conf"), numbers.Select(n => $"exten => {n},1,MeetMe({n},q)").Prepend("[rooms]"));
    }

    private void WaitUntilReady()
    {
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _process.EnableRaisingEvents = true;
        _process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"The server does not start:\n{_errors}"));
        _process.ErrorDataReceived += (_, line) => _errors.AppendLine(line.Data);
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.Contains("is ready", StringComparison.Ordinal) == true) ready.TrySetResult();
        };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        ready.Task.WaitAsync(s_patience).GetAwaiter().GetResult();
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Conference.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The server's sources are not above this program.");
    }
}
