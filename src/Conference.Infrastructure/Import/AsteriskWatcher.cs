using Conference.Core.Calls;
using Conference.Infrastructure.Accounts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Conference.Infrastructure.Import;

/// <summary>Where the three Asterisk files are.</summary>
public sealed record AsteriskOptions
{
    public const string Section = "Conference:Asterisk";

    /// <summary>Folder with <c>meetme.conf</c>, <c>sip.conf</c> and <c>extensions.conf</c>; empty for none. A relative path counts from the folder that holds <c>appsettings.json</c>.</summary>
    public string Directory { get; init; } = "";
}

/// <summary>Re-reads the files when they change, without a restart and without touching live calls.</summary>
/// <remarks>
/// Looks once a second: file notifications are lost on network drives and by editors that replace a file. A change is taken over once it has stood
/// for a second, so nobody meets a file that is half written; a file that is away keeps its last content until it has been away for ten.
/// </remarks>
public sealed partial class AsteriskWatcher(IOptions<AsteriskOptions> options, DialBook numbers, DigestRealm realm, TimeProvider time, ILogger<AsteriskWatcher> log) : BackgroundService
{
    /// <summary>Some twenty thousand phones with all their lines; more than any real file has.</summary>
    private const long LargestFile = 16 << 20;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private const int LooksUntilGone = 10;
    private const string FolderSetting = $"{AsteriskOptions.Section}:{nameof(AsteriskOptions.Directory)}";

    private readonly Dictionary<string, (DateTime Written, long Length)> _seen = [];
    private readonly Dictionary<string, (DateTime Written, long Length)> _settling = [];
    private readonly Dictionary<string, int> _away = [];
    private readonly Dictionary<string, string> _texts = [];
    private readonly SortedDictionary<string, ImportProblem> _troubles = new(StringComparer.Ordinal);
    private AsteriskPlan _read = AsteriskPlan.Empty;
    private string _failure = "";

    /// <summary>Reads what changed before the last look and has not changed since.</summary>
    /// <param name="atOnce">At start: there is nothing yet that a half-written file could take away.</param>
    /// <returns>Whether the words of a file were taken over.</returns>
    public bool Look(bool atOnce = false)
    {
        if (options.Value.Directory is not { Length: > 0 } folder) return false;
        var changed = AsteriskFiles.Names.Count(name => TakeOver(folder, name, atOnce)) > 0;
        LookAtFolder(folder);
        if (changed) _read = AsteriskFiles.Read(realm.Value, _texts);

        var plan = _read with { Problems = [.. _troubles.Values, .. _read.Problems] };
        if (!changed && plan.Problems.SequenceEqual(numbers.Plan.Problems)) return false;
        foreach (var problem in plan.Problems.Except(numbers.Plan.Problems)) Tell(problem);
        numbers.Use(plan);
        if (changed) TookOver(log, plan.Rooms.Length, plan.Devices.Length, plan.Numbers.Length, plan.Problems.Length);
        return changed;
    }

    private void LookAtFolder(string folder)
    {
        if (!Directory.Exists(folder)) Trouble(FolderSetting, $"'{folder}' is no folder, or may not be read. It is read as soon as it is there.");
        else if (_texts.Count == 0 && !AsteriskFiles.Names.Any(n => File.Exists(Path.Combine(folder, n)))) Trouble(FolderSetting, $"'{folder}' holds none of {string.Join(", ", AsteriskFiles.Names)}.");
        else _troubles.Remove(FolderSetting);
    }

    private void Trouble(string about, FormattableString sentence) => _troubles[about] = ImportSentence.Of(about, 0, sentence);

    private void Tell(ImportProblem problem)
    {
        if (problem.Line > 0) Problem(log, problem.File, problem.Line, problem.Sentence);
        else WholeFile(log, problem.File, problem.Sentence);
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        TryLook(atOnce: true); // numbers are known before the first call
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        try
        {
            using var timer = new PeriodicTimer(Pause, time);
            while (await timer.WaitForNextTickAsync(stopping)) TryLook();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    /// <summary>Whatever a file does to us, the house goes on with what it has.</summary>
    private void TryLook(bool atOnce = false)
    {
        try
        {
            Look(atOnce);
            _failure = "";
        }
        catch (Exception e)
        {
            if (e.Message != _failure) Failed(log, e); // once, not each second
            _failure = e.Message;
        }
    }

    private bool TakeOver(string folder, string name, bool atOnce)
    {
        try
        {
            var file = new FileInfo(Path.Combine(folder, name));
            if (!file.Exists) return IsGone(name);
            _away.Remove(name);
            var stamp = (file.LastWriteTimeUtc, file.Length);
            if (_seen.GetValueOrDefault(name) == stamp) return false;
            if (!atOnce && _settling.GetValueOrDefault(name) != stamp)
            {
                _settling[name] = stamp;
                return false;
            }

            if (file.Length > LargestFile)
            {
                _seen[name] = stamp;
                Trouble(name, $"It is larger than 16 MB and is not read; what it said before counts.");
                return false;
            }

            var text = File.ReadAllText(file.FullName);
            _seen[name] = stamp;
            _troubles.Remove(name);
            var isNew = _texts.GetValueOrDefault(name) != text;
            _texts[name] = text;
            return isNew;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Trouble(name, $"It cannot be read ({e.Message.TrimEnd('.')}); what it said before counts.");
            return false;
        }
    }

    private bool IsGone(string name)
    {
        _troubles.Remove(name);
        if (!_texts.ContainsKey(name) || (_away[name] = _away.GetValueOrDefault(name) + 1) < LooksUntilGone) return false;
        _seen.Remove(name);
        Gone(log, name);
        return _texts.Remove(name);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File} is no longer there; what it said counts no more.")]
    private static partial void Gone(ILogger log, string file);

    [LoggerMessage(Level = LogLevel.Error, Message = "The Asterisk files could not be taken over; the last good content stays.")]
    private static partial void Failed(ILogger log, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File} line {Line}: {Sentence}")]
    private static partial void Problem(ILogger log, string file, int line, string sentence);

    [LoggerMessage(Level = LogLevel.Information, Message = "Asterisk files: {Rooms} rooms, {Devices} phones, {Numbers} numbers, {Problems} lines not understood.")]
    private static partial void TookOver(ILogger log, int rooms, int devices, int numbers, int problems);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File}: {Sentence}")]
    private static partial void WholeFile(ILogger log, string file, string sentence);
}
