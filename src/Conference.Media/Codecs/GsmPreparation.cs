using static Conference.Media.Codecs.Gsm;

namespace Conference.Media.Codecs;

/// <summary>What GSM full rate does to samples before it looks at them: scaling, offset compensation and pre-emphasis (GSM 06.10 §5.2.1 to §5.2.3).</summary>
internal struct GsmPreparation
{
    private const int Pole = 32735;
    private const int Emphasis = -28180;

    private int _lastSample;
    private int _offset; // 16 fractional bits more than a sample
    private int _lastOutput;

    public void Prepare(ReadOnlySpan<short> pcm, Span<short> prepared)
    {
        for (var k = 0; k < Frame; k++)
        {
            var sample = pcm[k] >> 3 << 2;
            var (high, low) = (_offset >> 15, _offset & 0x7FFF);
            var step = ((sample - _lastSample) << 15) + MultR(low, Pole);
            _lastSample = sample;
            _offset = AddLong(high * Pole, step);
            var emphasis = MultR(_lastOutput, Emphasis);
            _lastOutput = AddLong(_offset, 16384) >> 15;
            prepared[k] = (short)Add(_lastOutput, emphasis);
        }
    }

    private static int AddLong(int a, int b) => (int)Math.Clamp((long)a + b, int.MinValue, int.MaxValue);
}
