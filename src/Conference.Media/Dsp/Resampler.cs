using System.Runtime.Intrinsics;

namespace Conference.Media.Dsp;

/// <summary>Changes the sample rate of one stream between 8, 16 and 48 kHz, on the wide sums of a mixer: polyphase FIR, float inside.</summary>
/// <remarks>
/// Upwards one line of samples goes through a filter for every output phase; downwards every input phase goes through a filter
/// of its own and they are added. So both are the same short filter over whole lines, eight samples at a time. Sums are exact
/// in it up to 2^24: 500 voices at full scale.
/// </remarks>
public sealed class Resampler
{
    private const int Chunk = 320; // samples of the lower rate taken at a time: 20 ms at 16 kHz, 40 at 8
    private const int Lanes = 8;

    private readonly ResamplerFilter _filter;
    private readonly bool _isUp;
    private readonly float[][] _lines;
    private readonly float[] _sums = new float[Chunk + Lanes];
    private readonly int[] _rounded = new int[Chunk + Lanes];

    /// <exception cref="ArgumentException">Neither rate divides the other.</exception>
    public Resampler(int from, int to, Sharpness sharpness = Sharpness.Normal)
    {
        (From, To, _isUp) = (from, to, to > from);
        _filter = ResamplerFilter.Between(from, to, sharpness);
        _lines = new float[_isUp ? 1 : _filter.Ratio][];
        for (var i = 0; i < _lines.Length; i++)
            _lines[i] = new float[_filter.Taps - 1 + Chunk + Lanes];
    }

    /// <summary>Samples per second that go in.</summary>
    public int From { get; }

    /// <summary>Samples per second that come out.</summary>
    public int To { get; }

    /// <summary>By how many output samples the stream is late.</summary>
    public int Delay => _filter.Taps / 2 * (_isUp ? _filter.Ratio : 1);

    /// <summary>Takes the next samples.</summary>
    /// <param name="samples">Any number of them; downwards a multiple of the ratio.</param>
    /// <param name="result">As long in time: filled exactly.</param>
    public void Process(ReadOnlySpan<int> samples, Span<int> result)
    {
        var (step, outStep) = _isUp ? (1, _filter.Ratio) : (_filter.Ratio, 1);
        for (var left = samples.Length / step; left > 0;)
        {
            var count = Math.Min(left, Chunk);
            if (_isUp) Raise(samples[..count], result[..(count * outStep)]);
            else Lower(samples[..(count * step)], result[..count]);
            samples = samples[(count * step)..];
            result = result[(count * outStep)..];
            left -= count;
        }
    }

    /// <summary>Forgets the stream.</summary>
    public void Reset()
    {
        foreach (var line in _lines)
            Array.Clear(line);
    }

    private void Raise(ReadOnlySpan<int> samples, Span<int> result)
    {
        var line = _lines[0];
        for (var i = 0; i < samples.Length; i++)
            line[_filter.Taps - 1 + i] = samples[i];
        for (var phase = 0; phase < _filter.Ratio; phase++)
        {
            Filter(line, _filter.Phases[phase], samples.Length, isFirst: true);
            Round(samples.Length);
            for (var i = 0; i < samples.Length; i++)
                result[i * _filter.Ratio + phase] = _rounded[i];
        }

        Keep(line, samples.Length);
    }

    private void Lower(ReadOnlySpan<int> samples, Span<int> result)
    {
        for (var phase = 0; phase < _filter.Ratio; phase++)
        {
            var line = _lines[phase];
            for (var i = 0; i < result.Length; i++)
                line[_filter.Taps - 1 + i] = samples[i * _filter.Ratio + phase];
            Filter(line, _filter.Phases[phase], result.Length, isFirst: phase == 0);
            Keep(line, result.Length);
        }

        Round(result.Length);
        _rounded.AsSpan(0, result.Length).CopyTo(result);
    }

    private void Round(int count)
    {
        for (var i = 0; i < count; i += Lanes)
            Vector256.ConvertToInt32(Vector256.Round(Vector256.Create(_sums, i))).CopyTo(_rounded, i);
    }

    /// <summary>A line through a filter, into or onto the sums; the lines are padded to whole vectors.</summary>
    private void Filter(ReadOnlySpan<float> line, ReadOnlySpan<float> taps, int count, bool isFirst)
    {
        var at = 0;
        for (; at + 4 * Lanes <= count; at += 4 * Lanes)
            FourVectors(line[at..], taps, _sums.AsSpan(at), isFirst);
        for (; at < count; at += Lanes)
        {
            var sum = isFirst ? Vector256<float>.Zero : Vector256.Create(_sums.AsSpan(at));
            for (var i = 0; i < taps.Length; i++)
                sum = Vector256.MultiplyAddEstimate(Vector256.Create(line[(at + i)..]), Vector256.Create(taps[i]), sum);
            sum.CopyTo(_sums.AsSpan(at));
        }
    }

    /// <summary>Four sums at once keep the multipliers busy.</summary>
    private static void FourVectors(ReadOnlySpan<float> line, ReadOnlySpan<float> taps, Span<float> sums, bool isFirst)
    {
        Vector256<float> a = default, b = default, c = default, d = default;
        if (!isFirst)
            (a, b, c, d) = (Vector256.Create(sums), Vector256.Create(sums[Lanes..]), Vector256.Create(sums[(2 * Lanes)..]), Vector256.Create(sums[(3 * Lanes)..]));
        for (var i = 0; i < taps.Length; i++)
        {
            var tap = Vector256.Create(taps[i]);
            a = Vector256.MultiplyAddEstimate(Vector256.Create(line[i..]), tap, a);
            b = Vector256.MultiplyAddEstimate(Vector256.Create(line[(i + Lanes)..]), tap, b);
            c = Vector256.MultiplyAddEstimate(Vector256.Create(line[(i + 2 * Lanes)..]), tap, c);
            d = Vector256.MultiplyAddEstimate(Vector256.Create(line[(i + 3 * Lanes)..]), tap, d);
        }

        a.CopyTo(sums);
        b.CopyTo(sums[Lanes..]);
        c.CopyTo(sums[(2 * Lanes)..]);
        d.CopyTo(sums[(3 * Lanes)..]);
    }

    private void Keep(float[] line, int count) => line.AsSpan(count, _filter.Taps - 1).CopyTo(line);
}
