using System.Collections.Immutable;
using System.Net;
using System.Threading.Channels;
using Conference.Infrastructure.Data;
using Conference.Sip.Registrar;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Conference.Infrastructure.Accounts;

/// <summary>Keeps registrations across restarts: written behind, in batches, so that signalling never waits.</summary>
/// <remarks>What a database that is away did not take is offered again until it has it, or until it is no longer worth anything.</remarks>
public sealed partial class BindingStore(IDbContextFactory<ConferenceDb> dbs, TimeProvider time, ILogger<BindingStore> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RefreshPause = TimeSpan.FromMinutes(1); // what is new is written at once, what is only later may wait
    private readonly Channel<(BindingChange Change, Binding Binding)> _changes =
        Channel.CreateBounded<(BindingChange, Binding)>(new BoundedChannelOptions(100_000) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly Dictionary<string, (BindingChange Change, Binding Binding)> _unwritten = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, DateTimeOffset> _writtenAt = new(StringComparer.OrdinalIgnoreCase);
    private bool _isAway;

    /// <summary>Notes a change; returns at once.</summary>
    public void Keep(BindingChange change, Binding binding)
    {
        if (!(binding.Contact + binding.CallId + binding.Instance + string.Concat(binding.Path)).Contains('\0', StringComparison.Ordinal)) _changes.Writer.TryWrite((change, binding)); // PostgreSQL takes none, and one bad row would cost the batch
    }

    /// <summary>Registrations of the last run that are still in time.</summary>
    public async Task<ImmutableArray<Binding>> LoadAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        await using var db = await dbs.CreateDbContextAsync(cancel);
        var rows = await db.Bindings.AsNoTracking().Where(b => b.ExpiresAt > now).ToListAsync(cancel);
        return [.. rows.Select(Read).OfType<Binding>()];
    }

    /// <summary>Writes all that is noted so far.</summary>
    public Task FlushAsync(CancellationToken cancel) => WriteAsync(_ => true, cancel);

    private async Task WriteAsync(Func<(BindingChange Change, Binding Binding), bool> isDue, CancellationToken cancel)
    {
        while (_changes.Reader.TryRead(out var change)) Note(change);
        var due = _unwritten.Values.Where(isDue).ToList();
        if (due.Count == 0) return;

        await using var db = await dbs.CreateDbContextAsync(cancel);
        db.ChangeTracker.AutoDetectChangesEnabled = false; // it would look through every row at every row
        foreach (var chunk in due.Chunk(500)) await StageAsync(db, chunk, cancel);
        db.ChangeTracker.DetectChanges();
        await db.SaveChangesAsync(cancel);
        foreach (var (change, binding) in due) Written(change, binding);
    }

    /// <summary>The latest counts; but something new stays new when it is refreshed before it was written.</summary>
    private void Note((BindingChange Change, Binding Binding) change)
    {
        var account = change.Binding.Account;
        var isOnlyLater = change.Change == BindingChange.Refreshed && _unwritten.TryGetValue(account, out var before);
        _unwritten[account] = isOnlyLater ? (_unwritten[account].Change, change.Binding) : change;
    }

    private void Written(BindingChange change, Binding binding)
    {
        _unwritten.Remove(binding.Account);
        if (change is BindingChange.Removed or BindingChange.Expired or BindingChange.Lost) _writtenAt.Remove(binding.Account);
        else _writtenAt[binding.Account] = time.GetUtcNow();
    }

    /// <summary>A mere refresh is worth a write a minute.</summary>
    private bool IsDue((BindingChange Change, Binding Binding) noted) =>
        noted.Change != BindingChange.Refreshed
        || !_writtenAt.TryGetValue(noted.Binding.Account, out var at)
        || time.GetUtcNow() - at >= RefreshPause;

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        while (await WaitAsync(stopping)) await TryWriteAsync(IsDue);
        await TryWriteAsync(_ => true);
    }

    private async Task<bool> WaitAsync(CancellationToken stopping)
    {
        try
        {
            if (_unwritten.Count == 0) await _changes.Reader.WaitToReadAsync(stopping);
            await Task.Delay(Pause, time, stopping);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task TryWriteAsync(Func<(BindingChange Change, Binding Binding), bool> isDue)
    {
        try
        {
            await WriteAsync(isDue, CancellationToken.None);
            _isAway = false;
        }
        catch (Exception e) // providers wrap what is wrong in exceptions of every kind, and none of them may end the house
        {
            if (!_isAway) NotKept(log, e);
            _isAway = true;
            ForgetWhatIsOver();
        }
    }

    /// <summary>A registration past its time is not read again at a start, so nothing is lost by never writing it.</summary>
    private void ForgetWhatIsOver()
    {
        var now = time.GetUtcNow();
        foreach (var (account, (_, binding)) in _unwritten)
            if (binding.ExpiresAt <= now) _unwritten.Remove(account);
    }

    private static async Task StageAsync(ConferenceDb db, (BindingChange Change, Binding Binding)[] chunk, CancellationToken cancel)
    {
        var accounts = chunk.Select(c => c.Binding.Account).ToList();
        var rows = await db.Bindings.Where(b => accounts.Contains(b.Account)).ToDictionaryAsync(b => b.Account, cancel);
        foreach (var (change, binding) in chunk) Stage(db, change, binding, rows.GetValueOrDefault(binding.Account));
    }

    private static void Stage(ConferenceDb db, BindingChange change, Binding binding, StoredBinding? row)
    {
        if (change is BindingChange.Removed or BindingChange.Expired or BindingChange.Lost)
        {
            if (row is not null && row.CallId == binding.CallId) db.Bindings.Remove(row);
            return;
        }

        if (row is null) db.Bindings.Add(row = new StoredBinding { Account = binding.Account, Contact = "", Transport = "", Remote = "", CallId = "" });
        (row.Contact, row.Transport, row.Remote) = (binding.Contact, binding.Transport, binding.Remote.ToString());
        (row.CallId, row.CSeq, row.UserAgent) = (binding.CallId, binding.CSeq, binding.UserAgent is null ? null : Plain.Line(binding.UserAgent));
        (row.RegisteredAt, row.ExpiresAt) = (binding.RegisteredAt, binding.ExpiresAt);
        (row.Path, row.Instance, row.RegId) = (string.Join('\n', binding.Path), binding.Instance, binding.RegId);
    }

    private static Binding? Read(StoredBinding row) => IPEndPoint.TryParse(row.Remote, out var remote)
        ? new Binding(row.Account, row.Contact, row.Transport, remote, row.CallId, (uint)row.CSeq, row.RegisteredAt, row.ExpiresAt, row.UserAgent)
        {
            Path = [.. row.Path.Split('\n', StringSplitOptions.RemoveEmptyEntries)],
            Instance = row.Instance,
            RegId = row.RegId,
        }
        : null;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Registrations cannot be stored at the moment; they are kept in memory and stored as soon as the database answers.")]
    private static partial void NotKept(ILogger log, Exception e);
}
