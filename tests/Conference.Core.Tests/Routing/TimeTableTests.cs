using System.Globalization;
using Conference.Core.Routing;

namespace Conference.Core.Tests.Routing;

public sealed class TimeTableTests
{
    [Theory]
    [InlineData("12345 0800-1800", "2026-11-23 08:00", true)] // a Monday
    [InlineData("12345 0800-1800", "2026-11-23 07:59", false)]
    [InlineData("12345 0800-1800", "2026-11-23 18:00", false)]
    [InlineData("12345 0800-1800", "2026-11-28 12:00", false)] // a Saturday
    [InlineData("12345 0800-1800;6 0900-1200", "2026-11-28 11:59", true)]
    [InlineData("5 2200-0600", "2026-11-27 23:00", true)]
    [InlineData("5 2200-0600", "2026-11-28 05:59", true)] // the night that began on Friday
    [InlineData("5 2200-0600", "2026-11-28 06:00", false)]
    [InlineData("5 2200-0600", "2026-11-27 05:00", false)]
    [InlineData("7 0000-0000", "2026-11-29 23:59", true)]
    [InlineData("7 0000-0000", "2026-11-30 00:00", false)]
    [InlineData("1 0900-0900", "2026-11-24 08:59", true)]
    public void Hours_count_when_they_say(string table, string local, bool isOpen) =>
        Assert.Equal(isOpen, TimeTable.Read(table)!.IsOpen(DateTime.Parse(local, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("12345 0800-1800;6 0900-1200")]
    [InlineData("7 2200-0600")]
    public void What_is_written_is_read_again(string text)
    {
        var table = TimeTable.Read(text);

        Assert.Equal(text, table!.ToString());
        Assert.Equal(table, TimeTable.Read(table.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("8 0800-1800")]
    [InlineData(" 0800-1800")]
    [InlineData("1 0800")]
    [InlineData("1 2500-2600")]
    [InlineData("nonsense")]
    public void What_is_no_table_counts_always(string text) => Assert.Null(TimeTable.Read(text));
}
