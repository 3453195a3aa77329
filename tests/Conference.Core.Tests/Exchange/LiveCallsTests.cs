using Conference.Core.Exchange;

namespace Conference.Core.Tests.Exchange;

public class LiveCallsTests
{
    private readonly LiveCalls _live = new();
    private readonly LiveCall _call = new(Guid.NewGuid(), "200", "Anna", "201", "Bruno", LiveCallState.Ringing, DateTimeOffset.UnixEpoch, null, [Leg("a", "200"), Leg("b", "201")]);

    [Fact]
    public void A_call_is_found_by_its_extensions_and_its_legs_until_they_leave_it()
    {
        _live.Tell(_call);
        Assert.Equal((1, 1, 0), (_live.CountOf("200"), _live.CountOf("201"), _live.CountOf("202")));
        Assert.Equal("201", _live.Leg("b")!.Extension);

        _live.Tell(_call with { Legs = [Leg("a", "200"), Leg("c", "202")] });
        Assert.Equal((1, 0, 1), (_live.CountOf("200"), _live.CountOf("201"), _live.CountOf("202")));
        Assert.Equal((null, "202"), (_live.Leg("b"), _live.Leg("c")!.Extension));

        _live.Tell(_call with { State = LiveCallState.Ended });
        Assert.Equal((0, 0, null), (_live.CountOf("200"), _live.CountOf("202"), _live.Leg("c")));
        Assert.Null(_live.Find(_call.Id));
    }

    [Fact]
    public void Only_so_many_calls_of_an_extension_are_taken_however_many_come_at_once()
    {
        var taken = 0;
        Parallel.For(0, 64, _ =>
        {
            if (_live.TryTell(_call with { Id = Guid.NewGuid() }, "201", 3)) Interlocked.Increment(ref taken);
        });

        Assert.Equal((3, 3), (taken, _live.CountOf("201")));
    }

    [Fact]
    public void Several_calls_of_one_extension_are_told_oldest_first()
    {
        var later = _call with { Id = Guid.NewGuid(), Since = DateTimeOffset.UnixEpoch.AddMinutes(1), Legs = [Leg("d", "200")] };
        _live.Tell(later);
        _live.Tell(_call);

        Assert.Equal([_call.Id, later.Id], _live.Of("200").Select(c => c.Id));
        _live.Tell(_call with { State = LiveCallState.Ended });
        Assert.Equal([later.Id], _live.Of("200").Select(c => c.Id));
    }

    [Fact]
    public void A_leg_that_was_transferred_is_found_in_its_new_call_when_the_old_one_ends()
    {
        _live.Tell(_call);
        _live.Tell(_call with { Id = Guid.NewGuid(), Legs = [Leg("b", "201")] });
        _live.Tell(_call with { State = LiveCallState.Ended });

        Assert.NotNull(_live.Leg("b"));
    }

    [Fact]
    public void Many_tell_at_once_and_nothing_is_lost()
    {
        Parallel.For(0, 1_000, i => _live.Tell(_call with { Id = new Guid(i, 0, 0, new byte[8]), Legs = [Leg("x" + i, "200")] }));
        Assert.Equal(1_000, _live.CountOf("200"));
        Parallel.For(0, 1_000, i => _live.Tell(_call with { Id = new Guid(i, 0, 0, new byte[8]), State = LiveCallState.Ended }));
        Assert.Equal((0, 0), (_live.CountOf("200"), _live.All.Length));
    }

    private static LiveLeg Leg(string callId, string extension) => new(callId, extension + "a", extension, false, true, false, "");
}
