using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>A recording laid over what happened: its end is known, so every moment of the story has its place in it.</summary>
public sealed class Recorded(WavFile wav, DateTime endedAt)
{
    /// <summary>How far a tone may begin or end from its moment: the jitter buffer, a mixer tick and the window of the analysis.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(600);

    private static readonly TimeSpan ShortestTurn = TimeSpan.FromMilliseconds(300);

    private readonly DateTime _startedAt = endedAt - wav.Length;

    /// <summary>That a voice is in the recording in just these turns and never else.</summary>
    public void Holds(Phone phone, params (DateTime From, DateTime To)[] turns)
    {
        var heard = Tones.Heard(wav, phone.Tone, ShortestTurn);
        var expected = turns.Select(turn => new Tones.Span(Place(turn.From), Place(turn.To))).ToList();
        var same = heard.Count == expected.Count && heard.Zip(expected).All(pair => Near(pair.First.From, pair.Second.From) && Near(pair.First.To, pair.Second.To));
        Assert.True(same, $"{phone.Name} should be heard {string.Join(' ', expected)} but is {string.Join(' ', heard)} in {wav.Length.TotalSeconds:F2} s");
    }

    private TimeSpan Place(DateTime moment) =>
        TimeSpan.FromTicks(Math.Clamp((moment - _startedAt).Ticks, 0, wav.Length.Ticks));

    private static bool Near(TimeSpan one, TimeSpan other) => (one - other).Duration() <= Tolerance;
}
