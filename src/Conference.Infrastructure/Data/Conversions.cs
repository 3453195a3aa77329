using Conference.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Conference.Infrastructure.Data;

/// <summary>How the words of the house look in a column, the same in both databases.</summary>
internal static class Conversions
{
    /// <summary>Moments and spans are 64-bit ticks: SQLite can neither order nor compare its text form of them.</summary>
    public static void Use(ModelConfigurationBuilder all)
    {
        all.Properties<DateTimeOffset>().HaveConversion<UtcTicks>();
        all.Properties<TimeSpan>().HaveConversion<TimeSpanToTicksConverter>();
        all.Properties<Enum>().HaveConversion<string>().HaveMaxLength(20);
        all.Properties<BookingId>().HaveConversion<OfBooking>();
        all.Properties<MeetingId>().HaveConversion<OfMeeting>();
        all.Properties<ParticipantId>().HaveConversion<OfParticipant>();
        all.Properties<RecordingId>().HaveConversion<OfRecording>();
        all.Properties<RoomNumber>().HaveConversion<OfRoom>().HaveMaxLength(20);
    }

    /// <summary>Ticks since year 1, UTC; the offset is not kept, because no moment of ours has one.</summary>
    private sealed class UtcTicks() : ValueConverter<DateTimeOffset, long>(at => at.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));

    private sealed class OfBooking() : ValueConverter<BookingId, Guid>(id => id.Value, value => new BookingId(value));

    private sealed class OfMeeting() : ValueConverter<MeetingId, Guid>(id => id.Value, value => new MeetingId(value));

    private sealed class OfParticipant() : ValueConverter<ParticipantId, Guid>(id => id.Value, value => new ParticipantId(value));

    private sealed class OfRecording() : ValueConverter<RecordingId, Guid>(id => id.Value, value => new RecordingId(value));

    private sealed class OfRoom() : ValueConverter<RoomNumber, string>(room => room.Value, value => new RoomNumber(value));
}
