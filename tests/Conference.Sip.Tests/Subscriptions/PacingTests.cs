using Conference.Sip.Subscriptions;
using static Conference.Sip.Subscriptions.Pacing.Input;

namespace Conference.Sip.Tests.Subscriptions;

public class PacingTests
{
    [Theory]
    [InlineData("the first change goes out at once", "S", Change)]
    [InlineData("changes while one is on its way go together", "S..S", Change, Change, Answer, PauseOver)]
    [InlineData("an answer alone does not end the pause", "S...S", Change, Change, Change, Answer, PauseOver)]
    [InlineData("the pause alone does not either", "S..S", Change, Change, PauseOver, Answer)]
    [InlineData("nothing changed, nothing is sent", "S..", Change, Answer, PauseOver)]
    [InlineData("who asks does not wait for the pause", "S.S", Change, Answer, Urge)]
    [InlineData("but for the answer", "S.S", Change, Urge, Answer)]
    [InlineData("and what was pending goes with it", "S..S..", Change, Change, Urge, Answer, Answer, PauseOver)]
    [InlineData("after quiet it begins anew", "S..S", Change, Answer, PauseOver, Change)]
    public void A_story_of_changes_is_sent_as_it_should(string story, string expected, params object[] inputs)
    {
        var pace = Pace.Ready;
        var sent = "";
        foreach (var input in inputs)
        {
            (pace, var sends) = Pacing.On(pace, (Pacing.Input)input);
            sent += sends ? 'S' : '.';
        }

        Assert.True(expected == sent, $"{story}: {sent}");
    }

    [Fact]
    public void No_walk_ever_sends_while_one_is_on_its_way_or_forgets_a_change()
    {
        var random = new Random(4235);
        var (pace, inFlight, dirty) = (Pace.Ready, false, false);
        for (var i = 0; i < 100_000; i++)
        {
            var input = (Pacing.Input)random.Next(4);
            if (input == Answer) inFlight = false;
            if (input is Change or Urge) dirty = true;
            (pace, var sends) = Pacing.On(pace, input);
            if (sends)
            {
                Assert.False(inFlight);
                (inFlight, dirty) = (true, false);
            }

            Assert.Equal(dirty, (pace & Pace.Dirty) != 0);
        }
    }
}
