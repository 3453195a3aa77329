using System.Collections.Concurrent;
using System.Diagnostics;

namespace Conference.EndToEnd.Tools;

/// <summary>A process of its own that a story needs: what it said is kept, and it never outlives the story.</summary>
public sealed class Child : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _said = new();

    private Child(Process process) => _process = process;

    public int Id => _process.Id;

    public bool IsRunning => !_process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>What it took of all cores together.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Everything it printed so far, both streams.</summary>
    public string Log => string.Join('\n', _said);

    public static Child Start(string file, IEnumerable<string> arguments, string? folder = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;

        var child = new Child(new Process { StartInfo = start });
        child.Listen();
        return child;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it printed.</exception>
    public static async Task<string> Run(string file, params string[] arguments)
    {
        await using var child = Start(file, arguments);
        await child._process.WaitForExitAsync();
        return child.ExitCode == 0 ? child.Log : throw new InvalidOperationException($"{file} ended with {child.ExitCode}: {child.Log}");
    }

    /// <summary>Types a line into it.</summary>
    public async Task Type(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits until it ends by itself.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> Ends(TimeSpan within)
    {
        using var patience = new CancellationTokenSource(within);
        try
        {
            await _process.WaitForExitAsync(patience.Token); // its last words included
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Waited {within.TotalSeconds} s in vain for the end of {_process.StartInfo.FileName}; it said\n{Log}");
        }

        return ExitCode;
    }

    /// <summary>Waits for a line that was, or will be, printed.</summary>
    public async Task<string> Says(Func<string, bool> what, TimeSpan within)
    {
        string? line = null;
        await Eventually.True(() => (line = _said.FirstOrDefault(what)) is not null || !IsRunning, within, () => $"a line of {_process.StartInfo.FileName}; it said\n{Log}");
        return line ?? throw new InvalidOperationException($"{_process.StartInfo.FileName} ended: {Log}");
    }

    /// <summary>SIGKILL: no goodbye, nothing written.</summary>
    public async Task Kill()
    {
        if (IsRunning) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP, and SIGCONT after a while.</summary>
    public async Task StandsStill(TimeSpan length)
    {
        await Run("kill", "-STOP", $"{Id}");
        await Task.Delay(length);
        await Run("kill", "-CONT", $"{Id}");
    }

    /// <summary>SIGTERM, and SIGKILL when that is not heard.</summary>
    public async Task Stop(TimeSpan grace)
    {
        if (!IsRunning) return;
        using (var kill = Process.Start("kill", ["-TERM", $"{Id}"])) await kill.WaitForExitAsync();
        using var patience = new CancellationTokenSource(grace);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            await Kill();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        _process.Dispose();
    }

    private void Listen()
    {
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private void Hear(string? line)
    {
        if (line is not null) _said.Enqueue(line);
    }
}
