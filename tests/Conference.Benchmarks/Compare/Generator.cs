using System.Globalization;

namespace Conference.Benchmarks.Compare;

/// <summary>The load generator: a C program in a folder with its speech files, compiled when it is first needed.</summary>
internal sealed class Generator
{
    private const int Core = 1;
    private const int FirstPort = 61000; // above those that the system lends
    private const string Local = "127.0.0.2";

    private readonly string _folder;
    private readonly string _program;

    private Generator(string folder, string program, bool hasCodecs) => (_folder, _program, HasCodecs) = (folder, program, hasCodecs);

    /// <summary>Whether it speaks G.722 and Opus.</summary>
    public bool HasCodecs { get; }

    /// <summary>Compiles it, with G.722 and Opus where their headers are installed.</summary>
    /// <exception cref="InvalidOperationException">It is not there, or cannot be compiled; the message says what to do.</exception>
    public static Generator Build(string? folder)
    {
        if (folder is null) throw new InvalidOperationException("Where is the load generator? Name the folder with loadgen.c and its speech files as an argument or in CONFERENCE_LOADGEN.");
        var source = Path.Combine(folder, "loadgen.c");
        if (!File.Exists(source)) throw new InvalidOperationException($"There is no {source}: CONFERENCE_LOADGEN must name the folder of the load generator.");
        var program = Path.Combine(Path.GetTempPath(), $"conference-loadgen-{Environment.ProcessId}");
        string[] compile = ["gcc", "-O2", "-march=native", "-w", "-o", program, source, "-lm"];
        if (Tools.Run([.. compile, "-lspandsp", "-lopus"]).IsGood) return new Generator(folder, program, hasCodecs: true);
        var (isGood, errors) = Tools.Run([.. compile, "-DNO_CODECS"]);
        if (!isGood) throw new InvalidOperationException($"The load generator cannot be compiled:\n{errors}");
        return new Generator(folder, program, hasCodecs: false);
    }

    /// <summary>Calls the site with so many phones, and measures for some seconds.</summary>
    public Row? Call(Site site, Shape shape, string codec, int participants, TimeSpan time) => Run(
    [
        "-t", $"127.0.0.1:{site.SipPort}", "-e", $"{Site.FirstRoom}", "-r", $"{shape.RoomSize}", "-T", $"{shape.Talkers}", "-C", codec,
        "-u", Site.User, "-w", Site.Secret, "--from", Site.User, "-P", $"{site.ProcessId}", "-n", $"{participants}", "-m", Seconds(time),
    ]);

    /// <summary>Sends the same packets to addresses from a file, without any signalling.</summary>
    public Row? Send(string addresses, int process, int participants, TimeSpan time) =>
        Run(["--static", addresses, "-x", "0", "-P", $"{process}", "-n", $"{participants}", "-m", Seconds(time)]);

    public void Delete() => File.Delete(_program);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    private Row? Run(IEnumerable<string> arguments)
    {
        string[] always = ["--local", Local, "-p", $"{FirstPort - 1}", "-b", $"{FirstPort}", "-a", _folder, "-c", "50", "-s", "3"];
        using var process = Tools.StartOn(Core, [_program, .. always, .. arguments], isUrgent: true);
        var errors = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (errors.Result.Length > 0) Console.WriteLine(errors.Result.Trim());
        return Row.Read(text);
    }
}
