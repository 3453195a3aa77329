using System.Text;
using System.Xml.Linq;
using Conference.Sip.Dialogs;
using Conference.Sip.Messages;
using Conference.Sip.Subscriptions;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Subscriptions;

public class SubscriptionTests
{
    private const string Wishes = "Event: dialog\r\nAccept: application/dialog-info+xml\r\nExpires: 600\r\n";
    private static readonly XNamespace Info = "urn:ietf:params:xml:ns:dialog-info";

    private readonly TestState _state = new();
    private readonly Stage _stage;

    public SubscriptionTests() => _stage = new Stage(state: _state);

    [Fact]
    public void A_lamp_is_told_at_once_that_the_phone_is_idle_with_one_terminated_dialog()
    {
        var lamp = new Phone(_stage, "2002a");
        Subscribe(lamp);

        Assert.Equal([200, 0], lamp.Wire.Sent.Select(m => m.Status));
        Assert.Equal("600", lamp.Wire.Sent[0].Text(HeaderId.Expires));
        var notify = lamp.Wire.Last;
        Assert.Equal(("NOTIFY", "dialog", "active;expires=600", "application/dialog-info+xml"), (notify.Method, notify.Text(HeaderId.Event), notify.Text(HeaderId.SubscriptionState), notify.ContentType));
        var document = Document(notify);
        Assert.Equal(("0", "full", "sip:2001@pbx.test"), (document.Attribute("version")!.Value, document.Attribute("state")!.Value, document.Attribute("entity")!.Value));
        Assert.Equal("terminated", Assert.Single(document.Elements(Info + "dialog")).Element(Info + "state")!.Value);
    }

    [Fact]
    public void A_call_is_told_with_both_sides_and_what_a_pickup_needs()
    {
        var lamp = Watching();
        _state.Calls["2001"].Add(Call("c17", DialogEntryState.Early) with { RemoteName = "Alice & <Bob>" });
        Changed();

        var dialog = Assert.Single(Document(lamp.Wire.Last).Elements(Info + "dialog"));
        Assert.Equal(("c17", "recipient", "call-c17", "ours", "theirs"),
            (dialog.Attribute("id")!.Value, dialog.Attribute("direction")!.Value, dialog.Attribute("call-id")!.Value, dialog.Attribute("local-tag")!.Value, dialog.Attribute("remote-tag")!.Value));
        Assert.Equal("early", dialog.Element(Info + "state")!.Value);
        var remote = dialog.Element(Info + "remote")!.Element(Info + "identity")!;
        Assert.Equal(("Alice & <Bob>", "sip:2002@pbx.test"), (remote.Attribute("display")!.Value, remote.Value));
        Assert.Equal("sip:2001@pbx.test", dialog.Element(Info + "local")!.Element(Info + "identity")!.Value);
    }

    [Fact]
    public void Changes_in_quick_succession_become_one_notify_and_versions_count_what_was_sent()
    {
        var lamp = Watching();
        _state.Calls["2001"].Add(Call("a", DialogEntryState.Early));
        Changed();
        Answer(lamp);
        lamp.Wire.Sent.Clear();

        _state.Calls["2001"][0] = Call("a", DialogEntryState.Confirmed);
        Changed();
        _state.Calls["2001"].Clear();
        Changed();
        Assert.Empty(lamp.Wire.Sent); // not within a second
        _stage.Pass(TimeSpan.FromSeconds(1.1));

        var document = Document(Assert.Single(lamp.Wire.Sent));
        Assert.Equal("2", document.Attribute("version")!.Value);
        Assert.Equal("terminated", Assert.Single(document.Elements(Info + "dialog")).Element(Info + "state")!.Value);
    }

    [Fact]
    public void The_next_notify_waits_for_the_answer_to_the_last()
    {
        var lamp = Watching(isAnswered: false);
        Changed();
        _stage.Pass(TimeSpan.FromSeconds(2));
        Assert.Single(Notifies(lamp)); // repeated, and nothing else

        Answer(lamp);
        Assert.Equal(2, Notifies(lamp).Count());
    }

