using System.Text;
using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.ToolTests;

public class ControlLineTests
{
    [Fact]
    public void Messages_come_off_the_line_one_by_one_and_only_when_complete()
    {
        var received = Encoding.ASCII.GetBytes("5:hello,2:{},7:par").ToList();

        Assert.Equal("hello", Text(ControlLine.Take(received)));
        Assert.Equal("{}", Text(ControlLine.Take(received)));
        Assert.Null(ControlLine.Take(received));

        received.AddRange("tial,"u8);
        Assert.Equal("partial", Text(ControlLine.Take(received)));
        Assert.Empty(received);
    }

    private static string? Text(byte[]? message) => message is null ? null : Encoding.ASCII.GetString(message);
}
