using System.Collections.Immutable;
using System.Data.Common;
using Conference.Core;
using Conference.Core.Bookings;
using Conference.Core.Events;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Conference.Infrastructure.Data;

/// <summary>Bookings in the database. Row, mails and journal entry commit together or not at all.</summary>
public sealed class BookingStore(IDbContextFactory<ConferenceDb> dbs, IBookingPost post, TimeProvider time) : IBookingStore
{
    /// <summary>Two bookings at the same instant may stop each other in PostgreSQL; one of them then simply tries again.</summary>
    private const int Tries = 4;

    public async Task<BookingProblem> AddAsync(Booking booking, Actor by, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await StoreAsync(booking, by, cancel);
                post.Wake();
                return BookingProblem.None;
            }
            catch (Exception e) when (IsOverlap(e))
            {
                return BookingProblem.NumberTaken;
            }
            catch (Exception e) when (tries < Tries && IsPassing(e))
            {
            }
        }
    }

    public async Task<(Booking Booking, bool Changed)?> CancelAsync(BookingId id, Actor by, CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await Journal.TakeTurnAsync(db, cancel); // of two who cancel at once, the second sees what the first did
        if (await db.Bookings.SingleOrDefaultAsync(b => b.Id == id, cancel) is not { } booking) return null;
        if (!booking.Cancel()) return (booking, false);

        await WithdrawAsync(db, id, cancel);
        db.Outbox.AddRange(post.CallOff(booking));
        db.Journal.Add(Journal.RowOf(time.GetUtcNow(), by, new BookingEvent.Cancelled(id)));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        post.Wake();
        return (booking, true);
    }

    public async Task<Booking?> FindAsync(BookingId id, CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        return await db.Bookings.AsNoTracking().SingleOrDefaultAsync(b => b.Id == id, cancel);
    }

    public async Task<ImmutableArray<Booking>> DiallableAsync(DateTimeOffset after, CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        return [.. await db.Bookings.AsNoTracking().Where(b => b.State == BookingState.Planned && b.EndsAt > after).ToListAsync(cancel)];
    }

    public async Task<ImmutableHashSet<string>> NumbersUsedSinceAsync(DateTimeOffset since, CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        var numbers = await db.Bookings.Where(b => b.EndsAt > since).Select(b => b.Number).Distinct().ToListAsync(cancel);
        return [.. numbers.Select(n => n.Value)];
    }

    private async Task StoreAsync(Booking booking, Actor by, CancellationToken cancel)
    {
        await using var db = await dbs.CreateDbContextAsync(cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await Journal.TakeTurnAsync(db, cancel);
        db.Bookings.Add(booking);
        db.Outbox.AddRange(post.Invite(booking));
        db.Journal.Add(Journal.RowOf(time.GetUtcNow(), by, new BookingEvent.Booked(booking.Id, booking.Title, booking.StartsAt)));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>An invitation that has not left yet must not arrive after its cancellation.</summary>
    private async Task WithdrawAsync(ConferenceDb db, BookingId id, CancellationToken cancel)
    {
        foreach (var mail in await db.Outbox.Where(m => m.Booking == id && m.State == MailState.Queued).ToListAsync(cancel))
            mail.Settle(MailState.Withdrawn, "", time.GetUtcNow());
    }

    /// <summary>The table itself said no: the trigger of SQLite, the exclusion constraint of PostgreSQL.</summary>
    private static bool IsOverlap(Exception e) => e.GetBaseException() switch
    {
        PostgresException p => p.SqlState == PostgresErrorCodes.ExclusionViolation,
        DbException s => s.Message.Contains("booking overlap", StringComparison.Ordinal),
        _ => false,
    };

    private static bool IsPassing(Exception e) => e.GetBaseException() is DbException { IsTransient: true };
}
