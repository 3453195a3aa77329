using System.Text;
using Conference.Sip.Resolver;

namespace Conference.Sip.Tests.Resolver;

public class DnsMessageTests
{
    private const ushort Id = 0x1234;
    private const string Name = "_sip._udp.example.com";

    private static byte[] Labels(string name) => [.. name.Split('.').SelectMany(l => Encoding.ASCII.GetBytes(l).Prepend((byte)l.Length)), 0];

    private static byte[] Record(byte[] owner, DnsType type, byte[] data, ushort? length = null) =>
        [.. owner, 0, (byte)type, 0, 1, 0, 0, 0, 60, (byte)((length ?? data.Length) >> 8), (byte)(length ?? data.Length), .. data];

    /// <summary>An answer with the question at offset 12, so that C0 0C points at its name.</summary>
    private static byte[] Answer(DnsType type, params byte[][] records) =>
        [0x12, 0x34, 0x81, 0x80, 0, 1, (byte)(records.Length >> 8), (byte)records.Length, 0, 0, 0, 0, .. Labels(Name), 0, (byte)type, 0, 1, .. records.SelectMany(r => r)];

    private static DnsError Read(byte[] bytes, DnsType type, out DnsMessage? message) => DnsMessage.Read(bytes, Id, Name, type, out message);

    [Fact]
    public void A_question_asks_for_recursion_and_says_how_much_fits()
    {
        var question = DnsMessage.Ask(Id, "Example.com.", DnsType.Naptr, isExtended: true)!;

        byte[] wanted = [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 7, .. "Example"u8, 3, .. "com"u8, 0, 0, 35, 0, 1, 0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0];
        Assert.Equal(wanted, question);
        Assert.Equal(wanted.Length - 11, DnsMessage.Ask(Id, "Example.com", DnsType.Naptr, isExtended: false)!.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("exa mple.com")]
    [InlineData("bücher.example")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123.com")]
    public void Names_that_cannot_exist_are_not_asked_for(string name) => Assert.Null(DnsMessage.Ask(Id, name, DnsType.A, true));

    [Fact]
    public void Servers_of_a_service_are_read_with_compressed_names()
    {
        byte[] data = [0, 10, 0, 60, 0x13, 0xC4, 3, .. "sbc"u8, 0xC0, 22]; // 22: "example.com" inside the question

        Assert.Equal(DnsError.None, Read(Answer(DnsType.Srv, Record([0xC0, 0x0C], DnsType.Srv, data)), DnsType.Srv, out var message));
        Assert.Equal(new DnsRecord.Srv(Name, 60, 10, 60, 5060, "sbc.example.com"), Assert.Single(message!.Records));
    }

    [Fact]
    public void A_rule_of_a_number_is_read_with_its_three_texts()
    {
        byte[] data = [0, 100, 0, 50, 1, .. "u"u8, 7, .. "E2U+sip"u8, 21, .. "!^.*$!sip:a@b.example"u8, 0];

        Assert.Equal(DnsError.None, Read(Answer(DnsType.Naptr, Record([0xC0, 0x0C], DnsType.Naptr, data)), DnsType.Naptr, out var message));
        Assert.Equal(new DnsRecord.Naptr(Name, 60, 100, 50, "u", "E2U+sip", "!^.*$!sip:a@b.example", ""), Assert.Single(message!.Records));
    }

    /// <summary>Each row: what somebody hostile or broken sends, and what we call it.</summary>
    public static TheoryData<string, byte[]> Hostile => new()
    {
        { "TooShort", [0x12, 0x34, 0x81] },
        { "NotOurs", [0x99, .. Answer(DnsType.Srv)[1..]] },
        { "NotOurs", [0x12, 0x34, 0x01, .. Answer(DnsType.Srv)[3..]] },
        { "WrongQuestion", [.. Answer(DnsType.Srv)[..5], 2, .. Answer(DnsType.Srv)[6..]] },
        { "WrongQuestion", Answer(DnsType.A) },
        { "BadName", Answer(DnsType.Srv, Record([0xC0, 39], DnsType.Srv, [])) }, // points at itself
        { "BadName", Answer(DnsType.Srv, Record([0xC0, 41, 0xC0, 39], DnsType.Srv, [])) }, // points forward
        { "BadName", Answer(DnsType.Srv, Record([0xFF, 0xFF], DnsType.Srv, [])) },
        { "BadName", Answer(DnsType.Srv, Record([0x40, 1], DnsType.Srv, [])) }, // a label type nobody uses
        { "BadName", Answer(DnsType.Srv, Record([1, 0, 0], DnsType.Srv, [])) }, // NUL in a label
        { "BadName", Answer(DnsType.Srv, [63]) },
        { "TooShort", Answer(DnsType.Srv, [0, 0, 33]) },
        { "TooShort", Answer(DnsType.Srv, Record([0], DnsType.Srv, [0, 1], length: 60_000)) },
        { "BadRecord", Answer(DnsType.Srv, Record([0], DnsType.Srv, [0, 1, 0, 1, 0x13])) },
        { "BadRecord", Answer(DnsType.Srv, Record([0], DnsType.Srv, [0, 1, 0, 1, 0x13, 0xC4, 0, 0])) }, // octets after the name
        { "BadRecord", Answer(DnsType.Srv, Record([0], DnsType.Srv, [0, 1, 0, 1, 0x13, 0xC4, 5, 97])) }, // a name beyond its record
        { "BadRecord", Answer(DnsType.Srv, Record([0], DnsType.A, [1, 2, 3])) },
        { "BadRecord", Answer(DnsType.Srv, Record([0], DnsType.Naptr, [0, 1, 0, 1, 200, 65])) },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void What_is_no_answer_is_a_value(string error, byte[] bytes)
    {
        Assert.Equal(error, Read(bytes, DnsType.Srv, out var message).ToString());
        Assert.Null(message);
    }

    [Fact]
    public void Pointers_that_would_chase_each_other_end_at_once()
    {
        var ladder = new List<byte>();
        for (var i = 0; i < 5_000; i++) ladder.AddRange([0xC0, 0x0C]); // many records, each a pointer to the longest chain
        var bytes = Answer(DnsType.Srv, [.. ladder]);

        Assert.NotEqual(DnsError.None, Read(bytes, DnsType.Srv, out _));
    }

    [Fact]
    public void Random_answers_are_read_or_refused_and_never_thrown_at()
    {
        var random = new Random(20261121);
        var honest = Answer(DnsType.Srv, Record([0xC0, 0x0C], DnsType.Srv, [0, 10, 0, 60, 0x13, 0xC4, 3, .. "sbc"u8, 0xC0, 22]), Record([0xC0, 0x0C], DnsType.Naptr, [0, 1, 0, 1, 1, 115, 0, 0, 0]));
        for (var i = 0; i < 100_000; i++)
        {
            var bytes = honest.ToArray();
            for (var flips = random.Next(1, 6); flips > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            Read(bytes[..random.Next(bytes.Length + 1)], DnsType.Srv, out _);
        }
    }
}
