using Conference.Sip.Trunks;
using static Conference.Sip.Trunks.LineTable;

namespace Conference.Sip.Tests.Trunks;

public class LineTableTests
{
    [Theory]
    [InlineData("registers, refreshes and leaves", "Register StartRefresh,Calm Register StartRefresh,Calm Unregister,Abandon End", State.Gone,
        Input.Begin, Input.Accepted, Input.RefreshDue, Input.Accepted, Input.Remove, Input.Accepted)]
    [InlineData("a registrar that wants longer is asked for longer", "Register Register StartRefresh,Calm", State.Registered, Input.Begin, Input.TooBrief, Input.Accepted)]
    [InlineData("a wrong secret is not tried twice in a row", "Register StartLongPause Register", State.Registering, Input.Begin, Input.Refused, Input.PauseOver)]
    [InlineData("silence is tried again", "Register StartPause Register", State.Registering, Input.Begin, Input.Failed, Input.PauseOver)]
    [InlineData("a registrar that never finishes is given up", "Register StartPause,Abandon", State.Waiting, Input.Begin, Input.Deadline)]
    [InlineData("a broken flow is mended at once", "Register StartRefresh,Calm StartShortPause Register", State.Registering, Input.Begin, Input.Accepted, Input.FlowBroke, Input.PauseOver)]
    [InlineData("removed while waiting there is nothing to take back", "Register StartPause Abandon,End", State.Gone, Input.Begin, Input.Failed, Input.Remove)]
    [InlineData("a silent registrar does not keep us from leaving", "Register StartRefresh,Calm Unregister,Abandon Abandon,End", State.Gone, Input.Begin, Input.Accepted, Input.Remove, Input.Deadline)]
    [InlineData("an answer that comes too late means nothing", "Register StartPause,Abandon Nothing", State.Waiting, Input.Begin, Input.Deadline, Input.Accepted)]
    public void A_line(string story, string expected, object last, params object[] inputs)
    {
        var (state, told) = (State.Idle, new List<string>());
        foreach (var input in inputs)
        {
            (state, var effects) = On(state, (Input)input);
            told.Add(effects.ToString().Replace(" ", "", StringComparison.Ordinal));
        }

        Assert.True((State)last == state && expected == string.Join(' ', told), $"{story}: {state} after {string.Join(' ', told)}");
    }

    [Fact]
    public void Nothing_is_ever_in_progress_without_a_timer_that_ends_it()
    {
        var random = new Random(1936);
        var state = State.Idle;
        for (var i = 0; i < 200_000; i++)
        {
            var input = (Input)random.Next(10);
            var before = state;
            (state, var effects) = On(state, input);
            var waits = state is State.Registering or State.Refreshing or State.Waiting or State.Registered or State.Leaving;
            const Effect Timed = Effect.Register | Effect.Unregister | Effect.StartPause | Effect.StartLongPause | Effect.StartShortPause | Effect.StartRefresh;
            if (waits && state != before) Assert.True((effects & Timed) != 0, $"{before} + {input} = {state} without a timer");
            if (state == State.Gone) state = State.Idle;
        }
    }

    [Fact]
    public void Pauses_double_from_thirty_seconds_to_ten_minutes_a_quarter_more_or_less()
    {
        var backoff = new Backoff(new Random(1));
        foreach (var seconds in new[] { 30, 60, 120, 240, 480, 600, 600 })
            Assert.InRange(backoff.Next().TotalSeconds, seconds * 0.75, seconds * 1.25);

        backoff.Calm();
        Assert.InRange(backoff.Next().TotalSeconds, 22.5, 37.5);
        Assert.Equal(TimeSpan.Zero, Backoff.Soon(TimeSpan.FromMinutes(5)));
        Assert.Equal(TimeSpan.FromSeconds(25), Backoff.Soon(TimeSpan.FromSeconds(5)));
    }
}
