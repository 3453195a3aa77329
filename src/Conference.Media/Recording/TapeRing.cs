using Conference.Media.Mixing;

namespace Conference.Media.Recording;

/// <summary>What the mixer tells a recording.</summary>
internal enum TapeEntryKind : byte
{
    /// <summary>20 ms of audio.</summary>
    Audio,

    /// <summary>So many ticks found no room in the ring.</summary>
    Gap,
    Came,
    Left,
    Muted,
    Unmuted,
    Talks,
    Hushed,
    Paused,
    Resumed,
}

/// <param name="Kind">What it is.</param>
/// <param name="Tick">Where in the recording, in ticks.</param>
/// <param name="Who">Seat; empty for the mix and for what concerns all.</param>
/// <param name="Rate">Index of the sample rate of audio (<see cref="MixRates"/>).</param>
/// <param name="IsSpeech">Whether audio is speech, or near it.</param>
/// <param name="Ticks">Length of a gap.</param>
internal readonly record struct TapeEntry(TapeEntryKind Kind, long Tick, Guid Who = default, int Rate = 0, bool IsSpeech = true, long Ticks = 0);

/// <summary>From the mixer to the recorder: one writer, one reader, no lock, nothing allocated. What finds no room is a gap, told with the next that does.</summary>
internal sealed class TapeRing
{
    private readonly TapeEntry[] _entries;
    private readonly short[] _samples;
    private long _written;
    private long _read;
    private long _samplesWritten; // the writer's own
    private long _samplesRead;
    private TapeEntry _gap; // the writer's own

    /// <param name="entries">Entries it holds.</param>
    /// <param name="samples">Samples it holds.</param>
    public TapeRing(int entries, int samples) => (_entries, _samples) = (new TapeEntry[entries], new short[samples]);

    /// <summary>Whether there is anything to read.</summary>
    public bool IsEmpty => Volatile.Read(ref _written) == _read;

    /// <summary>Puts in; called by the mixer.</summary>
    public void Add(in TapeEntry entry, ReadOnlySpan<short> audio)
    {
        var entries = _entries.Length - (_written - Volatile.Read(ref _read));
        var samples = _samples.Length - (_samplesWritten - Volatile.Read(ref _samplesRead));
        var needed = _gap.Ticks > 0 ? 2 : 1;
        if (entries < needed || samples < audio.Length)
        {
            Miss(entry);
            return;
        }

        if (_gap.Ticks > 0) Put(_gap, []);
        _gap = default;
        Put(entry, audio);
    }

    /// <summary>The next entry, left where it is.</summary>
    public bool TryPeek(out TapeEntry entry)
    {
        entry = default;
        if (IsEmpty) return false;
        entry = _entries[_read % _entries.Length];
        return true;
    }

    /// <summary>Audio of the entry that <see cref="TryPeek"/> showed.</summary>
    public void Copy(Span<short> audio)
    {
        var at = (int)(_samplesRead % _samples.Length);
        var first = Math.Min(audio.Length, _samples.Length - at);
        _samples.AsSpan(at, first).CopyTo(audio);
        _samples.AsSpan(0, audio.Length - first).CopyTo(audio[first..]);
    }

    /// <summary>Gives the place of that entry back.</summary>
    public void Take()
    {
        var entry = _entries[_read % _entries.Length];
        if (entry.Kind == TapeEntryKind.Audio) Volatile.Write(ref _samplesRead, _samplesRead + MixRates.FrameOf(entry.Rate));
        Volatile.Write(ref _read, _read + 1);
    }

    private void Miss(in TapeEntry entry) =>
        _gap = _gap.Ticks > 0 ? _gap with { Ticks = entry.Tick + 1 - _gap.Tick } : new TapeEntry(TapeEntryKind.Gap, entry.Tick, Ticks: 1);

    private void Put(in TapeEntry entry, ReadOnlySpan<short> audio)
    {
        _entries[_written % _entries.Length] = entry;
        var at = (int)(_samplesWritten % _samples.Length);
        var first = Math.Min(audio.Length, _samples.Length - at);
        audio[..first].CopyTo(_samples.AsSpan(at));
        audio[first..].CopyTo(_samples);
        _samplesWritten += audio.Length;
        Volatile.Write(ref _written, _written + 1);
    }
}
