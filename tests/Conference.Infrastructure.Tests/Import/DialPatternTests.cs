using Conference.Infrastructure.Import;

namespace Conference.Infrastructure.Tests.Import;

public sealed class DialPatternTests
{
    [Theory]
    [InlineData("_6XXX", "6001", true)]
    [InlineData("_6XXX", "600", false)]
    [InlineData("_6XXX", "60011", false)]
    [InlineData("_NZX", "210", true)]
    [InlineData("_NZX", "110", false)]
    [InlineData("_NZX", "200", false)]
    [InlineData("_[15-7]X", "10", true)]
    [InlineData("_[15-7]X", "60", true)]
    [InlineData("_[15-7]X", "40", false)]
    [InlineData("_6.", "6", false)]
    [InlineData("_6.", "61", true)]
    [InlineData("_6!", "6", true)]
    [InlineData("_[1", "1", false)]
    public void Patterns_match_as_in_Asterisk(string pattern, string number, bool matches) =>
        Assert.Equal(matches, DialPattern.Matches(pattern, number));
}
