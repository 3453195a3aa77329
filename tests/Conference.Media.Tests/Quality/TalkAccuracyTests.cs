using Conference.Media.Codecs;
using Conference.Media.Tests.Testing;
using Xunit.Abstractions;

namespace Conference.Media.Tests.Quality;

/// <summary>Four people in a room talk in turn, and sometimes at once, before a little noise: the page shows who it is.</summary>
public sealed class TalkAccuracyTests(ITestOutputHelper output)
{
    private const int Ticks = 120 * 50;
    private const int Onset = 5; // 100 ms
    private const int Offset = 35; // 700 ms: it takes half a second of silence to be sure, more in rooms with an echo of the voice

    [Fact]
    public void Who_is_talking_is_right_in_98_of_100_frames()
    {
        using var bridge = new Bridge();
        var tracks = Speech.Languages.Select((language, i) => Script(language, i)).ToArray();
        var phones = tracks.Select(_ => bridge.Dial()).ToArray();
        var at = 0;
        for (var i = 0; i < phones.Length; i++)
        {
            var track = tracks[i].Pcm;
            phones[i].Voice = () =>
            {
                var codes = new byte[160];
                G711.Encode(Law.A, track.AsSpan(at * 160, 160), codes);
                return codes;
            };
        }

        using var room = bridge.Seat(phones);
        var (right, judged) = (0, 0);
        var talking = new HashSet<Guid>();
        for (at = 0; at < Ticks; at++)
        {
            bridge.Pass(1);
            while (room.Talk.TryRead(out var change))
                _ = change.Talking ? talking.Add(change.Seat) : talking.Remove(change.Seat);
            for (var i = 0; i < phones.Length; i++)
            {
                if (tracks[i].Truth[at] is not { } truth) continue;
                judged++;
                if (talking.Contains(phones[i].Seat.Id) == truth) right++;
            }
        }

        output.WriteLine($"{100.0 * right / judged:F2} % of {judged} frames");
        Assert.True(judged > Ticks * 2);
        Assert.InRange((double)right / judged, 0.98, 1);
    }

    /// <summary>Sentences of one language in turns, noise between; who follows sometimes begins before the other has ended.</summary>
    private static (short[] Pcm, bool?[] Truth) Script(string language, int place)
    {
        var pcm = Signal.Noise(12, (Ticks + 1) * 160, seed: place + 1);
        var truth = new bool?[Ticks + 1];
        Array.Fill(truth, false);
        var sentences = Speech.Sentences(language, 8000).Where(s => s.Length > 8000).ToArray();
        var turn = 200; // ticks between the beginnings of two speakers
        for (var (n, from) = (0, 100 + place * turn); from + 400 < Ticks; n++, from += 4 * turn)
        {
            var sentence = sentences[n % sentences.Length];
            for (var i = 0; i < sentence.Length && (from * 160) + i < pcm.Length; i++)
                pcm[from * 160 + i] = (short)Math.Clamp(pcm[from * 160 + i] + sentence[i], short.MinValue, short.MaxValue);
            Mark(truth, sentence, from);
        }

        return (pcm, truth);
    }

    /// <summary>Speech is from the first loud frame to the last; its edges, and pauses in it that are nearly long enough to count as an end, are not judged.</summary>
    private static void Mark(bool?[] truth, short[] sentence, int from)
    {
        var loud = sentence.Chunk(160).Select((frame, i) => (IsLoud: frame.Max(s => Math.Abs((int)s)) > 700, At: from + i)).Where(f => f.IsLoud).Select(f => f.At).ToArray();
        for (var at = loud[0] - Onset; at < Math.Min(truth.Length, loud[^1] + Offset); at++)
            truth[at] = null;
        foreach (var (one, next) in loud.Zip(loud.Skip(1)))
        {
            if (next - one > 15) continue;
            for (var at = Math.Max(one, loud[0] + Onset); at < Math.Min(truth.Length, next); at++)
                truth[at] = true;
        }
    }
}
