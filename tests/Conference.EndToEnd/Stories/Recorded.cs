using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>When somebody was in the room and could be heard.</summary>
public readonly record struct Turn(Phone Who, DateTime From, DateTime To);

/// <summary>A recording laid over what happened.</summary>
public static class Recorded
{
    /// <summary>
    /// How far a tone may begin or end from its moment, all clocks laid together: jitter buffer, mixer tick, the window of the analysis, and most of
    /// all the page, whose word a turn is measured by and which on a busy machine shows a mute or an unmute up to half a second after the mixer did it.
    /// </summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(900);

    /// <summary>How long after the last key of the PIN a phone is still busy sending that key instead of a voice.</summary>
    private static readonly TimeSpan LastKey = TimeSpan.FromMilliseconds(400);

    /// <summary>How late a busy machine may do what it was told, as long as it does everything that late.</summary>
    private static readonly TimeSpan Lateness = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan ShortestTurn = TimeSpan.FromMilliseconds(300);

    /// <summary>That each voice is in the recording in just its turns and never else.</summary>
    /// <param name="startedAt">About when the recording began.</param>
    public static void Holds(WavFile wav, DateTime startedAt, params Turn[] turns)
    {
        var expected = turns.GroupBy(turn => turn.Who).ToDictionary(voice => voice.Key, voice => voice.Select(turn => new Tones.Span(turn.From - startedAt, turn.To - startedAt)).ToList());
        var heard = expected.Keys.ToDictionary(who => who, who => Tones.Heard(wav, who.Tone, ShortestTurn));
        var found = string.Join('\n', expected.Select(voice => $"{voice.Key.Name} expected {string.Join(' ', voice.Value)}, heard {string.Join(' ', heard[voice.Key])}")) + $"\nof {wav.Length.TotalSeconds:F2} s";
        Assert.True(expected.All(voice => voice.Value.Count == heard[voice.Key].Count), found);

        var entries = expected.Select(voice => heard[voice.Key][0].From - voice.Value[0].From).ToList();
        var others = expected.SelectMany(voice => voice.Value.Zip(heard[voice.Key])
            .SelectMany((pair, turn) => turn == 0 ? [pair.Second.To - pair.First.To] : new[] { pair.Second.From - pair.First.From, pair.Second.To - pair.First.To })).Order().ToList();
        var lateness = others[others.Count / 2];
        Assert.True(lateness.Duration() <= Lateness, found);
        Assert.All(others, each => Assert.True((each - lateness).Duration() <= Tolerance, found));
        Assert.All(entries, each => Assert.InRange(each - lateness, -Tolerance, Tolerance + LastKey));
    }
}
