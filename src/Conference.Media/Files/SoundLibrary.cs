using System.Collections.Concurrent;
using Conference.Media.Codecs;

namespace Conference.Media.Files;

/// <summary>Prompts by language and key: the administrator's own recordings first, then the built-in ones.</summary>
/// <remarks>
/// Own recordings are <c>custom/&lt;language&gt;/&lt;key&gt;.wav</c>, built-in ones <c>&lt;language&gt;/&lt;key&gt;.g722</c>. A file is decoded when it is first
/// asked for and kept; one that cannot be read counts as absent. Languages and keys are words of letters, digits, '-' and '_':
/// nothing else can name a file.
/// </remarks>
public sealed class SoundLibrary
{
    private const int MaxG722Bytes = 8 * 1024 * 1024; // more than 15 minutes

    private readonly string _builtIn;
    private readonly string? _custom;
    private readonly int _rate;
    private readonly ConcurrentDictionary<(string Language, string Key), Sound?> _sounds = new();

    private SoundLibrary(string builtIn, string? custom, int rate) => (_builtIn, _custom, _rate) = (builtIn, custom, rate);

    /// <summary>Opens a library.</summary>
    /// <param name="builtInDirectory">With one directory per language.</param>
    /// <param name="customDirectory">The same for own recordings; <see langword="null"/> for none.</param>
    /// <param name="rate">Samples per second of the sounds it gives.</param>
    public static SoundLibrary Load(string builtInDirectory, string? customDirectory, int rate) =>
        new(builtInDirectory, customDirectory, rate);

    /// <summary>Finds a prompt.</summary>
    /// <returns>The sound; <see langword="null"/> when there is none in this language.</returns>
    public Sound? Find(string language, string key) =>
        IsWord(language) && IsWord(key) ? _sounds.GetOrAdd((language, key), Read) : null;

    private static bool IsWord(string name) =>
        name.Length is > 0 and <= 64 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private Sound? Read((string Language, string Key) name) =>
        (_custom is null ? null : Try(ReadWav, Path.Combine(_custom, name.Language, name.Key + ".wav"), name.Key))
        ?? Try(ReadG722, Path.Combine(_builtIn, name.Language, name.Key + ".g722"), name.Key);

    private Sound? Try(Func<string, string, Sound?> read, string path, string key)
    {
        try
        {
            return File.Exists(path) && read(path, key) is { } sound ? sound.AtRate(_rate) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static Sound? ReadWav(string path, string key)
    {
        WavReader.Read(path, key, out var sound);
        return sound;
    }

    private static Sound? ReadG722(string path, string key)
    {
        if (new FileInfo(path).Length > MaxG722Bytes) return null;
        var codes = File.ReadAllBytes(path);
        var pcm = new short[2 * codes.Length];
        new G722Decoder().Decode(codes, pcm);
        return new Sound(key, G722Decoder.Rate, pcm);
    }
}
