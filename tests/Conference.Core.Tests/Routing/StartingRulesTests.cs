using Conference.Core.Routing;

namespace Conference.Core.Tests.Routing;

public sealed class StartingRulesTests
{
    [Theory]
    [InlineData("it", "112", "Emergency 112")]
    [InlineData("it", "0501234567", "National 0501234567")]
    [InlineData("it", "3331234567", "Mobile 3331234567")]
    [InlineData("it", "+393331234567", "Mobile +393331234567")]
    [InlineData("it", "899123456", "Premium 899123456")]
    [InlineData("it", "+39899123456", "Premium +39899123456")]
    [InlineData("it", "800123456", "Special 800123456")]
    [InlineData("it", "004930123456", "International 004930123456")]
    [InlineData("ru", "103", "Emergency 103")]
    [InlineData("ru", "84951234567", "National 84951234567")]
    [InlineData("ru", "89161234567", "Mobile 89161234567")]
    [InlineData("ru", "88001234567", "Special 88001234567")]
    [InlineData("ru", "88091234567", "Premium 88091234567")]
    [InlineData("ru", "810390501234567", "International +390501234567")]
    [InlineData("cn", "13812345678", "Mobile 13812345678")]
    [InlineData("cn", "01012345678", "National 01012345678")]
    [InlineData("cn", "16812345", "Premium 16812345")]
    [InlineData("cn", "0012125551234", "International 0012125551234")]
    [InlineData("de", "110", "Emergency 110")]
    [InlineData("de", "030123456", "National 030123456")]
    [InlineData("de", "01701234567", "Mobile 01701234567")]
    [InlineData("de", "+49900123456", "Premium +49900123456")]
    [InlineData("us", "911", "Emergency 911")]
    [InlineData("us", "2125551234", "Local 2125551234")]
    [InlineData("us", "12125551234", "National 12125551234")]
    [InlineData("us", "18765551234", "International +18765551234")]
    [InlineData("us", "8765551234", "International +18765551234")]
    [InlineData("us", "+18765551234", "International +18765551234")]
    [InlineData("us", "18005551234", "Special 18005551234")]
    [InlineData("us", "011390501234567", "International +390501234567")]
    [InlineData("gb", "999", "Emergency 999")]
    [InlineData("gb", "07700900123", "Mobile 07700900123")]
    [InlineData("gb", "02079460123", "National 02079460123")]
    [InlineData("gb", "0909123456", "Premium 0909123456")]
    [InlineData("gb", "+447012345678", "Premium +447012345678")]
    public void What_people_dial_is_of_the_kind_they_expect(string country, string dialled, string expected) => Assert.Equal(expected, Judge(country, "", dialled));

    [Theory]
    [InlineData("112", "Emergency 112")]
    [InlineData("0112", "Emergency 112")]
    [InlineData("00501234567", "National 0501234567")]
    [InlineData("0004930123456", "International 004930123456")]
    [InlineData("+4930123456", "International +4930123456")]
    public void With_an_outside_line_emergency_numbers_work_without_it_too(string dialled, string expected) => Assert.Equal(expected, Judge("it", "0", dialled));

    [Fact]
    public void Every_pattern_can_match_and_every_country_has_emergency_and_the_world()
    {
        foreach (var country in StartingRules.Countries)
        {
            var rules = StartingRules.For(country, "", ["telco"], k => k.ToString()).ToList();

            Assert.All(rules, r => Assert.True(DialPattern.IsValid(r.Pattern), r.Pattern));
            Assert.Equal(CallClass.Emergency, rules[0].Class);
            Assert.Equal("+Z.", rules[^1].Pattern);
            Assert.Equal(rules.Count, rules.Select(r => r.Pattern).Distinct().Count());
        }
    }

    private static string Judge(string country, string prefix, string dialled)
    {
        var rule = StartingRules.For(country, prefix, ["telco"], k => k.ToString()).First(r => DialPattern.Matches(r.Pattern, dialled));
        return $"{rule.Class} {NumberWriting.Rewrite(dialled, rule.Drop, rule.Prepend)}";
    }
}
