namespace Conference.Web.Features.Bookings;

/// <summary>Turns a date and a wall-clock time in a zone into a moment.</summary>
public static class LocalStart
{
    /// <summary>The next full quarter hour that is at least ten minutes away.</summary>
    public static DateTimeOffset Next(DateTimeOffset localNow)
    {
        var earliest = localNow.AddMinutes(10);
        var quarter = TimeSpan.FromMinutes(15).Ticks;
        var minutes = (earliest.TimeOfDay.Ticks + quarter - 1) / quarter * quarter;
        return new DateTimeOffset(earliest.Date.AddTicks(minutes), localNow.Offset);
    }

    /// <summary>A time that the clocks skip in spring becomes the first that exists; one that comes twice in autumn is the first of the two.</summary>
    /// <returns>The moment, and the wall-clock time it stands for.</returns>
    public static (DateTimeOffset At, TimeOnly Start) Resolve(DateOnly date, TimeOnly start, TimeZoneInfo zone)
    {
        var local = date.ToDateTime(start, DateTimeKind.Unspecified);
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return (new DateTimeOffset(local, offset), TimeOnly.FromDateTime(local));
    }
}