    [Fact]
    public void A_refresh_is_answered_with_the_full_state_again()
    {
        var lamp = Watching();
        lamp.InDialog("SUBSCRIBE", Wishes.Replace("600", "300", StringComparison.Ordinal));

        Assert.Equal([200, 0], lamp.Wire.Sent.Select(m => m.Status));
        Assert.Equal("active;expires=300", lamp.Wire.Last.Text(HeaderId.SubscriptionState));
    }

    [Fact]
    public void Leaving_is_answered_with_a_last_notify_and_then_nothing_is_left()
    {
        var lamp = Watching();
        lamp.InDialog("SUBSCRIBE", "Event: dialog\r\nExpires: 0\r\n");

        Assert.Equal("terminated;reason=timeout", lamp.Wire.Last.Text(HeaderId.SubscriptionState));
        Answer(lamp);
        Assert.Equal(0, _stage.Agent.Lamps!.Count);
        Assert.Equal(481, lamp.InDialog("SUBSCRIBE", Wishes)!.Status);
    }

    [Fact]
    public void Asking_once_leaves_nothing_behind()
    {
        var lamp = new Phone(_stage, "2002a");
        Subscribe(lamp, "Event: dialog\r\nExpires: 0\r\n");

        Assert.Equal(200, lamp.Wire.Sent[0].Status);
        Assert.StartsWith("terminated", lamp.Wire.Last.Text(HeaderId.SubscriptionState), StringComparison.Ordinal);
        Assert.Equal(0, _stage.Agent.Lamps!.Count);
    }

    [Fact]
    public void A_subscription_nobody_refreshes_ends_by_the_clock()
    {
        var lamp = Watching();
        _stage.Pass(TimeSpan.FromSeconds(600.1));

        Assert.Equal("terminated;reason=timeout", lamp.Wire.Last.Text(HeaderId.SubscriptionState));
        Assert.Equal(0, _stage.Agent.Lamps!.Count);
    }

    [Theory]
    [InlineData(481, true)]
    [InlineData(489, true)]
    [InlineData(408, true)]
    [InlineData(500, false)]
    [InlineData(200, false)]
    public void Answers_that_mean_nobody_listens_end_the_subscription(int status, bool isOver)
    {
        var lamp = Watching(isAnswered: false);
        Answer(lamp, status);

        Assert.Equal(isOver ? 0 : 1, _stage.Agent.Lamps!.Count);
    }

    [Fact]
    public void A_subscriber_who_vanished_is_forgotten_after_32_seconds()
    {
        Watching(isAnswered: false);
        _stage.Pass(TimeSpan.FromSeconds(33));

        Assert.Equal(0, _stage.Agent.Lamps!.Count);
    }

    [Theory]
    [InlineData("Event: presence\r\n", 489)]
    [InlineData("", 489)]
    [InlineData("Event: dialog\r\nAccept: text/plain\r\n", 406)]
    [InlineData("Event: dialog\r\nRequire: eventlist\r\n", 420)]
    [InlineData("Event: dialog\r\nExpires: 59\r\n", 423)]
    public void What_cannot_be_served_is_refused_with_its_reason(string headers, int status)
    {
        var lamp = new Phone(_stage, "2002a");
        var answer = Subscribe(lamp, headers);

        Assert.Equal(status, answer.Status);
        if (status == 489) Assert.Equal("dialog, conference, reg, message-summary", answer.Text(HeaderId.AllowEvents));
        if (status == 423) Assert.Equal("60", answer.Text(HeaderId.MinExpires));
    }

    [Fact]
    public void Nobody_watches_without_a_digest_under_a_false_name_or_what_he_may_not()
    {
        var stranger = new Phone(_stage, "nobody");
        Assert.Equal(401, Subscribe(stranger).Status);
        Assert.Equal(403, Subscribe(new Phone(_stage, "2002a") { From = "2001" }).Status);
        Assert.Equal(404, Subscribe(new Phone(_stage, "2002a"), number: "2999").Status);
        _state.Hidden.Add("2001");
        Assert.Equal(403, Subscribe(new Phone(_stage, "2002a")).Status);
    }

