using Conference.Media.Files;
using Conference.Media.Mixing;

namespace Conference.Media.Recording;

/// <summary>One WAV file on the timeline of a recording. What lies one after the other is written at once; what is never put in is silence and costs no disk.</summary>
/// <remarks>For the recorder thread. Every method may throw <see cref="IOException"/>; nothing that was put in is lost by that, it is tried again with the next call.</remarks>
internal sealed class Track : IDisposable
{
    private const int PendingSamples = 16 * 1024; // 32 KiB, at least 0.3 s

    private readonly WavWriter _file;
    private readonly short[] _pending = new short[PendingSamples];
    private long _position; // of the first pending sample
    private int _count;
    private long _refreshed; // samples the header knows

    /// <summary>Writes the header of an empty file.</summary>
    /// <param name="disk">The file; the track's from now on.</param>
    /// <param name="rate">Index of its sample rate (<see cref="MixRates"/>).</param>
    public Track(IDisk disk, int rate)
    {
        try
        {
            _file = new WavWriter(disk, MixRates.HertzOf(rate));
        }
        catch (Exception)
        {
            disk.Dispose();
            throw;
        }
    }

    /// <summary>Samples that are in the file.</summary>
    public long Samples => _file.Samples;

    /// <summary>Whether something was put in since the header was written.</summary>
    public bool IsStale { get; private set; }

    /// <summary>Room for samples at a position of the timeline; fill it, it is part of the track.</summary>
    public Span<short> Open(long position, int samples)
    {
        if (_count > 0 && (position != _position + _count || _count + samples > PendingSamples)) Write();
        if (_count == 0) _position = position;
        _count += samples;
        IsStale = true;
        return _pending.AsSpan(_count - samples, samples);
    }

    /// <summary>Brings what was put in to the file, and the header up to the length given.</summary>
    /// <param name="samples">The length.</param>
    /// <param name="step">How much longer the file must have become for that; 0 for at any rate.</param>
    public void Refresh(long samples, long step)
    {
        Write();
        if (step > 0 && samples - _refreshed < step) return;
        _file.Refresh(samples);
        _refreshed = samples;
        IsStale = false;
    }

    /// <summary>Forgets what could not be written: a hole.</summary>
    public void Drop() => _count = 0;

    public void Flush() => _file.Flush();

    /// <summary>Ends the file behind the last sample that was written whole.</summary>
    public void Cut() => _file.Cut();

    public void Dispose() => _file.Dispose();

    private void Write()
    {
        if (_count == 0) return;
        _file.Write(_position, _pending.AsSpan(0, _count));
        _count = 0;
    }
}
