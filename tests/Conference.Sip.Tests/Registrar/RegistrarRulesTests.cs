using System.Net;
using Conference.Sip.Messages;
using Conference.Sip.Registrar;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Registrar;

/// <summary>The registration algorithm step by step, where the plain stories of <see cref="RegistrarTests"/> do not go.</summary>
public class RegistrarRulesTests
{
    private readonly Stage _stage = new();

    private Binding TheBinding => Assert.Single(_stage.Agent.Registrar.Bindings);

    [Theory]
    [InlineData("sip:elsewhere.test", 404)]
    [InlineData("sip:pbx.test", 401)]
    [InlineData("sip:2001a@phones.test", 401)] // some phones put the user there
    [InlineData("sip:192.0.2.1", 401)]
    public void A_register_for_somebody_elses_domain_is_not_found_once_the_operator_told_which_are_ours(string uri, int status)
    {
        var stage = new Stage(o => o with { Domains = ["phones.test"] });
        var phone = new Phone(stage);
        phone.Send(phone.Write("REGISTER", uri, to: "sip:2001a@pbx.test"));

        Assert.Equal(status, phone.Wire.Last.Status);
    }

    [Theory]
    [InlineData("path, outbound, gruu", 401)]
    [InlineData("timer", 420)]
    [InlineData("gruu, teleport", 420)]
    public void Only_extensions_a_registrar_knows_may_be_required_of_it(string required, int status)
    {
        var phone = new Phone(_stage);
        phone.Send(phone.Write("REGISTER", "sip:pbx.test", $"Require: {required}\r\n", to: "sip:2001a@pbx.test"));

        Assert.Equal(status, phone.Wire.Last.Status);
    }

    [Fact]
    public void An_account_bound_to_a_network_or_a_transport_registers_nowhere_else_whatever_it_knows()
    {
        _stage.House.Change("2001a", a => a with { AllowedNetworks = [IPNetwork.Parse("198.51.100.0/24")], Transports = ["TLS", "UDP"] });

        var outside = new Phone(_stage);
        Assert.Equal(403, outside.Register()!.Status);
        Assert.Equal(403, outside.Register()!.Status);
        Assert.Equal(403, new Phone(_stage, address: "198.51.100.7", overTcp: true).Register()!.Status);
        Assert.Equal(200, new Phone(_stage, address: "198.51.100.8").Register()!.Status);
        Assert.Equal(["2001a from 192.0.2.7:5062"], _stage.House.Misplaced);

        Assert.Equal(403, outside.Dial("2002")!.Status); // and calls from nowhere else
        _stage.Pass(TimeSpan.FromSeconds(61));
        outside.Register();
        Assert.Equal(2, _stage.House.Misplaced.Count);
    }

    [Fact]
    public void Someone_outside_the_network_who_guesses_hears_what_everybody_hears()
    {
        _stage.House.Change("2001a", a => a with { AllowedNetworks = [IPNetwork.Parse("198.51.100.0/24")] });

        Assert.Equal(401, new Phone(_stage) { Secret = "guess" }.Register()!.Status);
        Assert.Empty(_stage.House.Misplaced);
    }

    [Fact]
    public void Another_phone_of_the_same_account_cannot_star_the_newer_one_away()
    {
        var desk = new Phone(_stage);
        desk.Register();
        var newer = new Phone(_stage, address: "192.0.2.8");
        newer.Register();

        desk.Contact = "*";
        Assert.Equal(200, desk.Register("Expires: 0\r\n")!.Status);
        Assert.Equal("192.0.2.8:5062", TheBinding.Remote.ToString());
    }

    [Fact]
    public void Star_beside_a_contact_is_nonsense()
    {
        var phone = new Phone(_stage) { Contact = "*, <sip:2001a@192.0.2.7:5062>" };

        Assert.Equal(400, phone.Register("Expires: 0\r\n")!.Status);
    }

    [Fact]
    public void A_query_tells_the_binding_and_changes_nothing()
    {
        var phone = new Phone(_stage);
        phone.Register();
        var before = TheBinding;
        var request = Without(phone, "Contact");

        Assert.Equal(200, request.Status);
        Assert.StartsWith("<sip:2001a@192.0.2.7:5062>;expires=", request.Text(HeaderId.Contact), StringComparison.Ordinal);
        Assert.Same(before, TheBinding);
    }

    [Fact]
    public void Of_several_contacts_the_best_is_kept_and_of_equals_the_last()
    {
        new Phone(_stage) { Contact = "<sip:a@192.0.2.7>;q=0.5, <sip:b@192.0.2.7>;q=0.9, <sip:c@192.0.2.7>;q=0.9, <sip:d@192.0.2.7>;q=0.1" }.Register();

        Assert.Equal("sip:c@192.0.2.7", TheBinding.Contact);
    }

