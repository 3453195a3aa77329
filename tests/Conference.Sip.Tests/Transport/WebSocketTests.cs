using System.Net.WebSockets;
using System.Text;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Transport;

/// <summary>SIP over WebSocket as browsers speak it (RFC 7118).</summary>
public class WebSocketTests
{
    private static string Options(int number, string body = "") =>
        $"OPTIONS sip:pbx.test SIP/2.0\r\nVia: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK{number}\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: {number}\r\nCSeq: 1 OPTIONS\r\n\r\n{body}";

    [Theory]
    [InlineData(WebSocketMessageType.Text)]
    [InlineData(WebSocketMessageType.Binary)]
    public async Task A_browser_is_answered_as_it_talks_and_its_Via_comes_back_as_it_was(WebSocketMessageType type)
    {
        await using var stack = new TestStack();
        await using var browser = await BrowserSocket.Connect(stack.Stack);
        await browser.Send(Encoding.UTF8.GetBytes(Options(1)), type);

        var (heard, text) = await browser.Hear();

        Assert.Equal(type, heard);
        Assert.StartsWith("SIP/2.0 200 OK\r\n", text, StringComparison.Ordinal);
        Assert.Contains("\r\nVia: SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK1", text, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Length: 0\r\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_keep_alive_is_answered_by_its_own_message_and_nothing_else_is_made_of_it()
    {
        await using var stack = new TestStack();
        await using var browser = await BrowserSocket.Connect(stack.Stack);
        await browser.Send("\r\n\r\n");
        await browser.Send("\r\n");
        await browser.Send("");
        await browser.Send(Options(2));

        Assert.Equal("\r\n", (await browser.Hear()).Text);
        Assert.Contains("Call-ID: 2\r\n", (await browser.Hear()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fragments_are_one_message_and_two_messages_in_one_are_the_first()
    {
        await using var stack = new TestStack();
        await using var browser = await BrowserSocket.Connect(stack.Stack);
        var bytes = Encoding.UTF8.GetBytes(Options(3));
        await browser.Send(bytes[..50], WebSocketMessageType.Text, isLast: false);
        await browser.Send(bytes[50..], WebSocketMessageType.Text);
        await browser.Send(Options(4).Replace("\r\n\r\n", "\r\nContent-Length: 0\r\n\r\n", StringComparison.Ordinal) + Options(5));
        await browser.Send(Options(6));

        Assert.Contains("Call-ID: 3\r\n", (await browser.Hear()).Text, StringComparison.Ordinal);
        Assert.Contains("Call-ID: 4\r\n", (await browser.Hear()).Text, StringComparison.Ordinal);
        Assert.Contains("Call-ID: 6\r\n", (await browser.Hear()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_is_too_big_closes_with_1009()
    {
        await using var stack = new TestStack();
        await using var browser = await BrowserSocket.Connect(stack.Stack);
        await browser.Send(Options(7, new string('x', 66_000)));

        Assert.Equal((WebSocketMessageType.Close, "MessageTooBig"), await browser.Hear());
    }

    [Fact]
    public async Task One_source_has_so_many_sockets_and_another_still_gets_one()
    {
        await using var stack = new TestStack();
        var greedy = new List<BrowserSocket>();
        for (var i = 0; i < 52; i++) greedy.Add(await BrowserSocket.Connect(stack.Stack, "203.0.113.9"));
        await using var other = await BrowserSocket.Connect(stack.Stack, "203.0.113.10");
        await other.Send(Options(8));

        Assert.Contains("200 OK", (await other.Hear()).Text, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<WebSocketException>(() => greedy[0].Hear()); // the oldest that nobody signed in on
        foreach (var socket in greedy) await socket.DisposeAsync();
    }

    [Fact]
    public async Task A_browser_that_goes_away_leaves_nothing_behind()
    {
        await using var stack = new TestStack();
        for (var i = 0; i < 60; i++)
        {
            await using var browser = await BrowserSocket.Connect(stack.Stack); // the 51st would push out the first, were they still counted
            await browser.Send(Options(100 + i));
            Assert.Contains("200 OK", (await browser.Hear()).Text, StringComparison.Ordinal);
        }
    }
}
