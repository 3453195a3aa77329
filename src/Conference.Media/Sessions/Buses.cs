using Conference.Media.Dsp;
using Conference.Media.Mixing;

namespace Conference.Media.Sessions;

/// <summary>The sums of one room, one for every sample rate: voices are added at their own, and only sums are ever resampled.</summary>
/// <remarks>Mixing is linear, so a voice taken out of the mix at its own rate is gone exactly, whatever else was resampled into it.</remarks>
internal sealed class Buses
{
    private const int Tail = 2; // ticks until the filters have swung out

    private readonly int[][] _sums = [.. Enumerable.Range(0, MixRates.Count).Select(r => new int[MixRates.FrameOf(r)])];
    private readonly int[][] _mixes = [.. Enumerable.Range(0, MixRates.Count).Select(r => new int[MixRates.FrameOf(r)])];
    private readonly int[][] _converted = [.. Enumerable.Range(0, MixRates.Count).Select(r => new int[MixRates.FrameOf(r)])];
    private readonly Resampler?[] _resamplers = new Resampler?[MixRates.Count * MixRates.Count];
    private readonly bool[] _isWanted = new bool[MixRates.Count];
    private readonly bool[] _isBlended = new bool[MixRates.Count];
    private readonly int[] _quietTicks = [Tail, Tail, Tail];
    private readonly int[] _voicesAt = new int[MixRates.Count];

    /// <summary>How many voices are in the mix.</summary>
    public int Voices { get; private set; }

    /// <summary>Begins a tick.</summary>
    public void Clear()
    {
        Voices = 0;
        Array.Clear(_isWanted);
        for (var rate = 0; rate < MixRates.Count; rate++)
        {
            if (_voicesAt[rate] > 0) Array.Clear(_sums[rate]);
            _voicesAt[rate] = 0;
        }
    }

    /// <summary>Somebody hears the mix at this rate.</summary>
    public void Want(int rate) => _isWanted[rate] = true;

    /// <summary>Adds a voice at its own rate.</summary>
    public void Add(int rate, ReadOnlySpan<short> voice)
    {
        Bus.Add(_sums[rate], voice);
        Count(rate);
    }

    /// <summary>Where somebody may add by himself; it counts as one voice.</summary>
    public Span<int> Open(int rate)
    {
        Count(rate);
        return _sums[rate];
    }

    /// <summary>Brings what was added at one rate to those who hear at another.</summary>
    public void Blend()
    {
        for (var source = 0; source < MixRates.Count; source++)
            _quietTicks[source] = _voicesAt[source] > 0 ? 0 : Math.Min(_quietTicks[source] + 1, Tail + 1);
        for (var rate = 0; rate < MixRates.Count; rate++)
            if (_isWanted[rate]) Blend(rate);
    }

    /// <summary>The mix at a wanted rate; valid until the next tick.</summary>
    public ReadOnlySpan<int> At(int rate) => _isBlended[rate] ? _mixes[rate] : _sums[rate];

    private void Count(int rate)
    {
        Voices++;
        _voicesAt[rate]++;
    }

    private void Blend(int rate)
    {
        _isBlended[rate] = false;
        for (var source = 0; source < MixRates.Count; source++)
        {
            if (source == rate || _quietTicks[source] > Tail) continue;
            if (!_isBlended[rate]) _sums[rate].CopyTo(_mixes[rate], 0);
            _isBlended[rate] = true;
            Between(source, rate).Process(_sums[source], _converted[rate]);
            Bus.Add(_mixes[rate], _converted[rate]);
        }
    }

    private Resampler Between(int source, int rate) =>
        _resamplers[source * MixRates.Count + rate] ??= new Resampler(MixRates.HertzOf(source), MixRates.HertzOf(rate));
}
