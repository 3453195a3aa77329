using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Conference.Core;
using Conference.Core.Accounts;
using Conference.Core.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
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
        all.Properties<ImmutableArray<IPNetwork>>().HaveConversion<OfNetworks, Same<ImmutableArray<IPNetwork>>>();
        all.Properties<ImmutableHashSet<CallClass>>().HaveConversion<OfClasses, Same<ImmutableHashSet<CallClass>>>();
        all.Properties<ImmutableHashSet<string>>().HaveConversion<OfWords, Same<ImmutableHashSet<string>>>();
        all.Properties<ImmutableArray<string>>().HaveConversion<OfNames, Same<ImmutableArray<string>>>();
        all.Properties<ImmutableArray<SecretHash>>().HaveConversion<OfHashes, Same<ImmutableArray<SecretHash>>>();
        all.Properties<TimeTable>().HaveConversion<OfHours>().HaveMaxLength(120);
        all.Properties<TrunkPlan>().HaveConversion<OfTrunk, Same<TrunkPlan>>();
    }

    /// <summary>Ticks since year 1, UTC; the offset is not kept, because no moment of ours has one.</summary>
    private sealed class UtcTicks() : ValueConverter<DateTimeOffset, long>(at => at.UtcTicks, ticks => new DateTimeOffset(ticks, TimeSpan.Zero));

    private sealed class OfBooking() : ValueConverter<BookingId, Guid>(id => id.Value, value => new BookingId(value));

    private sealed class OfMeeting() : ValueConverter<MeetingId, Guid>(id => id.Value, value => new MeetingId(value));

    private sealed class OfParticipant() : ValueConverter<ParticipantId, Guid>(id => id.Value, value => new ParticipantId(value));

    private sealed class OfRecording() : ValueConverter<RecordingId, Guid>(id => id.Value, value => new RecordingId(value));

    private sealed class OfRoom() : ValueConverter<RoomNumber, string>(room => room.Value, value => new RoomNumber(value));

    private sealed class OfNetworks() : ValueConverter<ImmutableArray<IPNetwork>, string>(list => Networks.Write(list), text => Networks.Read(text).Networks);

    /// <summary>In the order of the words, so that the same set is always the same text.</summary>
    private sealed class OfClasses() : ValueConverter<ImmutableHashSet<CallClass>, string>(
        set => string.Join(',', set.Order()), text => text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<CallClass>).ToImmutableHashSet());

    private sealed class OfHashes() : ValueConverter<ImmutableArray<SecretHash>, string>(
        list => string.Join(',', list), text => text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<SecretHash>).ToImmutableArray());

    private sealed class OfHours() : ValueConverter<TimeTable, string>(hours => hours.ToString(), text => TimeTable.Read(text)!);

    private sealed class OfWords() : ValueConverter<ImmutableHashSet<string>, string>(
        set => string.Join(',', set.Order(StringComparer.Ordinal)), text => text.Split(',', StringSplitOptions.RemoveEmptyEntries).ToImmutableHashSet());

    private sealed class OfNames() : ValueConverter<ImmutableArray<string>, string>(
        list => JsonSerializer.Serialize(list, PlanJson.Options), text => JsonSerializer.Deserialize<ImmutableArray<string>>(text, PlanJson.Options));

    private sealed class OfTrunk() : ValueConverter<TrunkPlan, string>(
        plan => JsonSerializer.Serialize(plan, PlanJson.Options), text => JsonSerializer.Deserialize<TrunkPlan>(text, PlanJson.Options)!);

    /// <summary>These values never change inside: another reference is another value.</summary>
    private sealed class Same<T>() : ValueComparer<T>((a, b) => object.Equals(a, b), value => value!.GetHashCode(), value => value);
}
