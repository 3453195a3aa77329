using System.Collections.Immutable;
using Conference.Core.Routing;

namespace Conference.Core.Tests.Routing;

public sealed class DialPatternTests
{
    [Theory]
    [InlineData("6XXX", "6001", true)]
    [InlineData("6XXX", "600", false)]
    [InlineData("6XXX", "60011", false)]
    [InlineData("NZX", "210", true)]
    [InlineData("NZX", "110", false)]
    [InlineData("NZX", "200", false)]
    [InlineData("[15-7]X", "60", true)]
    [InlineData("[1,5-7]X", "10", true)]
    [InlineData("[1,5-7]X", ",0", false)]
    [InlineData("[15-7]X", "40", false)]
    [InlineData("0Z.", "01", false)]
    [InlineData("0Z.", "012", true)]
    [InlineData("0Z.", "0044", false)]
    [InlineData("6!", "6", true)]
    [InlineData("+39ZX.", "+39055", false)]
    [InlineData("+39.", "+39055", true)]
    [InlineData("*9X", "*93", true)]
    public void Patterns_match_as_in_Asterisk(string pattern, string number, bool matches) =>
        Assert.Equal(matches, DialPattern.Matches(pattern, number));

    [Theory]
    [InlineData("0Z.", true)]
    [InlineData("[2-4]XX", true)]
    [InlineData("*8!", true)]
    [InlineData("", false)]
    [InlineData("0.5", false)]
    [InlineData("[12", false)]
    [InlineData("[]", false)]
    [InlineData("[a-f]", false)]
    [InlineData("_6XXX", false)]
    [InlineData("6 XX", false)]
    public void A_pattern_that_cannot_mean_anything_is_told(string pattern, bool isValid) =>
        Assert.Equal(isValid, DialPattern.IsValid(pattern));

    [Fact]
    public void No_pattern_and_no_number_make_it_throw()
    {
        var random = new Random(7);
        const string Letters = "0189XZN[]-,.!+*#";
        for (var i = 0; i < 20_000; i++)
        {
            string Made(int longest) => string.Concat(Enumerable.Range(0, random.Next(longest)).Select(_ => Letters[random.Next(Letters.Length)]));
            var (pattern, number) = (Made(12), Made(12));
            DialPattern.Matches(pattern, number);
            DialPattern.IsValid(pattern);
        }
    }

    [Fact]
    public void The_first_rewriting_that_matches_counts()
    {
        ImmutableArray<NumberRewrite> rules = [new("00.", 2, "+"), new("0Z.", 1, "+39"), new("Z.", 0, "+39050")];

        Assert.Equal("+4930123", rules.Rewrite("004930123"));
        Assert.Equal("+3912345", rules.Rewrite("012345"));
        Assert.Equal("+390501234", rules.Rewrite("1234"));
        Assert.Equal(("+441", null), rules.Preview("+441"));
    }

    [Fact]
    public void A_rewriting_may_take_more_than_there_is() => Assert.Equal("9", NumberWriting.Rewrite("12", 5, "9"));

    [Theory]
    [InlineData("2001", true)]
    [InlineData("+390501", true)]
    [InlineData("*98#", true)]
    [InlineData("", false)]
    [InlineData("+", false)]
    [InlineData("1,2", false)]
    [InlineData("200w1", false)]
    [InlineData("20\r\n01", false)]
    [InlineData("٢٠٠", false)]
    [InlineData("123456789012345678901234567890123", false)]
    public void Only_digits_star_and_pound_can_be_dialled(string number, bool isValid) => Assert.Equal(isValid, DialledNumber.IsValid(number));

    [Theory]
    [InlineData("112", true)]
    [InlineData("+390501234567", true)]
    [InlineData("00390501234567", true)]
    [InlineData("1", false)]
    [InlineData("*31#0501", false)]
    [InlineData("0501234,9", false)]
    [InlineData("+1234567890123456", false)]
    public void Only_telephone_numbers_leave_the_house(string number, bool may) => Assert.Equal(may, DialledNumber.MayLeave(number));
}
