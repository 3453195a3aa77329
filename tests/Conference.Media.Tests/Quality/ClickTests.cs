using Conference.Media.Codecs;
using Conference.Media.Files;
using Conference.Media.Mixing;
using Conference.Media.Tests.Testing;
using Xunit.Abstractions;

namespace Conference.Media.Tests.Quality;

/// <summary>Whatever changes in a room while somebody speaks, a listener hears no click: no step between two samples that is 3 % of full scale beyond the voices' own.</summary>
public sealed class ClickTests(ITestOutputHelper output) : IDisposable
{
    private const double Hertz = 400;
    private const double Loud = 6000;
    private const double MostBeyond = 0.03 * 32768;

    private readonly Bridge _bridge = new();

    public enum Change
    {
        Joins,
        Leaves,
        IsMutedAndHeardAgain,
        IsTurnedUp,
        IsTurnedDown,
        GoesDeaf,
        Whispers,
    }

    public static TheoryData<Change, bool> Changes
    {
        get
        {
            var all = new TheoryData<Change, bool>();
            foreach (var change in Enum.GetValues<Change>())
            {
                all.Add(change, false);
                all.Add(change, true);
            }

            return all;
        }
    }

    public void Dispose() => _bridge.Dispose();

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_makes_no_click_for_a_listener(Change change, bool isWide)
    {
        var format = isWide ? VoiceFormats.G722 : VoiceFormats.Pcma;
        using var listener = new CodecPhone(_bridge, format, 42000);
        using var steady = new CodecPhone(_bridge, format, 42100, Hertz, Loud);
        using var other = new CodecPhone(_bridge, format, 42200, Hertz * 1.37, Loud);
        using var room = _bridge.Engine.OpenRoom();
        MixPlan everybody = new([listener.Seat, steady.Seat, other.Seat]);
        MixPlan without = new([listener.Seat, steady.Seat]);
        room.Use(change == Change.Joins ? without : everybody);
        _bridge.Pass(150);
        var before = listener.Heard.Count;

        for (var i = 0; i < 6; i++) // at other places of the waves each time
        {
            room.Use(Changed(change, i % 2 == 0, everybody, without, listener, other));
            _bridge.Pass(37);
        }

        var heard = listener.Heard.Skip(before).ToArray();
        var step = heard.Zip(heard.Skip(1), (a, b) => Math.Abs(b - a)).Max();
        var factor = change == Change.IsTurnedUp ? 2 : 1;
        var own = 2 * Math.PI / format.Rate * Loud * (Hertz + factor * 1.37 * Hertz);
        output.WriteLine($"{change}: {step}, of which the voices' own {own:F0}");
        Assert.InRange(step, 0, 1.05 * own + MostBeyond);
    }

    [Fact]
    public void A_prompt_that_begins_and_is_stopped_makes_no_click()
    {
        using var listener = new CodecPhone(_bridge, VoiceFormats.Pcma, 42000);
        using var steady = new CodecPhone(_bridge, VoiceFormats.Pcma, 42100, Hertz, Loud);
        using var room = _bridge.Engine.OpenRoom();
        room.Use(new MixPlan([listener.Seat, steady.Seat]));
        _bridge.Pass(150);
        var before = listener.Heard.Count;
        for (var i = 0; i < 5; i++)
        {
            _ = listener.Session.PlayAsync([Tones.Beep], CancellationToken.None);
            _bridge.Pass(43);
        }

        var heard = listener.Heard.Skip(before).ToArray();
        var beep = Tones.Beep.AtRate(8000).Samples.ToArray();
        var own = 2 * Math.PI / 8000 * Loud * Hertz + beep.Zip(beep.Skip(1), (a, b) => Math.Abs(b - a)).Max();
        Assert.InRange(heard.Zip(heard.Skip(1), (a, b) => Math.Abs(b - a)).Max(), 0, 1.05 * own + MostBeyond);
    }

    private static MixPlan Changed(Change change, bool there, MixPlan everybody, MixPlan without, CodecPhone listener, CodecPhone other)
    {
        MixPlan With(Seat seat) => new([.. everybody.Seats.Select(s => s.Id == seat.Id ? seat : s)]);
        return change switch
        {
            Change.Joins => there ? everybody : without,
            Change.Leaves => there ? without : everybody,
            Change.IsMutedAndHeardAgain => With(other.Seat with { Speaks = !there }),
            Change.IsTurnedUp => With(other.Seat with { SpeakingVolume = there ? 6 : 0 }),
            Change.IsTurnedDown => With(other.Seat with { SpeakingVolume = there ? -12 : 0 }),
            Change.GoesDeaf => everybody with { Relations = there ? [new Relation(other.Seat.Id, listener.Seat.Id, RelationKind.Deaf)] : [] },
            _ => everybody with { Relations = there ? [new Relation(other.Seat.Id, listener.Seat.Id, RelationKind.Whisper)] : [] },
        };
    }
}
