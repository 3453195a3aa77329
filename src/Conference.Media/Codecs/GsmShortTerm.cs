using System.Runtime.CompilerServices;
using static Conference.Media.Codecs.Gsm;

namespace Conference.Media.Codecs;

/// <summary>The short-term lattice filter of GSM full rate, analysis or synthesis, with coefficients that glide from frame to frame (GSM 06.10 §5.2.8 to §5.2.10, §5.3.4).</summary>
internal struct GsmShortTerm
{
    private Eight _lastRatios;
    private Eight _lattice;

    /// <summary>How a log area ratio becomes its code: slope, offset, least and largest code, and one over the slope (tables 4.1, 4.2).</summary>
    internal static readonly (short Slope, short Offset, short Least, short Largest, short Inverse)[] Ratio =
    [
        (20480, 0, -32, 31, 13107), (20480, 0, -32, 31, 13107), (20480, 2048, -16, 15, 13107), (20480, -2560, -16, 15, 13107),
        (13964, 94, -8, 7, 19223), (15360, -1792, -8, 7, 17476), (8534, -341, -4, 3, 31454), (9036, -1144, -4, 3, 29708),
    ];

    private static readonly (int Until, int OldQuarters)[] s_glide = [(13, 3), (27, 2), (40, 1), (160, 0)];

    /// <summary>Takes the short-term prediction out of a frame, in place.</summary>
    public void Analyse(in GsmFrame.Ratios codes, Span<short> frame) => Run(codes, frame, isSynthesis: false);

    /// <summary>Puts it back.</summary>
    public void Synthesise(in GsmFrame.Ratios codes, Span<short> frame) => Run(codes, frame, isSynthesis: true);

    private void Run(in GsmFrame.Ratios codes, Span<short> frame, bool isSynthesis)
    {
        Eight ratios = default;
        for (var i = 0; i < 8; i++)
            ratios[i] = Decode(i, codes[i]);
        var from = 0;
        foreach (var (until, oldQuarters) in s_glide)
        {
            var reflections = Reflections(ratios, oldQuarters);
            if (isSynthesis) Synthesise(reflections, frame[from..until]);
            else Analyse(reflections, frame[from..until]);
            from = until;
        }

        _lastRatios = ratios;
    }

    private static int Decode(int index, int code)
    {
        var (_, offset, least, _, inverse) = Ratio[index];
        var ratio = MultR(inverse, Sub((code + least) << 10, offset << 1));
        return Add(ratio, ratio);
    }

    private readonly Eight Reflections(in Eight ratios, int oldQuarters)
    {
        Eight reflections = default;
        for (var i = 0; i < 8; i++)
        {
            var (old, now) = (_lastRatios[i], ratios[i]);
            var ratio = oldQuarters switch
            {
                3 => Add(Add(old >> 2, now >> 2), old >> 1),
                2 => Add(old >> 1, now >> 1),
                1 => Add(Add(old >> 2, now >> 2), now >> 1),
                _ => now,
            };
            reflections[i] = ToReflection(ratio);
        }

        return reflections;
    }

    private static int ToReflection(int ratio)
    {
        var magnitude = ratio == short.MinValue ? short.MaxValue : Math.Abs(ratio);
        return WithSign(magnitude < 11059 ? magnitude << 1 : magnitude < 20070 ? magnitude + 11059 : Add(magnitude >> 2, 26112), ratio);
    }

    private void Analyse(in Eight reflections, Span<short> samples)
    {
        for (var k = 0; k < samples.Length; k++)
        {
            int through = samples[k], held = samples[k];
            for (var i = 0; i < 8; i++)
            {
                var before = _lattice[i];
                _lattice[i] = held;
                held = Add(before, MultR(reflections[i], through));
                through = Add(through, MultR(reflections[i], before));
            }

            samples[k] = (short)through;
        }
    }

    private void Synthesise(in Eight reflections, Span<short> samples)
    {
        for (var k = 0; k < samples.Length; k++)
        {
            int through = samples[k];
            for (var i = 7; i >= 0; i--)
            {
                through = Sub(through, MultR(reflections[i], _lattice[i]));
                if (i < 7) _lattice[i + 1] = Add(_lattice[i], MultR(reflections[i], through));
            }

            samples[k] = (short)(_lattice[0] = through);
        }
    }

    [InlineArray(8)]
    private struct Eight
    {
        private int _first;
    }
}
