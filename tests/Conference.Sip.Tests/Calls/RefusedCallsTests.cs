using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Calls;

/// <summary>Why does nothing arrive? Somebody is told (case 27).</summary>
public class RefusedCallsTests
{
    private readonly Stage _stage = new();

    [Fact]
    public void A_provider_that_is_no_trunk_of_ours_is_told_of_once_a_minute()
    {
        for (var i = 0; i < 5; i++) Call("203.0.113.7");
        Assert.Empty(_stage.House.Strangers);
        _stage.Pass(TimeSpan.FromSeconds(5.1));
        Assert.Equal(["203.0.113.7:5062 +39050 401"], _stage.House.Strangers);

        _stage.Pass(TimeSpan.FromSeconds(60));
        Call("203.0.113.7");
        _stage.Pass(TimeSpan.FromSeconds(5.1));
        Assert.Equal(2, _stage.House.Strangers.Count);
    }

    [Fact]
    public void A_phone_that_signs_in_is_no_news()
    {
        new Phone(_stage).Dial("6001");
        _stage.Pass(TimeSpan.FromSeconds(6));

        Assert.Single(_stage.Calls);
        Assert.Empty(_stage.House.Strangers);
    }

    [Fact]
    public void A_call_that_asks_for_what_nobody_can_do_is_told_with_its_answer()
    {
        new Phone(_stage).Dial("6001", "Require: teleport\r\n");

        Assert.Equal(["192.0.2.7:5062 6001 420"], _stage.House.Strangers);
    }

    [Fact]
    public void A_thousand_scanners_are_thirty_lines_a_minute()
    {
        for (var i = 0; i < 200; i++) Call($"203.0.{i}.7");
        _stage.Pass(TimeSpan.FromSeconds(6));

        Assert.Equal(30, _stage.House.Strangers.Count);
    }

    private void Call(string from)
    {
        var stranger = new Phone(_stage, "provider", from);
        stranger.Send(stranger.Write("INVITE", "sip:+39050@192.0.2.1", body: "v=0\r\n"));
    }
}
