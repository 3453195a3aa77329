using Conference.Sip.Digests;
using Conference.Sip.Messages;
using Conference.Sip.Registrar;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Registrar;

public class RegistrarTests
{
    private readonly Stage _stage = new();

    [Theory]
    [InlineData(DigestAlgorithm.Md5)]
    [InlineData(DigestAlgorithm.Sha256)]
    public void A_phone_registers_with_either_algorithm_and_is_found_where_it_came_from(DigestAlgorithm algorithm)
    {
        var phone = new Phone(_stage) { Algorithm = algorithm };

        var answer = phone.Register();

        Assert.Equal(200, answer!.Status);
        Assert.StartsWith("<sip:2001a@192.0.2.7:5062>;expires=", answer.Text(HeaderId.Contact), StringComparison.Ordinal);
        var binding = Assert.Single(_stage.Agent.Registrar.Bindings);
        Assert.Equal(("2001a", "sip:2001a@192.0.2.7:5062", "192.0.2.7:5062"), (binding.Account, binding.Contact, binding.Remote.ToString()));
        Assert.Equal(BindingChange.Registered, Assert.Single(_stage.House.Changes).Change);
    }

    [Fact]
    public void The_challenge_offers_both_algorithms_and_says_stale_only_when_it_is()
    {
        var phone = new Phone(_stage);
        phone.Send(phone.Write("REGISTER", "sip:pbx.test", to: "sip:2001a@pbx.test"));

        var challenges = Challenges(phone.Wire.Last);
        Assert.Equal(2, challenges.Count);
        Assert.Contains("algorithm=MD5", challenges[0], StringComparison.Ordinal);
        Assert.Contains("algorithm=SHA-256", challenges[1], StringComparison.Ordinal);
        Assert.All(challenges, c => Assert.DoesNotContain("stale", c, StringComparison.Ordinal));
    }

    [Fact]
    public void Unknown_users_and_wrong_passwords_hear_the_same_octets()
    {
        var wrong = new Phone(_stage) { Secret = "wrong" };
        var nobody = new Phone(_stage, "nobody");

        Assert.Equal(Shape(wrong.Register()!), Shape(nobody.Register()!));
        Assert.Equal(["2001a", "nobody"], _stage.House.Refused);

        static string Shape(SipMessage answer) => string.Join('\n', Challenges(answer).Select(c => c[..c.IndexOf("nonce", StringComparison.Ordinal)])) + answer.Status;
    }

    [Fact]
    public void A_count_used_twice_and_a_nonce_too_old_are_stale_and_not_a_wrong_password()
    {
        var phone = new Phone(_stage);
        phone.Register();
        phone.CSeq++;
        phone.Send(phone.Write("REGISTER", "sip:pbx.test", phone.Authorization("REGISTER", "sip:pbx.test", 1), to: "sip:2001a@pbx.test"));
        Assert.All(Challenges(phone.Wire.Last), c => Assert.Contains("stale=true", c, StringComparison.Ordinal));

        _stage.Pass(TimeSpan.FromSeconds(301));
        phone.CSeq++;
        phone.Send(phone.Write("REGISTER", "sip:pbx.test", phone.Authorization("REGISTER", "sip:pbx.test", 2), to: "sip:2001a@pbx.test"));
        Assert.All(Challenges(phone.Wire.Last), c => Assert.Contains("stale=true", c, StringComparison.Ordinal));
        Assert.Empty(_stage.House.Refused);
    }

    [Fact]
    public void A_stolen_answer_is_worth_nothing_from_another_address()
    {
        var phone = new Phone(_stage);
        phone.Register();
        var thief = new Phone(_stage, address: "198.51.100.66");

        thief.Send(phone.Write("REGISTER", "sip:pbx.test", phone.Authorization("REGISTER", "sip:pbx.test", 7), to: "sip:2001a@pbx.test", cseq: 90));

        Assert.Equal(401, thief.Wire.Last.Status);
    }

    [Fact]
    public void Credentials_of_one_never_bind_another()
    {
        var phone = new Phone(_stage, "2001a") { From = "2002a" };

        Assert.Equal(403, phone.Register()!.Status);
        Assert.Empty(_stage.Agent.Registrar.Bindings);
    }

    [Fact]
    public void The_extension_is_as_good_a_name_as_the_user_name()
    {
        var phone = new Phone(_stage, "2001a") { From = "2001" };

        Assert.Equal(200, phone.Register()!.Status);
    }

