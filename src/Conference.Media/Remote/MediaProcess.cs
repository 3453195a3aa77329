using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Conference.Media.Sessions;

namespace Conference.Media.Remote;

/// <summary>Told when the media process comes and goes.</summary>
public interface IMediaProcessWatcher
{
    void Started(int process);

    /// <param name="why">A sentence.</param>
    /// <param name="pause">Until it is started again.</param>
    void Ended(string why, TimeSpan pause);
}

/// <summary>The engine in a process of its own: the same program, started with one word.</summary>
public static class MediaProcess
{
    private const string Word = "--media-worker";

    /// <summary>Whether this process was started to be the engine of another.</summary>
    public static bool IsAskedFor(string[] args) => args is [Word];

    /// <summary>Starts this program again as the engine.</summary>
    /// <param name="options">As for an engine of this process.</param>
    /// <param name="watcher">Told of every start and end.</param>
    public static IMediaEngine Start(MediaOptions options, IMediaProcessWatcher watcher, TimeProvider time) =>
        new RemoteEngine(options, () => new Child(), watcher, time);

    /// <summary>Is the engine, until whoever started it is gone.</summary>
    public static async Task ServeAsync()
    {
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ignore);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ignore);
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        Console.SetOut(Console.Error); // the line is no place for anything else
        using var host = new EngineHost(input, output, options => new MediaEngine(options, TimeProvider.System));
        await host.RunAsync();
    }

    /// <summary>Signals reach the whole family at once; the portal decides, because callers are to hear a last word.</summary>
    private static void Ignore(PosixSignalContext signal) => signal.Cancel = true;

    private sealed class Child : IEngineProcess
    {
        private readonly Process _process;

        public Child()
        {
            _process = Process.Start(Again())!;
            Exited = _process.WaitForExitAsync();
        }

        public int Id => _process.Id;

        public Stream Input => _process.StandardOutput.BaseStream;

        public Stream Output => _process.StandardInput.BaseStream;

        public Task Exited { get; }

        public void Dispose()
        {
            try
            {
                _process.Kill();
            }
            catch (InvalidOperationException)
            {
                // it has gone by itself
            }
        }

        /// <summary>A small heap that is never cleaned in the background: nothing there is worth waking the collector for.</summary>
        private static ProcessStartInfo Again()
        {
            var program = Environment.ProcessPath!;
            var again = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
            if (Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase)) again.ArgumentList.Add(Assembly.GetEntryAssembly()!.Location);
            again.ArgumentList.Add(Word);
            again.Environment["DOTNET_gcServer"] = "0";
            again.Environment["DOTNET_gcConcurrent"] = "0";
            return again;
        }
    }
}
