using System.Text.Json;
using System.Text.Json.Serialization;
using Conference.Core;
using Conference.Core.Events;

namespace Conference.Infrastructure.Data;

/// <summary>Facts as they stand in the journal: lower-case names, ids and reasons as plain strings, spans in seconds.</summary>
public static class EventJson
{
    /// <summary>Shared with whoever passes facts on, so that they look the same everywhere.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.CamelCase),
            new IdJson<BookingId>(id => id.Value, value => new BookingId(value)),
            new IdJson<MeetingId>(id => id.Value, value => new MeetingId(value)),
            new IdJson<ParticipantId>(id => id.Value, value => new ParticipantId(value)),
            new IdJson<RecordingId>(id => id.Value, value => new RecordingId(value)),
            new SpanJson(),
        },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static readonly Dictionary<Type, string> s_names = typeof(DomainEvent)
        .GetCustomAttributes(typeof(JsonDerivedTypeAttribute), false).Cast<JsonDerivedTypeAttribute>()
        .ToDictionary(a => a.DerivedType, a => (string)a.TypeDiscriminator!);

    /// <summary>The wire name of a fact.</summary>
    public static string NameOf(DomainEvent what) => s_names[what.GetType()];

    public static string Write(DomainEvent what) => JsonSerializer.Serialize(what, Options);

    /// <returns><see langword="null"/> when this version of the house does not know such a fact.</returns>
    public static DomainEvent? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<DomainEvent>(json, Options);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    private sealed class IdJson<T>(Func<T, Guid> value, Func<Guid, T> make) : JsonConverter<T>
        where T : struct
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => make(reader.GetGuid());

        public override void Write(Utf8JsonWriter writer, T id, JsonSerializerOptions options) => writer.WriteStringValue(value(id));
    }

    private sealed class SpanJson : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => TimeSpan.FromSeconds(reader.GetDouble());

        public override void Write(Utf8JsonWriter writer, TimeSpan span, JsonSerializerOptions options) => writer.WriteNumberValue(Math.Round(span.TotalSeconds, 3));
    }
}