    [Fact]
    public void The_last_phone_wins_and_the_one_before_cannot_take_the_account_back_by_leaving()
    {
        var kitchen = new Phone(_stage);
        var desk = new Phone(_stage, address: "192.0.2.8");
        kitchen.Register();
        desk.Register();
        Assert.Equal("192.0.2.8:5062", Assert.Single(_stage.Agent.Registrar.Bindings).Remote.ToString());

        Assert.Equal(200, kitchen.Register("Expires: 0\r\n")!.Status);
        Assert.Equal("192.0.2.8:5062", Assert.Single(_stage.Agent.Registrar.Bindings).Remote.ToString());
        Assert.Equal([BindingChange.Registered, BindingChange.Replaced], _stage.House.Changes.Select(c => c.Change));
    }

    [Fact]
    public void Too_short_a_wish_is_told_the_minimum_and_too_long_a_one_is_shortened()
    {
        var phone = new Phone(_stage);
        var brief = phone.Register("Expires: 5\r\n");
        Assert.Equal((423, "60"), (brief!.Status, brief.Text(HeaderId.MinExpires)));

        phone.Register("Expires: 999999\r\n");
        var left = _stage.Agent.Registrar.Bindings[0].ExpiresAt - _stage.Time.GetUtcNow();
        Assert.InRange(left.TotalSeconds, 3_240, 3_600);
    }

    [Fact]
    public void After_423_the_same_nonce_still_counts_case_19()
    {
        var phone = new Phone(_stage);
        Assert.Equal(423, phone.Register("Expires: 10\r\n")!.Status);
        phone.Wire.Sent.Clear();
        phone.CSeq++;
        phone.Send(phone.Write("REGISTER", "sip:pbx.test", "Expires: 60\r\n" + phone.Credentials("REGISTER", "sip:pbx.test"), to: "sip:2001a@pbx.test"));

        Assert.Equal("200", phone.Wire.Hear());
    }

    [Theory]
    [InlineData("Expires: abc\r\n")]
    [InlineData("Expires: 4294967296\r\n")]
    [InlineData("")]
    public void A_wish_that_is_no_number_counts_as_an_hour(string expires)
    {
        new Phone(_stage).Register(expires);

        Assert.InRange((_stage.Agent.Registrar.Bindings[0].ExpiresAt - _stage.Time.GetUtcNow()).TotalSeconds, 3_240, 3_600);
    }

    [Fact]
    public void A_binding_expires_by_the_clock_two_seconds_late_and_the_house_hears_of_it()
    {
        new Phone(_stage).Register("Expires: 60\r\n");
        _stage.Pass(TimeSpan.FromSeconds(61));
        Assert.Single(_stage.Agent.Registrar.Bindings);

        _stage.Pass(TimeSpan.FromSeconds(1.1));

        Assert.Empty(_stage.Agent.Registrar.Bindings);
        Assert.Equal(BindingChange.Expired, _stage.House.Changes.Last().Change);
    }

    [Fact]
    public void A_refresh_keeps_the_moment_of_arrival_and_moves_the_end()
    {
        var phone = new Phone(_stage);
        phone.Register("Expires: 60\r\n");
        var begun = _stage.Agent.Registrar.Bindings[0].RegisteredAt;
        _stage.Pass(TimeSpan.FromSeconds(40));
        phone.Register("Expires: 60\r\n");
        _stage.Pass(TimeSpan.FromSeconds(40));

        Assert.Equal(begun, Assert.Single(_stage.Agent.Registrar.Bindings).RegisteredAt);
        Assert.Equal(BindingChange.Refreshed, _stage.House.Changes.Last().Change);
    }

    [Fact]
    public void An_old_register_that_arrives_late_changes_nothing()
    {
        var phone = new Phone(_stage);
        phone.Register();
        var before = _stage.Agent.Registrar.Bindings[0];
        phone.Send(phone.Write("REGISTER", "sip:pbx.test", phone.Authorization("REGISTER", "sip:pbx.test", 2), cseq: 1, to: "sip:2001a@pbx.test"));

        Assert.Equal(500, phone.Wire.Last.Status);
        Assert.Equal(before, Assert.Single(_stage.Agent.Registrar.Bindings));
    }

    [Fact]
    public void A_star_forgets_everything_but_only_with_expires_0_and_alone()
    {
        var phone = new Phone(_stage);
        phone.Register();
        Assert.Equal(400, Star(phone, "Expires: 60\r\n").Status);
        Assert.Single(_stage.Agent.Registrar.Bindings);

        Assert.Equal(200, Star(phone, "Expires: 0\r\n").Status);
        Assert.Empty(_stage.Agent.Registrar.Bindings);
        Assert.Equal(BindingChange.Removed, _stage.House.Changes.Last().Change);

        static SipMessage Star(Phone phone, string expires)
        {
            phone.CSeq++;
            var request = phone.Write("REGISTER", "sip:pbx.test", expires + phone.Credentials("REGISTER", "sip:pbx.test"), to: "sip:2001a@pbx.test");
            phone.Send(request.Replace("<sip:2001a@192.0.2.7:5062>", "*", StringComparison.Ordinal));
            return phone.Wire.Last;
        }
    }

