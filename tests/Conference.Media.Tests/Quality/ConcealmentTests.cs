using Conference.Media.Codecs;
using Conference.Media.Dsp;
using Conference.Media.Tests.Testing;
using Xunit.Abstractions;

namespace Conference.Media.Tests.Quality;

/// <summary>How well one still understands after loss, over half a minute of prompts in two languages.</summary>
/// <remarks>The prompts are synthetic voices, on which codecs that model a throat do a little worse than on people.</remarks>
public sealed class ConcealmentTests(ITestOutputHelper output)
{
    private static readonly VoiceCodecs s_codecs = new();
    private static readonly Dictionary<int, short[]> s_speech = [];

    [Theory]
    [InlineData("PCMA", 0, 0.99)]
    [InlineData("PCMA", 0.01, 0.98)]
    [InlineData("PCMA", 0.05, 0.96)]
    [InlineData("PCMA", 0.10, 0.93)]
    [InlineData("G722", 0, 0.99)]
    [InlineData("G722", 0.05, 0.95)]
    [InlineData("GSM", 0, 0.93)]
    [InlineData("GSM", 0.05, 0.91)]
    [InlineData("G726-32", 0.05, 0.935)]
    public void Our_own_concealment_keeps_speech_intelligible(string codec, double loss, double least) => Check(codec, "", loss, 0, least);

    [Theory]
    [InlineData("", 0, 0, 0.98)]
    [InlineData("useinbandfec=1;maxaveragebitrate=24000", 0.05, 8, 0.955)]
    [InlineData("useinbandfec=1;maxaveragebitrate=24000", 0.10, 15, 0.92)]
    [InlineData("useinbandfec=1;maxaveragebitrate=32000", 0.10, 10, 0.955)]
    [InlineData("maxaveragebitrate=24000", 0.10, 0, 0.88)] // without copies
    public void Opus_carries_a_copy_of_what_was_lost(string wishes, double loss, int expectedLoss, double least) => Check("opus", wishes, loss, expectedLoss, least);

    [Theory]
    [InlineData(0, 0.90)]
    [InlineData(0.05, 0.86)]
    public void G729_conceals_by_itself(double loss, double least) => Check("G729", "", loss, 0, least);

    [Fact]
    public void Concealment_beats_silence_and_repeating_the_last_packet()
    {
        var speech = Of(8000);
        var lost = Loss.Random(speech.Length / 160, 0.05);
        var ours = Stoi.Of(speech, Concealed(speech, lost, 8000), 8000);
        var repeated = Stoi.Of(speech, Patched(speech, lost, isRepeated: true), 8000);
        var silent = Stoi.Of(speech, Patched(speech, lost, isRepeated: false), 8000);
        output.WriteLine($"ours {ours:F3}, repeated {repeated:F3}, silent {silent:F3}");
        Assert.True(ours > repeated && repeated > silent, $"ours {ours:F3}, repeated {repeated:F3}, silent {silent:F3}");
    }

    [Theory]
    [InlineData(8000)]
    [InlineData(16000)]
    [InlineData(48000)]
    public void Bursts_of_three_are_covered_at_every_rate(int rate)
    {
        var speech = Of(rate);
        var heard = Concealed(speech, Loss.Bursts(speech.Length / (rate / 50), 0.05, 3), rate);
        var score = Stoi.Of(speech, heard, rate);
        output.WriteLine($"{rate} Hz: {score:F3}");
        Assert.InRange(score, 0.93, 1);
    }

    private void Check(string name, string wishes, double loss, int expectedLoss, double least)
    {
        var format = s_codecs.Formats.First(f => f.Name == name);
        var speech = Of(format.Rate);
        var heard = Sent(format, wishes, speech, Loss.Random(speech.Length / format.Frame, loss), expectedLoss);
        var (score, _) = Enumerable.Range(0, Delays(format).Length).Select(i => (Stoi.Of(speech, heard[Delays(format)[i]..], format.Rate), i)).Max();
        output.WriteLine($"{name} {wishes} {loss:P0}: {score:F3}");
        Assert.InRange(score, least, 1);
    }

    /// <summary>By how many samples a codec is late.</summary>
    private static int[] Delays(VoiceFormat format) => format.Name switch
    {
        "opus" => [312],
        "G722" => [22],
        "G729" => [40],
        _ => [0],
    };

    /// <summary>Through encoder, network, decoder and concealment, as a leg does it.</summary>
    private static short[] Sent(VoiceFormat format, string wishes, short[] speech, bool[] lost, int expectedLoss)
    {
        using var encoder = s_codecs.OpenEncoder(format, wishes);
        using var decoder = s_codecs.OpenDecoder(format, "");
        if (encoder is OpusEncoder opus) opus.ExpectedLoss = expectedLoss;
        var packets = lost.Select((_, i) => Packet(encoder, speech.AsSpan(i * format.Frame, format.Frame))).ToArray();
        var (concealer, heard) = (new Concealer(format.Rate), new short[speech.Length]);
        for (var i = 0; i < packets.Length; i++)
        {
            var frame = heard.AsSpan(i * format.Frame, format.Frame);
            if (!lost[i]) decoder.Decode(packets[i], frame);
            else if (decoder.Conceal(i + 1 < packets.Length && !lost[i + 1] ? packets[i + 1] : [], frame)) continue;
            if (lost[i]) concealer.Invent(frame);
            else concealer.Pass(frame);
        }

        return heard;
    }

    private static byte[] Packet(IVoiceEncoder encoder, ReadOnlySpan<short> frame)
    {
        var payload = new byte[1920];
        return payload[..encoder.Encode(frame, payload)];
    }

    private static short[] Concealed(short[] speech, bool[] lost, int rate)
    {
        var (concealer, heard) = (new Concealer(rate), speech.ToArray());
        for (var i = 0; i < lost.Length; i++)
        {
            var frame = heard.AsSpan(i * rate / 50, rate / 50);
            if (lost[i]) concealer.Invent(frame);
            else concealer.Pass(frame);
        }

        return heard;
    }

    private static short[] Patched(short[] speech, bool[] lost, bool isRepeated)
    {
        var heard = speech.ToArray();
        for (var i = 1; i < lost.Length; i++)
        {
            for (var k = i * 160; lost[i] && k < (i + 1) * 160; k++)
                heard[k] = (short)(isRepeated ? heard[k - 160] * 0.708 : 0); // -3 dB
        }

        return heard;
    }

    private static short[] Of(int rate)
    {
        lock (s_speech)
        {
            if (!s_speech.TryGetValue(rate, out var speech))
                s_speech[rate] = speech = [.. Speech.Of("en", rate)[..(15 * rate)], .. Speech.Of("it", rate)[..(15 * rate)]];
            return speech;
        }
    }
}
