using System.Text;
using System.Xml.Linq;
using Conference.Sip.Subscriptions;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Subscriptions;

public class ConferenceDocumentsTests
{
    private static readonly XNamespace Info = "urn:ietf:params:xml:ns:conference-info";

    private readonly TestState _state = new();
    private readonly ConferenceDocuments _documents;

    public ConferenceDocumentsTests() => _documents = new ConferenceDocuments(_state, new Watched("6001", "pbx.test"));

    [Fact]
    public void A_roster_tells_the_room_and_who_is_in()
    {
        Seat(User("1", "2001", "Anna") with { IsHost = true }, User("2", "2002", "Bob") with { Status = "muted-via-focus" });
        var root = Next(isWhole: true);

        Assert.Equal(("sip:6001@pbx.test", "full", "1"), (root.Attribute("entity")!.Value, root.Attribute("state")!.Value, root.Attribute("version")!.Value));
        Assert.Equal("Board", root.Element(Info + "conference-description")!.Element(Info + "display-text")!.Value);
        Assert.Equal("2", root.Element(Info + "conference-state")!.Element(Info + "user-count")!.Value);
        Assert.Equal(["sip:2001@pbx.test admin connected sendrecv", "sip:2002@pbx.test member muted-via-focus recvonly"], Users(root).Select(u =>
            $"{u.Attribute("entity")!.Value} {u.Element(Info + "roles")!.Value} {u.Element(Info + "endpoint")!.Element(Info + "status")!.Value} {u.Descendants(Info + "media").Single().Element(Info + "status")!.Value}"));
    }

    [Fact]
    public void Afterwards_only_who_came_changed_or_left_is_told()
    {
        Seat(User("1", "2001", "Anna"), User("2", "2002", "Bob"), User("3", "2003", "Carl"));
        Next(isWhole: true);
        Seat(User("1", "2001", "Anna"), User("2", "2002", "Bob") with { Status = "on-hold" }, User("4", "2004", "Dora"));
        var root = Next();

        Assert.Equal(("partial", "2"), (root.Attribute("state")!.Value, root.Attribute("version")!.Value));
        Assert.Equal(["sip:2002@pbx.test full", "sip:2004@pbx.test full", "sip:2003@pbx.test deleted"], Users(root).Select(u => $"{u.Attribute("entity")!.Value} {u.Attribute("state")!.Value}"));
    }

    [Fact]
    public void Every_tenth_document_is_full_again()
    {
        Next(isWhole: true);
        var kinds = Enumerable.Range(0, 10).Select(_ => Next().Attribute("state")!.Value).ToList();

        Assert.Equal(9, kinds.IndexOf("full"));
    }

    [Fact]
    public void Parts_and_wholes_lead_to_the_same_picture()
    {
        var random = new Random(11);
        var known = new Dictionary<string, string>();
        for (var round = 0; round < 200; round++)
        {
            Seat([.. Enumerable.Range(0, 8).Where(_ => random.Next(2) == 0).Select(i => User("u" + i, "20" + i, "N" + random.Next(3)) with { Status = random.Next(3) == 0 ? "on-hold" : "connected" })]);
            var root = Next();
            if (root.Attribute("state")!.Value == "full") known.Clear();
            foreach (var user in Users(root))
            {
                if (user.Attribute("state")!.Value == "deleted") known.Remove(user.Attribute("entity")!.Value);
                else known[user.Attribute("entity")!.Value] = user.ToString();
            }

            var whole = Read(new ConferenceDocuments(_state, new Watched("6001", "pbx.test")).Next(true, 0)!);
            Assert.Equal(Users(whole).Select(u => u.ToString()).Order(StringComparer.Ordinal), known.Values.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Who_withholds_a_number_is_a_nobody_of_his_own_and_two_phones_of_one_are_one()
    {
        Seat(User("a", "", "?"), User("b", "", "?"), User("c", "2001", "Anna"), User("d", "2001", "Anna"));
        var users = Users(Next(isWhole: true)).ToList();

        Assert.Equal(["sip:anonymous-a@anonymous.invalid", "sip:anonymous-b@anonymous.invalid", "sip:2001@pbx.test"], users.Select(u => u.Attribute("entity")!.Value));
        Assert.Equal(2, users[2].Elements(Info + "endpoint").Select(e => e.Attribute("entity")!.Value).Distinct().Count());
    }

    [Fact]
    public void Of_a_very_large_room_only_the_numbers_are_told()
    {
        Seat([.. Enumerable.Range(0, 201).Select(i => User("u" + i, "", "N"))]);
        var root = Next();

        Assert.Empty(Users(root));
        Assert.Equal("201", root.Element(Info + "conference-state")!.Element(Info + "user-count")!.Value);
        Seat([.. Enumerable.Range(0, 200).Select(i => User("u" + i, "1" + i, new string('€', 500)))]);
        Assert.InRange(_documents.Next(true, 0)!.Length, 1, 60_000);
    }

    [Fact]
    public void A_room_that_is_gone_has_no_document()
    {
        _state.Rooms.Clear();

        Assert.Null(_documents.Next(true, 0));
    }

    private void Seat(params ConferenceUser[] users) => _state.Rooms["6001"] = new("Board", 50, true, false, [.. users]);

    private XElement Next(bool isWhole = false) => Read(_documents.Next(isWhole, 0)!);

    private static XElement Read(byte[] document) => XDocument.Parse(Encoding.UTF8.GetString(document)).Root!;

    private static IEnumerable<XElement> Users(XElement root) => root.Elements(Info + "users").Elements(Info + "user");

    private static ConferenceUser User(string id, string number, string name) =>
        new(id, number, name, IsHost: false, IsDialledOut: false, "connected", new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero));
}
