using Conference.Media.Dsp;
using Conference.Media.Files;
using Conference.Media.Mixing;

namespace Conference.Media.Recording;

/// <summary>The track of one talker: his voice as the mix had it, at the rate of the recording, where he spoke; 0.3 s before that, too.</summary>
/// <remarks>
/// Voices come at the rate of their leg. They go through the filter that the mix goes through, so that they lie in their track at the very
/// sample where they lie in the mix. For the recorder thread.
/// </remarks>
/// <param name="open">Makes the file, when he first speaks.</param>
/// <param name="rate">Index of the recording's sample rate (<see cref="MixRates"/>).</param>
internal sealed class TalkerTrack(Func<IDisk> open, int rate) : IDisposable
{
    private const int KeptFrames = 15; // before speech: a soft beginning
    private const int Tail = 2; // ticks until the filter has swung out

    private readonly short[] _silence = new short[MixRates.LongestFrame];
    private short[] _kept = [];
    private VoiceResampler? _resampler;
    private long _firstKept;
    private int _keptCount;
    private int _keptRate;
    private long _next; // the tick that the filter expects
    private int _tail; // ticks that the filter still has something for

    /// <summary>The file; <see langword="null"/> as long as he has not spoken.</summary>
    public Track? Track { get; private set; }

    /// <summary>Takes 20 ms.</summary>
    public void Take(in TapeEntry entry, ReadOnlySpan<short> voice)
    {
        if (!entry.IsSpeech)
        {
            Keep(entry, voice);
            return;
        }

        if (_keptRate == entry.Rate && _firstKept + _keptCount == entry.Tick) WriteKept();
        _keptCount = 0;
        Write(entry.Tick, entry.Rate, voice);
    }

    /// <summary>The recording has come to a tick: what is left in the filter comes out.</summary>
    public void SwingOut(long tick)
    {
        while (_tail > 0 && _next < tick)
            Silence();
    }

    /// <summary>Forgets what could not be written.</summary>
    public void Drop()
    {
        Track?.Drop();
        (_keptCount, _tail, _resampler) = (0, 0, null);
    }

    public void Dispose() => Track?.Dispose();

    private void Keep(in TapeEntry entry, ReadOnlySpan<short> voice)
    {
        if (_kept.Length != KeptFrames * voice.Length) _kept = new short[KeptFrames * voice.Length];
        if (_keptRate != entry.Rate || _firstKept + _keptCount != entry.Tick) (_keptCount, _firstKept, _keptRate) = (0, entry.Tick, entry.Rate);
        if (_keptCount == KeptFrames)
        {
            _keptCount--;
            _firstKept++;
        }

        voice.CopyTo(Kept(entry.Tick));
        _keptCount++;
    }

    private void WriteKept()
    {
        for (var i = 0; i < _keptCount; i++)
            Write(_firstKept + i, _keptRate, Kept(_firstKept + i));
    }

    private Span<short> Kept(long tick) => _kept.AsSpan((int)(tick % KeptFrames) * MixRates.FrameOf(_keptRate), MixRates.FrameOf(_keptRate));

    private void Write(long tick, int voiceRate, ReadOnlySpan<short> voice)
    {
        SwingOut(tick);
        var samples = MixRates.FrameOf(rate);
        var track = Track ??= new Track(open(), rate);
        if (voiceRate == rate)
        {
            voice.CopyTo(track.Open(tick * samples, samples));
            return;
        }

        if (_resampler?.From != MixRates.HertzOf(voiceRate)) _resampler = new VoiceResampler(MixRates.HertzOf(voiceRate), MixRates.HertzOf(rate));
        _resampler.Convert(voice, track.Open(tick * samples, samples));
        (_next, _tail) = (tick + 1, Tail);
    }

    private void Silence()
    {
        var samples = MixRates.FrameOf(rate);
        _resampler!.Convert(_silence.AsSpan(0, _resampler.From / 50), Track!.Open(_next * samples, samples));
        (_next, _tail) = (_next + 1, _tail - 1);
    }
}
