using System.Text;
using Conference.Sip.Messages;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Messages;

/// <summary>The rows of the corpora whose promise is not in the answer but in what is not done: what to look for, looked for.</summary>
public class CorpusPromisesTests
{
    private readonly Stage _stage = new();
    private readonly WireFlow _wire = new("127.0.0.77", 5060);

    public static TheoryData<string> Rows(string kind) => [.. Promises().Where(file => Kind(file) == kind)];

    [Fact]
    public void Every_row_that_promises_something_is_one_of_those_below() =>
        Assert.All(Promises(), row => Assert.Contains(Kind(row), new[] { "ct", "dn", "hname", "pai", "via", "xml" }));

    /// <summary>A Contact is where a phone says it is: bound or refused, but never connected to, pings included.</summary>
    [Theory]
    [MemberData(nameof(Rows), "ct")]
    public void A_contact_that_points_elsewhere_leads_nobody_there(string file)
    {
        var contact = SipMessage.Read(CorpusTests.Read(file), isStream: false)!.Text(HeaderId.Contact)!;
        var phone = new Phone(_stage) { Contact = contact };
        var status = phone.Register("Expires: 3600\r\n")!.Status;
        _stage.Pass(TimeSpan.FromSeconds(65));

        Assert.Equal(contact.Contains("<sip:", StringComparison.Ordinal) ? 200 : 400, status);
        Assert.Empty(_stage.Net.Opened);
        Assert.Equal(phone.Wire.Remote.Port, phone.Wire.LastPort); // pings go where the REGISTER came from
    }

    /// <summary>Whatever a caller calls himself reaches the house as text of one line.</summary>
    [Theory]
    [MemberData(nameof(Rows), "dn")]
    public void A_name_made_to_do_something_reaches_the_house_as_a_name(string file)
    {
        _stage.House.OpenNumbers.Add("7000");
        _stage.Receive(CorpusTests.Read(file), _wire);

        Assert.DoesNotContain(_wire.Sent, m => m.Status is >= 500 and < 600);
        Assert.All(_stage.Calls, c => Assert.DoesNotContain(c.Call.FromDisplayName, char.IsControl));
        Assert.All(_stage.Calls, c => Assert.Equal("1001", c.Call.FromUser));
    }

    /// <summary>A header name with something invisible in it is another name, or makes the message faulty; it is never the name it looks like.</summary>
    [Theory]
    [MemberData(nameof(Rows), "hname")]
    [MemberData(nameof(Rows), "pai")]
    public void Nobody_becomes_somebody_else_by_a_header_of_his_own(string file)
    {
        _stage.House.OpenNumbers.Add("7000");
        _stage.Receive(CorpusTests.Read(file), _wire);

        Assert.DoesNotContain(_wire.Sent, m => m.Status is 481 or (>= 500 and < 600)); // 481: taken for a request in a dialog
        Assert.All(_stage.Calls, c => Assert.Equal(("1001", "", null), (c.Call.FromUser, c.Call.FromDisplayName, c.Call.Asserted)));
    }

    [Theory]
    [MemberData(nameof(Rows), "via")]
    public void An_answer_goes_where_the_request_came_from_whatever_its_Via_says(string file)
    {
        _stage.Receive(CorpusTests.Read(file), _wire);

        Assert.Equal([200], _wire.Sent.Select(m => m.Status));
        Assert.Empty(_stage.Net.Opened);
    }

    [Theory]
    [MemberData(nameof(Rows), "xml")]
    public void A_document_is_not_opened_by_somebody_who_did_not_ask_for_it(string file)
    {
        _stage.Receive(CorpusTests.Read(file), _wire);

        Assert.All(_wire.Sent, m => Assert.DoesNotContain("root:", Encoding.Latin1.GetString(m.Bytes), StringComparison.Ordinal));
        Assert.All(_wire.Sent, m => Assert.InRange(m.Status, 400, 499));
        Assert.DoesNotContain(typeof(SipStack).Assembly.GetTypes().SelectMany(t => t.GetFields((System.Reflection.BindingFlags)62)), f => f.FieldType == typeof(System.Xml.XmlReader));
    }

    private static IEnumerable<string> Promises() => File.ReadLines(Path.Combine(Kit.Corpora, "index.tsv")).Skip(1)
        .Select(line => line.Split('\t'))
        .Where(row => row[2] == "sip" && (row[7].Contains("must-not=", StringComparison.Ordinal) || row[7].Contains("ui=", StringComparison.Ordinal)))
        .Select(row => row[3]);

    private static string Kind(string file) => Path.GetFileName(file).Split('-')[1];
}
