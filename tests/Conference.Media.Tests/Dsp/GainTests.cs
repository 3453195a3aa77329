using Conference.Media.Dsp;
using Conference.Media.Mixing;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Dsp;

public sealed class GainTests
{
    [Fact]
    public void Every_step_is_what_it_says_within_a_tenth_of_a_decibel()
    {
        for (var decibels = Gain.Least; decibels <= Gain.Most; decibels += Gain.Step)
        {
            var amplitude = decibels <= 0 ? 30000 : 3000;
            var pcm = Tone.Sine(1020, amplitude, 8000);
            Gain.Apply(pcm, Gain.Of(decibels));
            Assert.InRange(20 * Math.Log10(Tone.Fit(pcm, 1020, 8000).Amplitude / amplitude), decibels - 0.1, decibels + 0.1);

            var sum = Tone.Sine(1020, amplitude, 8000).Select(s => 4 * s).ToArray();
            Gain.Apply(sum, Gain.Of(decibels));
            Assert.InRange(20 * Math.Log10(Tone.Fit([.. sum.Select(s => (short)(s / 32))], 1020, 8000).Amplitude * 8 / amplitude), decibels - 0.1, decibels + 0.1);
        }
    }

    [Fact]
    public void Zero_decibels_change_nothing_and_too_much_saturates()
    {
        var noise = Signal.Noise(32767, 333);
        var pcm = noise.ToArray();
        Gain.Apply(pcm, Gain.Of(0));
        Assert.Equal(noise, pcm);
        Gain.Apply(pcm, Gain.Of(18));
        for (var i = 0; i < pcm.Length; i++)
            Assert.Equal(Math.Clamp((noise[i] * Gain.Of(18) + 2048) >> 12, -32768, 32767), pcm[i]);
    }

    [Fact]
    public void A_knob_that_is_turned_does_not_click()
    {
        var volume = new Volume();
        var heard = new List<short>();
        foreach (var decibels in new[] { 0, -30, 6, 0, -12 })
        {
            volume.Decibels = decibels;
            var frame = Tone.Sine(50, 8000, 320, heard.Count, 16000);
            volume.Apply(frame);
            heard.AddRange(frame);
        }

        Assert.InRange(Enumerable.Range(1, heard.Count - 1).Max(i => Math.Abs(heard[i] - heard[i - 1])), 0, 2 * Math.PI * 50 / 16000 * 16000 + 8000.0 * 2 / 320 + 50);
    }

    [Theory]
    [InlineData(8000)]
    [InlineData(48000)]
    public void An_offset_is_taken_out_and_a_clean_voice_left_alone(int rate)
    {
        var clean = new DcBlock(rate);
        foreach (var frame in Speech.Of("en", rate)[..(10 * rate)].Chunk(rate / 50))
        {
            var pcm = frame.ToArray();
            clean.Apply(pcm);
            Assert.Equal(frame, pcm);
        }

        var bad = new DcBlock(rate);
        short[] last = [];
        for (var i = 0; i < 200; i++)
            bad.Apply(last = [.. Tone.Sine(400, 3000, rate / 50, i * rate / 50, rate).Select(s => (short)(s + 1500))]);
        Assert.InRange(last.Average(s => s), -20, 20);
        Assert.InRange(Tone.Amplitude(last, 400, rate), 2900, 3050);
    }

    [Fact]
    public void The_gate_turns_noise_down_by_18_decibels_and_lets_speech_through_at_once()
    {
        var gate = new NoiseGate(8000);
        var noise = Signal.Noise(200, 160);
        for (var i = 0; i < 14; i++)
            Assert.Equal(noise, Gated(gate, noise, -50));
        for (var i = 0; i < 10; i++)
            Gated(gate, noise, -50);
        Assert.False(gate.IsOpen);
        Assert.InRange(Level(Gated(gate, noise, -50)) - Level(noise), -18.5, -17.5);

        var speech = Tone.Sine(300, 8000, 160);
        var first = Gated(gate, speech, -20);
        Assert.Equal(speech[40..], first[40..]); // 5 ms later
        Assert.Equal(speech, Gated(gate, speech, -20));

        static short[] Gated(NoiseGate gate, short[] frame, float level)
        {
            var pcm = frame.ToArray();
            gate.Apply(pcm, level, -53);
            return pcm;
        }
    }

    [Theory]
    [InlineData(-35)]
    [InlineData(-30)]
    [InlineData(-20)]
    [InlineData(-8)]
    public void Everybody_is_as_loud_within_three_seconds(int level)
    {
        var agc = new AutoGain();
        var amplitude = Math.Sqrt(2) * 32768 * Math.Pow(10, level / 20.0);
        short[] last = [];
        for (var i = 0; i < 150; i++)
        {
            last = Tone.Sine(400, Math.Min(32767, amplitude), 160, i * 160);
            agc.Apply(last, Bus.Power(last), -75, isSpeech: true);
        }

        Assert.InRange(Level(last), -22, -18);
    }

    [Fact]
    public void A_level_that_is_right_is_not_touched_and_silence_moves_nothing()
    {
        var agc = new AutoGain();
        var quiet = Tone.Sine(400, 300, 160);
        var same = quiet.ToArray();
        for (var i = 0; i < 100; i++)
            agc.Apply(same, Bus.Power(same), -75, isSpeech: false);
        Assert.Equal(quiet, same);
        Assert.Equal(0, agc.Decibels);
    }

    [Fact]
    public void Noise_is_not_pumped_up()
    {
        var agc = new AutoGain();
        for (var i = 0; i < 500; i++)
        {
            var pcm = Tone.Sine(400, 800, 160, i * 160);
            agc.Apply(pcm, Bus.Power(pcm), -50, isSpeech: true);
        }

        Assert.InRange(-50 + agc.Decibels, -46, -44.5);
    }

    private static float Level(short[] pcm) => Bus.Decibels(Bus.Power(pcm));
}
