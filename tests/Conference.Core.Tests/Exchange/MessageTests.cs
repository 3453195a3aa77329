using System.Text;
using Conference.Core.Tests.Testing;
using Conference.Sip.Calls;

namespace Conference.Core.Tests.Exchange;

/// <summary>Anna is 200 and writes to Bruno, 201, who has two phones.</summary>
public sealed class MessageTests : IDisposable
{
    private readonly House _house = new();

    public MessageTests()
    {
        _house.Extension("200", "Anna", devices: 2);
        _house.Extension("201", "Bruno", devices: 2);
    }

    public void Dispose() => _house.Dispose();

    [Fact]
    public async Task A_text_reaches_every_phone_of_an_extension()
    {
        Assert.Equal(200, await SendAsync("201", "ciao"));

        Assert.Equal([("201a", "200", "ciao"), ("201b", "200", "ciao")], _house.Calls.Sent);
    }

    [Fact]
    public async Task A_text_to_oneself_reaches_the_other_phone()
    {
        Assert.Equal(200, await SendAsync("200", "ciao"));

        Assert.Equal([("200b", "200", "ciao")], _house.Calls.Sent);
    }

    [Fact]
    public async Task One_phone_that_takes_it_is_enough()
    {
        _house.Calls.OnMessage = device => device == "201a" ? new TaskCompletionSource<int>().Task : Task.FromResult(202);

        Assert.Equal(200, await SendAsync("201", "ciao"));
    }

    [Fact]
    public async Task Phones_that_refuse_it_are_nobody()
    {
        _house.Calls.OnMessage = _ => Task.FromResult(405);

        Assert.Equal(480, await SendAsync("201", "ciao"));
    }

    [Fact]
    public async Task Silent_phones_do_not_keep_the_sender_waiting()
    {
        _house.Calls.OnMessage = _ => new TaskCompletionSource<int>().Task;
        var sending = SendAsync("201", "ciao");
        Assert.False(sending.IsCompleted);

        _house.Time.Advance(TimeSpan.FromSeconds(15));

        Assert.Equal(202, await sending);
    }

    [Theory]
    [InlineData("299", "text/plain", 5, 404)]
    [InlineData("201", "TEXT/plain; charset=utf-8", 1300, 200)]
    [InlineData("201", "text/plain", 1301, 413)]
    [InlineData("201", "text/html", 5, 415)]
    [InlineData("201", "application/im-iscomposing+xml", 5, 415)]
    public async Task Only_short_plain_text_to_somebody_known_passes(string to, string type, int bytes, int status)
    {
        Assert.Equal(status, await SendAsync(to, new string('x', bytes), type));
        Assert.Equal(status == 200 ? 2 : 0, _house.Calls.Sent.Count);
    }

    [Theory]
    [InlineData("200", 403)]
    [InlineData("201", 480)]
    public async Task Who_is_switched_off_neither_writes_nor_reads(string off, int status)
    {
        _house.Extensions.Set(_house.Extensions.Cards.Select(c => c with { IsEnabled = c.Number != off }));

        Assert.Equal(status, await SendAsync("201", "ciao"));
        Assert.Empty(_house.Calls.Sent);
    }

    [Fact]
    public async Task Without_a_registered_phone_nobody_reads()
    {
        _house.Devices.Lost("201a");
        _house.Devices.Lost("201b");

        Assert.Equal(480, await SendAsync("201", "ciao"));
    }

    [Fact]
    public async Task A_text_to_a_room_reaches_every_phone_in_it_but_the_senders()
    {
        _house.Standing("300");
        await EnterAsync("300", "200a", "200b", "201b");

        Assert.Equal(200, await SendAsync("300", "ciao"));

        Assert.Equal([("200b", "200", "ciao"), ("201b", "200", "ciao")], _house.Calls.Sent.Order());
    }

    [Fact]
    public async Task A_room_without_phones_of_the_house_reads_nothing()
    {
        _house.Standing("300");
        Assert.Equal(480, await SendAsync("300", "ciao"));

        await EnterAsync("300", "200a");
        Assert.Equal(480, await SendAsync("300", "ciao")); // nobody but the sender
    }

    [Fact]
    public async Task A_room_behind_a_PIN_is_written_to_only_by_those_who_are_in()
    {
        _house.Standing("300", guestPin: "1234");
        Assert.Equal(403, await SendAsync("300", "ciao"));

        await EnterAsync("300", "200b", "201a");
        Assert.Equal(200, await SendAsync("300", "ciao"));
    }

    private async Task EnterAsync(string room, params string[] phones)
    {
        var pin = _house.Directory.Find(new RoomNumber(room))!.GuestPin;
        foreach (var phone in phones)
        {
            var call = new FakeCall(room, phone, false);
            call.Serve(_house.Desk);
            foreach (var key in pin.Length > 0 ? pin + "#" : "") call.Info("application/dtmf-relay", $"Signal={key}\r\nDuration=100\r\n");
        }

        await Soon.Is(() => _house.Rooms.Find(new RoomNumber(room))?.People.Length == phones.Length, "a full room");
    }

    private Task<int> SendAsync(string to, string text, string type = "text/plain") =>
        _house.Desk.TakeMessageAsync(new IncomingMessage(new SipAccount("200a", "200", "Anna", []), to, new SipBody(type, Encoding.UTF8.GetBytes(text))));
}
