using System.Buffers;
using System.Text.Json;
using Conference.Media.Files;

namespace Conference.Media.Recording;

/// <summary>The story beside the audio: who came, spoke and left at which tick, what was left out. JSON, a line a fact, only ever added to.</summary>
/// <remarks>For the recorder thread. The wall clock of a line is that of its writing, at most a round of the recorder after the fact; its tick is exact.</remarks>
internal sealed class SessionLog(IDisk disk) : IDisposable
{
    private const long Longest = 64L * 1024 * 1024; // weeks of lively talk

    private readonly ArrayBufferWriter<byte> _pending = new();
    private long _written;

    /// <summary>The first line.</summary>
    /// <param name="rate">Samples per second of all files.</param>
    public void Start(DateTimeOffset at, int rate, int tickMilliseconds) => Add(json =>
    {
        json.WriteString("what", SessionWords.Start);
        json.WriteString("at", at);
        json.WriteNumber("rate", rate);
        json.WriteNumber("tickMilliseconds", tickMilliseconds);
    });

    /// <param name="what">One of <see cref="SessionWords"/>.</param>
    /// <param name="ticks">Length, of what has one.</param>
    /// <param name="of">The file a gap is in; empty for none in particular.</param>
    public void Add(string what, long tick, DateTimeOffset at, Guid who = default, long ticks = 0, string of = "") => Add(json =>
    {
        json.WriteString("what", what);
        json.WriteNumber("tick", tick);
        json.WriteString("at", at);
        if (who != default) json.WriteString("who", who);
        if (ticks > 0) json.WriteNumber("ticks", ticks);
        if (of.Length > 0) json.WriteString("of", of);
    });

    /// <summary>Brings the lines to the file.</summary>
    /// <exception cref="IOException">The disk refuses; they are kept for the next time.</exception>
    public void Write()
    {
        if (_pending.WrittenCount == 0) return;
        disk.Write(_written, _pending.WrittenSpan);
        _written += _pending.WrittenCount;
        _pending.ResetWrittenCount();
    }

    public void Flush() => disk.Flush();

    public void Dispose() => disk.Dispose();

    private void Add(Action<Utf8JsonWriter> fields)
    {
        if (_written + _pending.WrittenCount > Longest) return;
        using (var json = new Utf8JsonWriter(_pending))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        _pending.Write("\n"u8);
    }
}

/// <summary>What lines of a session can say.</summary>
internal static class SessionWords
{
    public const string Start = "start";
    public const string Came = "came";
    public const string Left = "left";
    public const string Muted = "muted";
    public const string Unmuted = "unmuted";
    public const string Talks = "talks";
    public const string Hushed = "hushed";
    public const string Paused = "paused";
    public const string Resumed = "resumed";
    public const string Gap = "gap";
    public const string End = "end";
}
