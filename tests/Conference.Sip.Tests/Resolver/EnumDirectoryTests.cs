using Conference.Sip.Resolver;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Resolver;

public class EnumDirectoryTests
{
    private const string Tree = "2.1.0.5.5.5.9.3.e164.arpa";
    private readonly FakeDns _dns = new();

    private string? Find(string number = "+39 555-012") => new EnumDirectory(_dns, new FakeTime()).FindAsync(number, "e164.arpa", default).Now();

    [Fact]
    public void The_best_rule_for_sip_is_applied_to_the_number()
    {
        _dns.Naptr(Tree, 100, 20, "u", "E2U+sip", "!^.*$!sip:second@example.org!", "");
        _dns.Naptr(Tree, 100, 10, "u", "E2U+sip", @"!^\+39(.*)$!sip:\1@example.org!", "");
        _dns.Naptr(Tree, 1, 1, "u", "E2U+email:mailto", "!^.*$!mailto:info@example.org!", "");

        Assert.Equal("sip:555012@example.org", Find());
    }

    [Theory]
    [InlineData("!^.*$!mailto:a@b!")]
    [InlineData("!^.*$!sip:a@b\r\nEvil: yes!")]
    [InlineData("!^.*$!sip:a b@c!")]
    [InlineData("!^(.*$!sip:a@b!")]
    [InlineData(@"!^(.)\1*$!sip:a@b!")]
    [InlineData("!^44!sip:a@b!")]
    [InlineData("!!!")]
    [InlineData("")]
    public void A_rule_that_leads_nowhere_is_none(string rule)
    {
        _dns.Naptr(Tree, 1, 1, "u", "E2U+sip", rule, "");

        Assert.Null(Find());
    }

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("1234567890123456")]
    public void What_is_no_number_is_not_asked_for(string number)
    {
        Assert.Null(Find(number));
        Assert.Empty(_dns.Asked);
    }

    [Fact]
    public void A_pattern_made_to_take_for_ever_does_not() =>
        Assert.Null(EnumDirectory.Rewrite("!^(([0-9]+)+)+x$!sip:a@b!", "+" + new string('1', 15)));
}
