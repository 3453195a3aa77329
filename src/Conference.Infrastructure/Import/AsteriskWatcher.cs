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

    /// <summary>Folder with <c>meetme.conf</c>, <c>sip.conf</c> and <c>extensions.conf</c>; empty for none.</summary>
    public string Directory { get; init; } = "";
}

/// <summary>Re-reads the files when they change, without a restart and without touching live calls.</summary>
/// <remarks>
/// Looks once a second: file notifications are lost on network drives and by editors that replace a file. A change is taken over once it has stood
/// for a second, so nobody meets a file that is half written; a file that is away keeps its last content until it has been away for ten.
/// </remarks>
public sealed partial class AsteriskWatcher(IOptions<AsteriskOptions> options, DialBook numbers, DigestRealm realm, TimeProvider time, ILogger<AsteriskWatcher> log) : BackgroundService
{
    /// <summary>More than any real file has.</summary>
    private const long LargestFile = 1 << 20;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private const int LooksUntilGone = 10;

    private readonly Dictionary<string, (DateTime Written, long Length)> _seen = [];
    private readonly Dictionary<string, (DateTime Written, long Length)> _settling = [];
    private readonly Dictionary<string, int> _away = [];
    private readonly Dictionary<string, string> _texts = [];

    /// <summary>Reads what changed before the last look and has not changed since.</summary>
    /// <param name="atOnce">At start: there is nothing yet that a half-written file could take away.</param>
    /// <returns>Whether anything was taken over.</returns>
    public bool Look(bool atOnce = false)
    {
        if (options.Value.Directory is not { Length: > 0 } folder) return false;
        var changed = AsteriskFiles.Names.Count(name => TakeOver(folder, name, atOnce)) > 0;
        if (!changed) return false;

        var plan = AsteriskFiles.Read(realm.Value, _texts);
        foreach (var problem in plan.Problems.Except(numbers.Plan.Problems)) Problem(log, problem.File, problem.Line, problem.Sentence);
        numbers.Use(plan);
        TookOver(log, plan.Rooms.Length, plan.Devices.Length, plan.Numbers.Length, plan.Problems.Length);
        return true;
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Directory is { Length: > 0 } folder && !Directory.Exists(folder)) Missing(log, folder);
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
        }
        catch (Exception e)
        {
            Failed(log, e);
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
                if (_seen.TryAdd(name, (file.LastWriteTimeUtc, file.Length))) TooLarge(log, name);
                return false;
            }

            var text = File.ReadAllText(file.FullName);
            _seen[name] = (file.LastWriteTimeUtc, file.Length);
            var isNew = _texts.GetValueOrDefault(name) != text;
            _texts[name] = text;
            return isNew;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Unreadable(log, name, e.Message);
            return false;
        }
    }

    private bool IsGone(string name)
    {
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "Conference:Asterisk:Directory is '{Folder}', and there is no such folder. It is read as soon as it is there.")]
    private static partial void Missing(ILogger log, string folder);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File} is larger than 1 MB and is not read.")]
    private static partial void TooLarge(ILogger log, string file);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{File} cannot be read: {Why}")]
    private static partial void Unreadable(ILogger log, string file, string why);
}
