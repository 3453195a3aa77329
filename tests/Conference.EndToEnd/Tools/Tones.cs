namespace Conference.EndToEnd.Tools;

/// <summary>Who was heard when: each voice of a story is one frequency, found again in any recording.</summary>
public static class Tones
{
    /// <summary>One look at the sound: 100 ms resolve 20 Hz.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(800);

    /// <summary>From this amplitude on (of full scale) a tone counts as heard: -46 dB, far below a voice and far above what G.711 adds.</summary>
    private const double Audible = 0.005;

    /// <summary>A stretch of a recording, counted from its start.</summary>
    public readonly record struct Span(TimeSpan From, TimeSpan To)
    {
        public TimeSpan Length => To - From;

        public override string ToString() => $"{From.TotalSeconds:F2}-{To.TotalSeconds:F2}";
    }

    /// <summary>A steady tone; whole hertz repeat every second, so any length is seamless.</summary>
    /// <param name="amplitude">Of full scale.</param>
    public static WavFile Sine(int frequency, TimeSpan length, double amplitude = 0.15, int rate = 8000) =>
        new(rate, [.. Enumerable.Range(0, (int)(length.TotalSeconds * rate)).Select(i => (short)(32767 * amplitude * Math.Sin(2 * Math.PI * frequency * (i % rate) / rate)))], 0);

    /// <summary>How strong a frequency is in these samples: the amplitude of its sine, of full scale (Goertzel under a Hann window).</summary>
    public static double Amplitude(ReadOnlySpan<short> samples, int rate, double frequency)
    {
        var turn = 2 * Math.Cos(2 * Math.PI * frequency / rate);
        var (before, last, weight) = (0.0, 0.0, 0.0);
        for (var i = 0; i < samples.Length; i++)
        {
            var hann = 0.5 - 0.5 * Math.Cos(2 * Math.PI * (i + 0.5) / samples.Length);
            weight += hann;
            (before, last) = (last, hann * samples[i] / 32768 + turn * last - before);
        }

        var power = last * last + before * before - turn * last * before;
        return weight == 0 ? 0 : 2 * Math.Sqrt(Math.Max(0, power)) / weight;
    }

    /// <summary>The stretches in which a frequency is heard, to about half a window at each end.</summary>
    public static IReadOnlyList<Span> Heard(WavFile wav, double frequency)
    {
        var found = new List<Span>();
        TimeSpan? since = null;
        var (window, step) = (Samples(Window, wav), Samples(Step, wav));
        for (var at = 0; at + window <= wav.Samples.Length; at += step)
        {
            var middle = TimeSpan.FromSeconds((at + window / 2.0) / wav.Rate);
            var heard = Amplitude(wav.Samples.AsSpan(at, window), wav.Rate, frequency) > Audible;
            if (heard) since ??= middle;
            if (heard || since is null) continue;
            found.Add(new Span(since.Value, middle));
            since = null;
        }

        if (since is { } from) found.Add(new Span(from, wav.Length));
        return found;
    }

    /// <summary>The same, with breaks and blips shorter than <paramref name="shortest"/> ignored: a lost packet is not a departure.</summary>
    public static IReadOnlyList<Span> Heard(WavFile wav, double frequency, TimeSpan shortest)
    {
        var joined = new List<Span>();
        foreach (var span in Heard(wav, frequency))
        {
            if (joined.Count > 0 && span.From - joined[^1].To < shortest) joined[^1] = new Span(joined[^1].From, span.To);
            else joined.Add(span);
        }

        return [.. joined.Where(span => span.Length >= shortest)];
    }

    /// <summary>How long the last sentence was: sound up to the last that is heard, with no gap in it longer than a sentence's pauses.</summary>
    public static TimeSpan LastSentence(WavFile wav)
    {
        var step = Samples(Step, wav);
        var loud = Enumerable.Range(0, wav.Samples.Length / step).Where(at => wav.Samples.AsSpan(at * step, step).ContainsAnyExceptInRange((short)-300, (short)300)).ToList();
        var first = loud.Count - 1;
        while (first > 0 && (loud[first] - loud[first - 1]) * Step < Pause) first--;
        return loud.Count == 0 ? TimeSpan.Zero : (loud[^1] - loud[first] + 1) * Step;
    }

    private static int Samples(TimeSpan time, WavFile wav) => (int)(time.TotalSeconds * wav.Rate);
}
