using System.Diagnostics;
using System.Globalization;
using Conference.Media.Codecs;
using Conference.Media.Dsp;
using Conference.Media.Mixing;

namespace Conference.Benchmarks.Media;

/// <summary>What each codec and each step of the mix costs for 20 ms of one voice, as one table. Nothing of it allocates.</summary>
/// <remarks>The least of many short batches: what the machine does besides disturbs some of them, not all.</remarks>
internal static class KernelRun
{
    private const int Batches = 40;
    private const int Frames = 50; // 20 ms each: the voice goes on in a circle
    private static readonly TimeSpan s_batch = TimeSpan.FromMilliseconds(4);
    private static readonly int[] s_rates = [8000, 16000, 48000];

    public static int Run()
    {
        Console.WriteLine($"{"20 ms of",-34}{"ns",10}{"bytes",8}");
        foreach (var (name, work) in Codecs().Concat(s_rates.SelectMany(Arithmetic)).Concat(Resamplers()))
            Measure(name, work);
        return 0;
    }

    private static IEnumerable<(string, Action)> Codecs()
    {
        var codecs = new VoiceCodecs();
        foreach (var format in codecs.Formats)
        {
            var encoder = codecs.OpenEncoder(format, "");
            var decoder = codecs.OpenDecoder(format, "");
            var (voice, payload, pcm) = (Voice(format.Rate), new byte[1920], new short[format.Rate * 120 / 1000]);
            var packets = voice.Chunk(format.Frame).Select(f => payload[..encoder.Encode(f, payload)]).ToArray();
            var at = 0;
            yield return ($"{format.Name}/{format.Rate} encode", () => encoder.Encode(voice.AsSpan(at++ % Frames * format.Frame, format.Frame), payload));
            yield return ($"{format.Name}/{format.Rate} decode", () => decoder.Decode(packets[at++ % Frames], pcm));
            if (encoder is OpusEncoder opus)
            {
                foreach (var complexity in new[] { 0, 3 })
                    yield return ($"opus encode at complexity {complexity}", () => AtComplexity(opus, complexity, voice.AsSpan(at++ % Frames * format.Frame, format.Frame), payload));
            }
        }

        foreach (var missing in codecs.Missing)
            Console.WriteLine($"({missing.Name}: {missing.Library} is not installed)");
    }

    private static void AtComplexity(OpusEncoder opus, int complexity, ReadOnlySpan<short> voice, byte[] payload)
    {
        if (opus.Complexity != complexity) opus.Complexity = complexity;
        opus.Encode(voice, payload);
    }

    private static IEnumerable<(string, Action)> Arithmetic(int rate)
    {
        var frame = rate / 50;
        var (voice, pcm, sum, heard) = (Voice(rate)[..frame], new short[frame], new int[frame], new int[frame]);
        yield return ($"{rate}: add a voice", () => Bus.Add(sum, voice));
        yield return ($"{rate}: take a voice away", () => Bus.Hear(sum, voice, heard));
        yield return ($"{rate}: level", () => Bus.Power(voice));
        var quiet = voice.Select(s => (int)s).ToArray();
        var loud = voice.Select(s => 20 * s).ToArray();
        var (idle, busy) = (new Limiter(), new Limiter());
        yield return ($"{rate}: limiter, nothing to do", () => idle.Apply(quiet, 2, pcm));
        yield return ($"{rate}: limiter at work", () => busy.Apply(loud, 20, pcm));
        yield return ($"{rate}: gain", () => Gain.Apply(pcm, Gain.Of(3)));
        var gain = new AutoGain();
        yield return ($"{rate}: automatic gain", () => Corrected(gain, voice, pcm));
        var (noise, concealer, detector) = (new ComfortNoise(), new Concealer(rate), new DtmfDetector(rate));
        noise.Set(-50);
        yield return ($"{rate}: comfort noise", () => noise.Fill(pcm));
        yield return ($"{rate}: concealer, nothing lost", () => concealer.Pass(voice));
        yield return ($"{rate}: concealer, one packet lost", () => Lose(concealer, voice, pcm));
        yield return ($"{rate}: keys", () => detector.Feed(voice));
    }

    private static void Corrected(AutoGain gain, short[] voice, short[] pcm)
    {
        voice.CopyTo(pcm, 0);
        gain.Apply(pcm, 1e6, -75, isSpeech: true);
    }

    private static void Lose(Concealer concealer, short[] voice, short[] pcm)
    {
        voice.CopyTo(pcm, 0);
        concealer.Pass(pcm);
        concealer.Invent(pcm);
    }

    private static IEnumerable<(string, Action)> Resamplers()
    {
        foreach (var sharpness in new[] { Sharpness.Normal, Sharpness.Light })
        {
            foreach (var from in s_rates)
            {
                foreach (var to in s_rates.Where(r => r != from))
                {
                    var resampler = new Resampler(from, to, sharpness);
                    var (samples, result) = (Voice(from)[..(from / 50)].Select(s => (int)s).ToArray(), new int[to / 50]);
                    yield return ($"{from} to {to}, {sharpness}", () => resampler.Process(samples, result));
                }
            }
        }

        var (tracker, codes) = (new G722Level(), new byte[160]);
        new G722Encoder().Encode(Voice(16000)[..320], codes);
        yield return ("G722 level from code words", () => tracker.Measure(codes));
        var (selection, contenders, voices) = (new LoudestVoices(), new Contender[1000], new VoiceFrame[1000]);
        for (var i = 0; i < voices.Length; i++)
            voices[i] = new VoiceFrame(i * 7919 % 1000, true);
        yield return ("loudest of 1000", () => selection.Select(contenders, voices, 8));
    }

    private static void Measure(string name, Action work)
    {
        for (var warm = Stopwatch.StartNew(); warm.Elapsed < 25 * s_batch;)
            work();
        var (best, rounds) = (double.MaxValue, Rounds(work));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var batch = 0; batch < Batches; batch++)
        {
            var begin = Stopwatch.GetTimestamp();
            for (var i = 0; i < rounds; i++)
                work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(begin).TotalNanoseconds / rounds);
        }

        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)(Batches * rounds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-34}{best,10:F0}{bytes,8:F0}"));
    }

    private static int Rounds(Action work)
    {
        var (rounds, watch) = (0, Stopwatch.StartNew());
        for (; watch.Elapsed < s_batch; rounds++)
            work();
        return rounds;
    }

    /// <summary>A second of something like a voice: a gliding tone with overtones and noise.</summary>
    private static short[] Voice(int rate)
    {
        var random = new Random(1);
        return
        [
            .. Enumerable.Range(0, rate).Select(i => (short)(4000 * Enumerable.Range(1, 6)
                .Sum(h => Math.Sin(2 * Math.PI * h * (120 + 40.0 * i / rate) * i / rate) / h) + random.Next(-400, 400))),
        ];
    }
}