    [Theory]
    [InlineData("<sip:2001a@192.0.2.7:5062;rinstance=abc>", "<sip:2001a@192.0.2.7:5062;rinstance=def;ob>", true)]
    [InlineData("<sip:2001a@192.0.2.7:5062>", "<sip:2001a@192.0.2.7>", false)] // an explicit default port is not none
    [InlineData("<sip:2001a@192.0.2.7:5062>", "<sip:2001A@192.0.2.7:5062>", false)]
    [InlineData("<sip:2001a@PBX.test:5062>", "<sip:%32001a@pbx.test:5062>", true)]
    [InlineData("<sip:2001a@192.0.2.7:5062>;+sip.instance=\"<urn:uuid:1>\";reg-id=1", "<sip:x@192.0.2.9>;+sip.instance=\"<urn:uuid:1>\";reg-id=1", true)]
    [InlineData("<sip:2001a@192.0.2.7:5062>;+sip.instance=\"<urn:uuid:1>\";reg-id=1", "<sip:2001a@192.0.2.7:5062>;+sip.instance=\"<urn:uuid:2>\";reg-id=1", false)]
    public void Leaving_means_exactly_the_contact_that_is_bound(string bound, string gone, bool isGone)
    {
        var phone = new Phone(_stage) { Contact = bound };
        phone.Register();
        phone.Contact = gone;

        Assert.Equal(200, phone.Register("Expires: 0\r\n")!.Status);
        Assert.Equal(isGone, _stage.Agent.Registrar.Bindings.IsEmpty);
    }

    [Fact]
    public void One_zero_and_one_new_contact_move_the_phone_in_one_step()
    {
        var phone = new Phone(_stage);
        phone.Register();
        phone.Contact = "<sip:2001a@192.0.2.7:5062>;expires=0, <sip:2001a@192.0.2.7:5070>;expires=600";
        phone.Register("");

        Assert.Equal("sip:2001a@192.0.2.7:5070", TheBinding.Contact);
        Assert.DoesNotContain(BindingChange.Removed, _stage.House.Changes.Select(c => c.Change));
    }

    [Fact]
    public void A_refused_register_changes_nothing_at_all()
    {
        var phone = new Phone(_stage);
        phone.Register();
        var before = TheBinding;
        phone.Contact = "<sip:2001a@192.0.2.7:5062>;expires=0, <sip:2001a@192.0.2.7:5070>;expires=5";

        Assert.Equal(423, phone.Register("")!.Status);
        Assert.Same(before, TheBinding);
    }

    [Theory]
    [InlineData("Expires: 300\r\n", ";expires=600", 540, 600)] // the contact's own wish counts
    [InlineData("Expires: 300\r\n", ";expires=\"600\"", 540, 600)] // some phones quote numbers
    [InlineData("Expires: 300\r\n", ";expires=soon", 3_240, 3_600)]
    [InlineData("Expires: 60\r\n", "", 60, 60)]
    [InlineData("Expires: 120\r\n", "", 120, 120)] // short ones are not shortened further
    public void The_wish_is_granted_by_contact_then_header_then_an_hour(string header, string parameter, int least, int most)
    {
        var phone = new Phone(_stage);
        phone.Contact += parameter;
        phone.Register(header);

        Assert.InRange((TheBinding.ExpiresAt - _stage.Time.GetUtcNow()).TotalSeconds, least, most);
    }

    [Fact]
    public void Long_registrations_are_shortened_by_chance_so_that_a_power_cut_does_not_echo()
    {
        var phone = new Phone(_stage);
        var granted = Enumerable.Range(0, 30).Select(_ =>
        {
            phone.Register("Expires: 3600\r\n");
            return TheBinding.ExpiresAt - _stage.Time.GetUtcNow();
        }).ToHashSet();

        Assert.True(granted.Count > 10);
        Assert.All(granted, g => Assert.InRange(g.TotalSeconds, 3_240, 3_600));
    }

    [Fact]
    public void A_path_is_stored_in_order_and_mirrored()
    {
        var phone = new Phone(_stage) { Contact = "<sip:2001a@10.0.0.7>" };
        var answer = phone.Register("Supported: path\r\nPath: <sip:edge.test;lr>, <sip:core.test;lr>\r\nVia: SIP/2.0/UDP 10.0.0.7;branch=z9hG4bKbelow\r\n");

        Assert.Equal(200, answer!.Status);
        Assert.Equal(["<sip:edge.test;lr>", "<sip:core.test;lr>"], Values(answer, HeaderId.Path));
        Assert.Equal(["<sip:edge.test;lr>", "<sip:core.test;lr>"], TheBinding.Path.AsEnumerable());
        Assert.Null(answer.Text(HeaderId.Require));
    }