    [Fact]
    public void Permission_taken_away_ends_what_was_allowed()
    {
        var lamp = Watching();
        _state.Hidden.Add("2001");
        Changed();

        Assert.Equal("terminated;reason=rejected", lamp.Wire.Last.Text(HeaderId.SubscriptionState));
    }

    [Fact]
    public void A_number_that_is_removed_says_good_bye()
    {
        var lamp = Watching();
        _state.Calls.Remove("2001");
        Changed();

        Assert.Equal("terminated;reason=noresource", lamp.Wire.Last.Text(HeaderId.SubscriptionState));
        Assert.Empty(lamp.Wire.Last.Body.ToArray());
    }

    [Fact]
    public async Task A_closing_server_tells_subscribers_to_come_back()
    {
        var lamp = Watching();
        await _stage.Agent.CloseAsync();

        Assert.Equal("terminated;reason=deactivated", lamp.Wire.Last.Text(HeaderId.SubscriptionState));
    }

    [Fact]
    public void Two_hundred_lamps_are_enough_for_one_phone()
    {
        var greedy = new Phone(_stage, "2002a");
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal(200, Subscribe(greedy).Status);
            greedy.CallId = "call-" + i;
            _stage.Pass(TimeSpan.FromMilliseconds(50));
        }

        Assert.Equal(403, Subscribe(greedy).Status);
        Assert.Equal(200, Subscribe(new Phone(_stage, "2001b")).Status);
    }

    [Fact]
    public void The_id_of_an_Event_is_mirrored_and_another_one_is_another_subscription()
    {
        var lamp = new Phone(_stage, "2002a");
        Subscribe(lamp, "Event: dialog;id=7;sla\r\n");
        Assert.Equal("dialog;id=7", lamp.Wire.Last.Text(HeaderId.Event));

        Join(lamp);
        lamp.InDialog("SUBSCRIBE", Wishes);
        Assert.Equal(489, lamp.Wire.Last.Status);
    }

    [Fact]
    public void Names_made_to_break_XML_stay_names()
    {
        var random = new Random(4575);
        var lamp = Watching();
        foreach (var name in new[] { "]]>", "<!DOCTYPE x>", "\"'&<>", "a\0b\u001b[2J", "\ud800", "x\udc00", new string('A', 5_000), "\u202Egnp.exe" })
        {
            _state.Calls["2001"] = [Call("<c>&\"", DialogEntryState.Confirmed) with { RemoteName = name, RemoteNumber = "\"><script>" }];
            Changed();
            Answer(lamp);
            _stage.Pass(TimeSpan.FromSeconds(1.1));
        }

        for (var i = 0; i < 200; i++)
        {
            var noise = string.Create(random.Next(40), random, (span, r) =>
            {
                foreach (ref var c in span) c = (char)r.Next(0x10000);
            });
            var document = new DialogDocuments(_state, new Watched("2001", "pbx.test"));
            _state.Calls["2001"] = [Call(noise, DialogEntryState.Early) with { LocalName = noise, RemoteNumber = noise, RemoteName = noise }];
            XDocument.Parse(Encoding.UTF8.GetString(document.Next(true, 1_300)!));
        }

        Assert.All(lamp.Wire.Sent.Where(m => m.Method == "NOTIFY"), m => Document(m));
    }

    [Fact]
    public void A_busy_number_still_fits_a_datagram_and_shows_first_what_rings()
    {
        var lamp = Watching();
        _state.Calls["2001"].AddRange(Enumerable.Range(0, 20).Select(i => Call("c" + i, DialogEntryState.Confirmed)));
        _state.Calls["2001"].Add(Call("ringing", DialogEntryState.Early));
        Changed();

        Assert.InRange(lamp.Wire.Last.Body.Length, 500, 1_300);
        Assert.Equal("ringing", Document(lamp.Wire.Last).Elements(Info + "dialog").First().Attribute("id")!.Value);
    }

    [Fact]
    public void A_phone_on_a_new_connection_is_told_by_the_one_it_registered_on()
    {
        var lamp = new Phone(_stage, "2002a", overTcp: true) { Contact = "<sip:2002a@10.1.1.1;transport=tcp>" };
        Subscribe(lamp);
        Answer(lamp);
        lamp.Wire.IsBroken = true;
        _stage.Agent.OnFlowClosed(lamp.Wire);
        var again = new Phone(_stage, "2002a", port: 7_000, overTcp: true) { Contact = "<sip:2002a@10.1.1.1;transport=tcp>" };
        again.Register();
        again.Wire.Sent.Clear();

        _stage.Pass(TimeSpan.FromSeconds(2));
        Changed();

        Assert.Equal("NOTIFY", Assert.Single(again.Wire.Sent).Method);
    }

    private Phone Watching(bool isAnswered = true)
    {
        var lamp = new Phone(_stage, "2002a");
        Subscribe(lamp);
        Join(lamp);
        if (!isAnswered) return lamp;
        Answer(lamp);
        _stage.Pass(TimeSpan.FromSeconds(1.1));
        lamp.Wire.Sent.Clear();
        return lamp;
    }

    [Fact]
    public void Whoever_speaks_in_a_subscription_from_elsewhere_proves_that_it_is_his()
    {
        var lamp = Watching();
        var (old, moved) = (lamp.Wire, new WireFlow("192.0.2.7", 40_000)); // the same host by another port: its neighbour, for all we know
        old.Sent.Clear();
        lamp.Wire = moved;

        Assert.Equal(401, lamp.InDialog("SUBSCRIBE", "Event: dialog\r\nExpires: 0\r\n")!.Status);
        Changed();
        Assert.DoesNotContain(moved.Sent, m => m.IsRequest);

        lamp.Ask("SUBSCRIBE", "sip:2001@pbx.test", Wishes);
        Assert.Contains(moved.Sent, m => m.Status == 200);
    }

    [Fact]
    public void A_phone_that_registered_from_its_new_port_is_believed_there()
    {
        var lamp = Watching();
        lamp.Wire = new WireFlow("192.0.2.7", 40_000);
        new Phone(_stage, "2002a") { Wire = lamp.Wire }.Register();
        lamp.Wire.Sent.Clear();

        lamp.InDialog("SUBSCRIBE", Wishes);

        Assert.Contains(lamp.Wire.Sent, m => m.Status == 200);
    }

    private static void Join(Phone phone) => phone.ToTag = phone.Wire.Sent.First(m => m.Status == 200).Envelope.ToTag;

    private static SipMessage Subscribe(Phone phone, string headers = Wishes, string number = "2001")
    {
        phone.Wire.Sent.Clear();
        phone.Ask("SUBSCRIBE", $"sip:{number}@pbx.test", headers);
        return phone.Wire.Sent.First(m => m.Status > 0);
    }

    private static IEnumerable<uint> Notifies(Phone phone) => phone.Wire.Sent.Where(m => m.Method == "NOTIFY").Select(m => m.Envelope.CSeq).Distinct();

    private void Changed()
    {
        _stage.Agent.Lamps!.Changed("2001");
        _stage.Turn();
    }

    /// <summary>The phone answers the NOTIFY it heard last.</summary>
    private void Answer(Phone phone, int status = 200)
    {
        var notify = phone.Wire.Sent.FindLast(m => m.Method == "NOTIFY")!;
        _stage.Receive(new SipReply(status).Write(notify, "", new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 5060)), phone.Wire);
    }

    private static DialogEntry Call(string id, DialogEntryState state) =>
        new(id, new DialogId("call-" + id, "ours", "theirs"), IsInitiator: false, state, "2001", "Anna", "2002", "Bob");

    private static XElement Document(SipMessage notify) => XDocument.Parse(Encoding.UTF8.GetString(notify.Body.Span)).Root!;
}
