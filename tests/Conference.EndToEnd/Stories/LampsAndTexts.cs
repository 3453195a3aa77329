using System.Xml.Linq;
using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>What phones know of each other without a call: lamps, and the keys under them; short texts.</summary>
public class LampsAndTexts
{
    [Fact]
    public async Task A_lamp_shows_ringing_and_talking_its_key_takes_the_call_over_and_texts_go_from_phone_to_phone()
    {
        await using var house = await House.Open();
        var anna = await house.Gives("201", "Anna", 500);
        var bob = await house.Gives("202", "Bob", 1150);
        var account = await house.Account("203", "Carla");
        await using var carla = await BarePhone.Open("tcp", house.Server, account);
        await carla.Register();
        Assert.Equal(200, (await carla.Ask("SUBSCRIBE", "202", "Event: dialog\r\nAccept: application/dialog-info+xml\r\nExpires: 600\r\n")).Status);
        await Shows(carla, "terminated", after: 0);

        var told = carla.Requests.Count;
        await anna.Ring("202");
        await Shows(carla, "early", told);
        await bob.PickUp();
        await Shows(carla, "confirmed", told);
        await anna.HangUp();
        await bob.IsHungUp();
        await Shows(carla, "terminated", told);

        told = carla.Requests.Count;
        await anna.Ring("202");
        await using var voice = new Voice(1950);
        var (answer, call) = await carla.Call("202", voice.Port, Replaces(await Shows(carla, "early", told)));
        Assert.True(call is not null, answer.First);
        voice.Speak(answer.Body);
        await bob.IsHungUp();
        await anna.WaitUntilHears(1950);
        Assert.Equal(200, (await carla.Ask("BYE", call)).Status);
        await anna.IsHungUp();

        await Texts(house, carla);
    }

    /// <summary>From phone to phone by UDP and by TCP, and to one that is not there.</summary>
    private static async Task Texts(House house, BarePhone carla)
    {
        var lin = await house.GivesLinphone("204", "Lin", 770);
        var mia = await house.GivesLinphone("206", "Mia", 880, "tcp");
        await lin.Text("206", "Lunch at one?");
        await mia.IsTold("Lunch at one?");
        await lin.Text("203", "And you?");
        Assert.Contains("204", (await carla.IsSent("MESSAGE", "And you?"))["From"], StringComparison.Ordinal);

        Assert.Equal(200, (await carla.Ask("MESSAGE", "204", "Content-Type: text/plain\r\n", "Gladly"u8.ToArray())).Status);
        await lin.IsTold("Gladly");
        await house.Admin.AddPhone("205", "Nobody");
        Assert.Equal(480, (await carla.Ask("MESSAGE", "205", "Content-Type: text/plain\r\n", "Hello?"u8.ToArray())).Status);
    }

    private static async Task<string> Shows(BarePhone watcher, string state, int after) =>
        (await watcher.IsSent("NOTIFY", $"<state>{state}</state>", after)).Body;

    /// <summary>What the key under a lamp makes of what the lamp was told (RFC 3891): our tag is the one it is to.</summary>
    private static string Replaces(string dialogInfo)
    {
        var dialog = XDocument.Parse(dialogInfo).Root!.Elements().First(e => e.Name.LocalName == "dialog" && e.Attribute("call-id") is not null);
        string Of(string name) => dialog.Attribute(name)?.Value ?? "";
        return $"Replaces: {Of("call-id")};to-tag={Of("local-tag")};from-tag={Of("remote-tag")};early-only\r\n";
    }
}