    [Theory]
    [InlineData("Path: <sip:edge.test;lr>\r\n", 420)]
    [InlineData("Supported: path\r\nPath: edge\r\n", 400)]
    [InlineData("Supported: path\r\nPath: <mailto:a@b>\r\n", 400)]
    public void A_path_its_phone_does_not_understand_or_nobody_can_read_is_refused(string headers, int status)
    {
        var answer = new Phone(_stage).Register(headers);

        Assert.Equal(status, answer!.Status);
        if (status == 420) Assert.Equal("path", answer.Text(HeaderId.Unsupported));
        Assert.Empty(_stage.Agent.Registrar.Bindings);
    }

    [Theory]
    [InlineData("Supported: outbound\r\n", "", true)]
    [InlineData("", "", false)]
    [InlineData("Supported: outbound\r\n", "Via: SIP/2.0/UDP 10.0.0.7;branch=z9hG4bKbelow\r\n", false)] // a proxy that knows nothing of flows
    [InlineData("Supported: outbound, path\r\n", "Via: SIP/2.0/UDP 10.0.0.7;branch=z9hG4bKbelow\r\nPath: <sip:edge.test;lr;ob>\r\n", true)]
    [InlineData("Supported: outbound, path\r\n", "Via: SIP/2.0/UDP 10.0.0.7;branch=z9hG4bKbelow\r\nPath: <sip:edge.test;lr>\r\n", false)]
    public void Outbound_is_granted_where_the_first_hop_can_hold_a_flow(string supported, string way, bool isGranted)
    {
        var phone = new Phone(_stage) { Contact = "<sip:2001a@192.0.2.7:5062>;+sip.instance=\"<urn:uuid:1>\";reg-id=1" };
        var answer = phone.Register(supported + way);

        Assert.Equal(isGranted ? ("outbound", "120") : (null, null), (answer!.Text(HeaderId.Require), answer.Text(HeaderId.FlowTimer)));
        Assert.EndsWith(";+sip.instance=\"<urn:uuid:1>\";reg-id=1", answer.Text(HeaderId.Contact), StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_flow_of_the_same_device_is_a_spare_and_steps_in_when_the_first_breaks()
    {
        var first = Outbound("1", 40_001);
        var second = Outbound("2", 40_002);
        Assert.Equal(2, Values(second.Wire.Last, HeaderId.Contact).Count);
        Assert.Equal(40_001, TheBinding.Remote.Port);
        Assert.DoesNotContain(BindingChange.Replaced, _stage.House.Changes.Select(c => c.Change));

        _stage.Agent.OnFlowClosed(first.Wire);

        Assert.Equal((40_002, "2"), (TheBinding.Remote.Port, TheBinding.RegId));
        Assert.DoesNotContain(BindingChange.Removed, _stage.House.Changes.Select(c => c.Change));
        _stage.Agent.OnFlowClosed(second.Wire);
        Assert.Empty(_stage.Agent.Registrar.Bindings);
    }

    [Fact]
    public void Another_device_with_outbound_replaces_all_flows_of_the_first()
    {
        Outbound("1", 40_001);
        Outbound("2", 40_002);
        var other = Outbound("1", 40_003, "<urn:uuid:9>");

        Assert.Equal(40_003, TheBinding.Remote.Port);
        Assert.Single(Values(other.Wire.Last, HeaderId.Contact));
        Assert.Equal(BindingChange.Replaced, _stage.House.Changes.Last().Change);
    }

    [Fact]
    public void A_silent_flow_is_passed_over_for_its_spare()
    {
        Outbound("1", 40_001);
        Outbound("2", 40_002);
        var registrar = _stage.Agent.Registrar;

        registrar.Judge(registrar.Find("2001a")!, isReachable: false, null);

        Assert.Equal((40_002, true), (TheBinding.Remote.Port, TheBinding.IsReachable));
    }

    [Fact]
    public void A_device_is_granted_an_address_of_its_own_and_found_by_it()
    {
        var phone = new Phone(_stage) { From = "2001", Contact = "<sip:2001a@192.0.2.7:5062>;+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-000A95A0E128>\"" };
        var answer = phone.Register("Supported: gruu\r\n");

        const string Mine = "sip:2001@pbx.test;gr=urn:uuid:00000000-0000-1000-8000-000A95A0E128";
        Assert.EndsWith($";pub-gruu=\"{Mine}\"", answer!.Text(HeaderId.Contact), StringComparison.Ordinal);
        Assert.Equal("2001a", Find(Mine)?.Binding.Account);
        Assert.Null(Find("sip:2002@pbx.test;gr=urn:uuid:00000000-0000-1000-8000-000A95A0E128"));
        Assert.Null(Find("sip:2001@pbx.test"));

        _stage.Agent.Registrar.Unbind("2001a");
        Assert.Null(Find(Mine));
    }

    [Fact]
    public void An_instance_that_cannot_stand_in_a_URI_gets_no_GRUU()
    {
        var phone = new Phone(_stage) { Contact = "<sip:2001a@192.0.2.7:5062>;+sip.instance=\"<urn:x\\\";evil=1>\"" };

        Assert.DoesNotContain("pub-gruu", phone.Register("Supported: gruu\r\n")!.Text(HeaderId.Contact), StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_waits_two_seconds_for_a_browser_that_is_just_reloading()
    {
        var browser = new Phone(_stage, transport: "WSS") { Contact = "<sip:k@a.invalid;transport=ws>" };
        browser.Register();
        var registrar = _stage.Agent.Registrar;
        _stage.Agent.OnFlowClosed(browser.Wire);
        var found = new List<string?>();

        registrar.FindSoon("2001a", r => found.Add(r?.Binding.Contact));
        Assert.Empty(found);
        _stage.Pass(TimeSpan.FromSeconds(1));
        new Phone(_stage, port: 6_000, transport: "WSS") { Contact = "<sip:k@b.invalid;transport=ws>" }.Register();
        Assert.Equal(["sip:k@b.invalid;transport=ws"], found);

        registrar.FindSoon("2002a", r => found.Add(r?.Binding.Contact)); // nobody was ever there
        Assert.Equal(2, found.Count);
    }

    [Fact]
    public void And_no_longer_than_two_seconds()
    {
        var browser = new Phone(_stage, transport: "WSS") { Contact = "<sip:k@a.invalid;transport=ws>" };
        browser.Register();
        _stage.Agent.OnFlowClosed(browser.Wire);
        var answers = 0;

        _stage.Agent.Registrar.FindSoon("2001a", r => answers += r is null ? 1 : 100);
        _stage.Pass(TimeSpan.FromSeconds(2.1));
        Assert.Equal(1, answers);

        _stage.Pass(TimeSpan.FromSeconds(4));
        _stage.Agent.Registrar.FindSoon("2001a", r => answers += r is null ? 1 : 100); // gone for good
        Assert.Equal(2, answers);
    }

    [Fact]
    public void A_TCP_phone_that_listens_where_it_spoke_from_outlives_its_connection()
    {
        var phone = new Phone(_stage, overTcp: true);
        phone.Register();
        phone.Wire.IsBroken = true;
        _stage.Agent.OnFlowClosed(phone.Wire);

        Assert.Equal("2001a", TheBinding.Account);
    }

    [Fact]
    public void Proxies_that_all_calls_must_go_by_are_told()
    {
        var stage = new Stage(o => o with { ServiceRoute = ["sip:edge.test;lr"] });

        Assert.Equal("<sip:edge.test;lr>", new Phone(stage).Register()!.Text(HeaderId.ServiceRoute));
    }

    [Fact]
    public async Task A_closing_server_grants_a_minute_and_takes_no_calls()
    {
        var phone = new Phone(_stage);
        phone.Register("Expires: 3600\r\n");
        await _stage.Agent.CloseAsync();

        Assert.EndsWith(";expires=60", phone.Register("Expires: 3600\r\n")!.Text(HeaderId.Contact), StringComparison.Ordinal);
        var refusal = phone.Dial("2002")!;
        Assert.Equal((503, "60"), (refusal.Status, refusal.Text(HeaderId.RetryAfter)));
    }

    private Phone Outbound(string regId, int port, string instance = "<urn:uuid:1>")
    {
        var phone = new Phone(_stage, port: port, overTcp: true) { Contact = $"<sip:2001a@10.0.0.7:5060;transport=tcp>;+sip.instance=\"{instance}\";reg-id={regId}" };
        Assert.Equal(200, phone.Register("Supported: outbound\r\n")!.Status);
        return phone;
    }

    private Registration? Find(string uri) => _stage.Agent.Registrar.FindGruu(System.Text.Encoding.UTF8.GetBytes(uri));

    private static SipMessage Without(Phone phone, string header)
    {
        phone.CSeq++;
        var request = phone.Write("REGISTER", "sip:pbx.test", phone.Authorization("REGISTER", "sip:pbx.test", 2), to: "sip:2001a@pbx.test");
        var start = request.IndexOf(header + ":", StringComparison.Ordinal);
        phone.Send(request.Remove(start, request.IndexOf("\r\n", start, StringComparison.Ordinal) + 2 - start));
        return phone.Wire.Last;
    }

    private static List<string> Values(SipMessage message, HeaderId id)
    {
        var all = new List<string>();
        foreach (var value in message.Values(id)) all.Add(SipText.Latin(value));
        return all;
    }
}
