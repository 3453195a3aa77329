using System.Net;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Authentication;

public class SipBansTests
{
    private readonly Stage _stage = new();

    [Fact]
    public void Ten_wrong_digests_put_a_guesser_on_the_list_and_lifting_lets_him_in_again()
    {
        var phone = new Phone(_stage) { Secret = "guess" };
        Guess(phone, 10);

        var ban = Assert.Single(_stage.Agent.Bans.Bans);
        Assert.Equal((phone.Wire.Remote.Address, "2001a", 10), (ban.Source, ban.Username, ban.Wrong));
        Assert.Equal(TimeSpan.FromMinutes(1), ban.Until - ban.Since);
        phone.Secret = "secret-2001a";
        phone.Ask("REGISTER", "sip:pbx.test", to: "sip:2001a@pbx.test"); // challenged, and then
        Assert.Equal(403, phone.Wire.Last.Status);

        _stage.Agent.Bans.Lift(IPAddress.Parse("192.0.2.7"), "2001A");
        _stage.Turn();
        Assert.Empty(_stage.Agent.Bans.Bans);
        Assert.Equal(200, phone.Register()!.Status);
        Assert.Equal(["ban 2001a", "over 2001a"], _stage.House.Bans);
    }

    [Fact]
    public void A_ban_ends_by_itself_and_says_so()
    {
        Guess(new Phone(_stage) { Secret = "guess" }, 10);
        _stage.Pass(TimeSpan.FromSeconds(61));

        Assert.Empty(_stage.Agent.Bans.Bans);
        Assert.Equal(["ban 2001a", "over 2001a"], _stage.House.Bans);
    }

    [Fact]
    public void Whoever_goes_on_is_on_the_list_for_longer_and_since_the_same_moment()
    {
        var phone = new Phone(_stage) { Secret = "guess" };
        Guess(phone, 10);
        var first = Assert.Single(_stage.Agent.Bans.Bans);
        _stage.Pass(TimeSpan.FromSeconds(20));
        Guess(phone, 12);

        var longer = Assert.Single(_stage.Agent.Bans.Bans);
        Assert.Equal(first.Since, longer.Since);
        Assert.InRange(longer.Until - longer.Since, TimeSpan.FromSeconds(610), TimeSpan.FromSeconds(640));
    }

    [Fact]
    public void Missing_credentials_and_stale_nonces_never_count()
    {
        var phone = new Phone(_stage);
        for (var i = 0; i < 60; i++)
        {
            phone.CSeq++;
            phone.Send(phone.Write("REGISTER", "sip:pbx.test", i % 2 == 0 ? "" : phone.Authorization("REGISTER", "sip:pbx.test", i), to: "sip:2001a@pbx.test"));
            _stage.Pass(TimeSpan.FromMilliseconds(100));
        }

        Assert.Empty(_stage.Agent.Bans.Bans);
    }

    [Fact]
    public void Names_that_exist_and_names_that_do_not_are_banned_alike()
    {
        var known = new Phone(_stage, address: "192.0.2.10") { Secret = "guess" };
        var unknown = new Phone(_stage, "nobody", address: "192.0.2.11") { Secret = "guess" };
        var answers = new[] { known, unknown }.Select(p => string.Join(' ', Enumerable.Range(0, 14).Select(_ => Guess(p, 1)))).ToList();

        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(2, _stage.Agent.Bans.Bans.Length);
    }

    /// <summary>Guesses without being bounced by limits on messages: time passes.</summary>
    private string Guess(Phone phone, int times)
    {
        for (var i = 0; i < times; i++)
        {
            phone.Wire.Sent.Clear();
            phone.Register();
            _stage.Pass(TimeSpan.FromMilliseconds(100));
        }

        return string.Join(',', phone.Wire.Sent.Select(m => m.Status));
    }
}
