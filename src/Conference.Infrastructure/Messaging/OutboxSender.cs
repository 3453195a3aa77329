using Conference.Infrastructure.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Conference.Infrastructure.Messaging;

/// <summary>Empties the outbox, one mail after the other, in the order they were written: nobody gets a cancellation before its invitation.</summary>
/// <remarks>
/// An attempt is counted and its successor scheduled before it begins, so whatever happens during it, including the death of the process,
/// the mail neither vanishes nor is hammered. A mail the server took a moment before such a death goes out again with the same Message-ID: once more rather than never.
/// </remarks>
public sealed class OutboxSender(IDbContextFactory<ConferenceDb> dbs, IMailer mailer, OutboxBell bell, TimeProvider time, ILogger<OutboxSender> log) : BackgroundService
{
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan s_longestDown = TimeSpan.FromMinutes(1);

    /// <summary>Mail that waited long for a server to be set up is not given up on before it had a fair chance.</summary>
    private const int FewestAttempts = 10;

    private int _timesDown;

    /// <summary>Growing pauses: 10 s, 20 s, 40 s … half an hour, each a fifth longer or shorter, so that mails do not march in step.</summary>
    internal static TimeSpan PauseAfter(int attempts) =>
        Min(TimeSpan.FromSeconds(10 * Math.Pow(2, Math.Min(attempts - 1, 12))), s_longestPause) * (0.8 + (0.4 * Random.Shared.NextDouble()));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true) await bell.WaitAsync(await RoundAsync(stoppingToken), time, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Sends what is due.</summary>
    /// <returns>When to look again, unless the bell rings.</returns>
    private async Task<TimeSpan> RoundAsync(CancellationToken cancel)
    {
        try
        {
            if (!mailer.IsSetUp) return await WaitForServerAsync(cancel);
            while (await NextAsync(cancel) is { } mail)
            {
                if (await AttemptAsync(mail, cancel) == Verdict.Down) return await SitOutAsync(cancel);
                _timesDown = 0;
            }

            return await UntilNextAsync(cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            Log.RoundFailed(log, e);
            return TimeSpan.FromSeconds(5);
        }
    }

    private async Task<OutboxMail?> NextAsync(CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        var now = time.GetUtcNow();
        return await db.Outbox.AsNoTracking().Where(m => m.State == MailState.Queued && m.NextAt <= now)
            .OrderBy(m => m.CreatedAt).ThenBy(m => m.Id).FirstOrDefaultAsync(cancel);
    }

    private async Task<Verdict> AttemptAsync(OutboxMail mail, CancellationToken cancel)
    {
        if (time.GetUtcNow() - mail.CreatedAt > OutboxMail.Patience && mail.Attempts >= FewestAttempts)
        {
            await ChangeAsync(mail.Id, m => m.Settle(MailState.GivenUp, m.Trouble, time.GetUtcNow()), cancel);
            return Verdict.Never;
        }

        if (!await ChangeAsync(mail.Id, Begin, cancel)) return Verdict.Later; // withdrawn meanwhile
        var delivery = await TryAsync(mail, cancel);
        Log.Attempted(log, mail.Id, mail.Attempts + 1, delivery.Verdict, delivery.Words);
        await ChangeAsync(mail.Id, m => Note(m, delivery), cancel);
        return delivery.Verdict;
    }

    private void Begin(OutboxMail mail)
    {
        mail.Attempts++;
        mail.NextAt = time.GetUtcNow() + PauseAfter(mail.Attempts);
    }

    private void Note(OutboxMail mail, Delivery delivery)
    {
        var now = time.GetUtcNow();
        if (delivery.Verdict == Verdict.Taken) mail.Settle(MailState.Sent, "", now);
        else if (delivery.Verdict == Verdict.Never) mail.Settle(MailState.Failed, delivery.Words, now);
        else if (delivery.Verdict == Verdict.Later) mail.Postpone(mail.NextAt, delivery.Words);
        else mail.Postpone(now, delivery.Words); // not this mail's fault: it goes first when the server is back
    }

    /// <summary>A mail that cannot even be written must not stand in the way of the others.</summary>
    private async Task<Delivery> TryAsync(OutboxMail mail, CancellationToken cancel)
    {
        try
        {
            return await mailer.SendAsync(mail, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            Log.Unsendable(log, mail.Id, e);
            return new Delivery(mail.Attempts < 5 ? Verdict.Later : Verdict.Never, "The mail could not be written; the log says why.");
        }
    }

    /// <summary>Changes a mail that is still queued.</summary>
    /// <returns><see langword="false"/> when it is not.</returns>
    private async Task<bool> ChangeAsync(Guid id, Action<OutboxMail> change, CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var mail = await db.Outbox.SingleOrDefaultAsync(m => m.Id == id && m.State == MailState.Queued, cancel);
        if (mail is null) return false;
        change(mail);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Nothing gets through: everybody who waits is told the same, and one mail tries again soon.</summary>
    private async Task<TimeSpan> SitOutAsync(CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        var trouble = await db.Outbox.Where(m => m.State == MailState.Queued && m.Trouble != "").OrderBy(m => m.CreatedAt).ThenBy(m => m.Id)
            .Select(m => m.Trouble).FirstOrDefaultAsync(cancel);
        if (trouble is not null) await TellAsync(db, trouble, cancel);
        _timesDown++;
        var pause = Min(TimeSpan.FromSeconds(Math.Pow(2, Math.Min(_timesDown, 10))), s_longestDown);
        await Task.Delay(pause, time, cancel); // new mail would not get through either, so the bell may ring in vain
        return TimeSpan.Zero;
    }

    /// <summary>While no server is named nothing is tried, so no attempt is counted and nobody is given up on.</summary>
    private async Task<TimeSpan> WaitForServerAsync(CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        await TellAsync(db, "No mail server is set up (Conference:Mail:Host).", cancel);
        return TimeSpan.FromMinutes(1);
    }

    private static Task TellAsync(ConferenceDb db, string trouble, CancellationToken cancel) =>
        db.Outbox.Where(m => m.State == MailState.Queued && m.Trouble == "").ExecuteUpdateAsync(set => set.SetProperty(m => m.Trouble, trouble), cancel);

    private async Task<TimeSpan> UntilNextAsync(CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        var next = await db.Outbox.Where(m => m.State == MailState.Queued).MinAsync(m => (DateTimeOffset?)m.NextAt, cancel);
        var wait = (next ?? DateTimeOffset.MaxValue) - time.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : Min(wait, TimeSpan.FromMinutes(1));
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Mail {Mail}, attempt {Attempt}: {Verdict}. {Words}")]
    public static partial void Attempted(ILogger log, Guid mail, int attempt, Verdict verdict, string words);

    [LoggerMessage(Level = LogLevel.Error, Message = "Mail {Mail} could not be written.")]
    public static partial void Unsendable(ILogger log, Guid mail, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "The outbox could not be worked on; trying again in five seconds.")]
    public static partial void RoundFailed(ILogger log, Exception error);
}
