using System.Globalization;
using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>A conference is called off: everybody's calendar hears of it.</summary>
public class CalledOff
{
    [Fact]
    public async Task The_invited_get_a_cancellation_of_the_same_entry()
    {
        await using var mail = await MailBox.Open();
        await using var server = await Server.Start(new Dictionary<string, string>
        {
            ["Conference:FirstRun:AdminPassword"] = Server.AdminPassword,
            ["Conference:Mail:Host"] = "127.0.0.1",
            ["Conference:Mail:Port"] = mail.PlainPort.ToString(CultureInfo.InvariantCulture),
            ["Conference:Mail:Security"] = "None",
            ["Conference:Mail:From"] = "conference@example.org",
        });
        await using var browser = await Browser.Open();
        var host = new Portal(await browser.Person(server.Url));
        await host.SignIn("admin", Server.AdminPassword);
        var booked = await host.Book("Picnic", 30, recorded: false, "anna@example.org");
        var invitation = (await mail.Receives(m => m.Calendars is [{ Method: "REQUEST" }, ..], TimeSpan.FromSeconds(20))).Calendars[0];

        await host.Cancel(booked);

        var message = await mail.Receives(m => m.Calendars is [{ Method: "CANCEL" }, ..], TimeSpan.FromSeconds(20));
        var cancellation = message.Calendars[0];
        Assert.Equal(["anna@example.org"], message.To);
        Assert.Equal((invitation.Uid, "CANCELLED", invitation.Start), (cancellation.Uid, cancellation.Status, cancellation.Start));
        Assert.True(cancellation.Sequence > invitation.Sequence);
    }
}