    [Fact]
    public void After_a_restart_phones_on_UDP_are_still_there_and_those_on_TCP_are_not()
    {
        var now = _stage.Time.GetUtcNow();
        Binding[] known =
        [
            Known("2001a", "UDP", now.AddMinutes(5)),
            Known("2001b", "TCP", now.AddMinutes(5)),
            Known("2002a", "UDP", now.AddSeconds(-1)),
        ];

        _stage.Agent.Restore(known, b => new WireFlow(b.Remote.Address.ToString(), b.Remote.Port));

        Assert.Equal("2001a", Assert.Single(_stage.Agent.Registrar.Bindings).Account);
        _stage.Pass(TimeSpan.FromSeconds(303));
        Assert.Empty(_stage.Agent.Registrar.Bindings);
    }

    [Fact]
    public void A_removed_account_is_no_longer_found_and_a_closed_connection_takes_its_phone_along()
    {
        new Phone(_stage).Register();
        var tcp = new Phone(_stage, "2002a", overTcp: true) { Contact = "<sip:2002a@192.168.0.4:5060;transport=tcp>" };
        tcp.Register();

        _stage.Agent.Registrar.Unbind("2001A");
        _stage.Agent.OnFlowClosed(tcp.Wire);

        Assert.Empty(_stage.Agent.Registrar.Bindings);
    }

    [Fact]
    public void A_repeated_register_is_answered_from_memory()
    {
        var phone = new Phone(_stage);
        phone.Register();
        var bytes = phone.Wire.Last.Bytes;
        phone.Send(phone.Write("REGISTER", "sip:pbx.test", branch: phone.Branch, to: "sip:2001a@pbx.test"));

        Assert.Equal(bytes, phone.Wire.Last.Bytes);
        Assert.Single(_stage.House.Changes);
    }

    [Fact]
    public void Guessing_is_forbidden_after_ten_tries_and_then_met_with_silence()
    {
        var mallory = new Phone(_stage) { Secret = "guess" };
        for (var i = 0; i < 10; i++) Assert.Equal(401, mallory.Register()!.Status);

        _stage.Pass(TimeSpan.FromSeconds(5));
        for (var i = 0; i < 11; i++) Assert.Equal(403, Guess().Status);
        mallory.Wire.Sent.Clear();
        Guess(isHeard: false);
        Assert.Empty(mallory.Wire.Sent);

        SipMessage Guess(bool isHeard = true)
        {
            mallory.CSeq++;
            mallory.Send(mallory.Write("REGISTER", "sip:pbx.test", mallory.Authorization("REGISTER", "sip:pbx.test", 99), to: "sip:2001a@pbx.test"));
            return isHeard ? mallory.Wire.Last : null!;
        }
    }

    [Fact]
    public void A_phone_that_asks_for_outbound_gets_it_and_its_instance_back()
    {
        var phone = new Phone(_stage);
        phone.CSeq++;
        phone.Send(phone.Write("REGISTER", "sip:pbx.test", to: "sip:2001a@pbx.test"));
        phone.CSeq++;
        var request = phone.Write("REGISTER", "sip:pbx.test", "Supported: path, outbound\r\n" + phone.Credentials("REGISTER", "sip:pbx.test"), to: "sip:2001a@pbx.test");
        phone.Send(request.Replace("5062>\r\n", "5062>;+sip.instance=\"<urn:uuid:1>\";reg-id=1\r\n", StringComparison.Ordinal));

        Assert.Equal("outbound", phone.Wire.Last.Text(HeaderId.Require));
        Assert.EndsWith(";+sip.instance=\"<urn:uuid:1>\";reg-id=1", phone.Wire.Last.Text(HeaderId.Contact), StringComparison.Ordinal);
    }

    private Binding Known(string account, string transport, DateTimeOffset until) =>
        new(account, $"sip:{account}@192.0.2.9", transport, new(System.Net.IPAddress.Parse("192.0.2.9"), 5060), "c", 1, _stage.Time.GetUtcNow(), until, null);

    private static List<string> Challenges(SipMessage answer)
    {
        var all = new List<string>();
        foreach (var field in answer.Fields(HeaderId.WwwAuthenticate)) all.Add(System.Text.Encoding.ASCII.GetString(field));
        return all;
    }
}
