using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>The machine dies in the middle of a recorded conference and comes back.</summary>
[Collection(Alone.Name)]
public class ThePowerFails
{
    private static readonly TimeSpan Worst = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task At_most_a_second_is_lost_the_file_plays_and_nobody_haunts_the_room()
    {
        await using var server = await Server.Start(new Dictionary<string, string> { ["Conference:FirstRun:AdminPassword"] = Server.AdminPassword });
        await using var browser = await Browser.Open();
        var host = new Portal(await browser.Person(server.Url));
        await host.SignIn("admin", Server.AdminPassword);
        var (user, secret) = await host.AddPhone("201", "Anna");
        var booked = await host.Book("Storm", minutes: 30, recorded: true);
        await using var anna = await Phone.SwitchOn("Anna", 500, new PhoneAccount(user, secret, server.Sip));
        await anna.Registered();
        var dashboard = await host.Watch(booked.Number);
        await anna.Dial(booked.Number);
        await anna.Press(booked.HostPin + "#");
        await dashboard.IsTalking("Anna");
        var joined = DateTime.UtcNow;
        await Task.Delay(TimeSpan.FromSeconds(12));

        await server.Kill();
        var talked = DateTime.UtcNow - joined;
        await host.Page.WaitForSelectorAsync("#live[data-connected=false] #reconnecting:not([hidden])");
        Assert.True(await host.Page.Locator("[data-verb=end]").IsDisabledAsync());
        var ready = await server.Run();

        Assert.InRange(ready, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        await host.Page.WaitForSelectorAsync("#live[data-connected=true]"); // by itself, also the sign-in is still good
        Assert.Empty(await dashboard.Names());
        await host.SeesRegistered(user); // the registration survived, too

        await host.OpenRecording("Storm");
        var (_, bytes) = await host.Download();
        var wav = WavFile.Parse(bytes);
        Assert.Equal(wav.Samples.Length * 2, wav.DeclaredBytes);
        Assert.InRange(wav.Length, talked - Worst, talked + TimeSpan.FromSeconds(2));
        Assert.True(Tones.Heard(wav, anna.Tone, TimeSpan.FromSeconds(1)).Single().Length > talked - Worst - TimeSpan.FromSeconds(0.5));
        var track = WavFile.Parse(await host.DownloadTrack("Anna"));
        Assert.Equal((wav.Rate, wav.Samples.Length), (track.Rate, track.Samples.Length));
        Assert.True(Tones.Heard(track, anna.Tone, TimeSpan.FromSeconds(1)).Single().Length > talked - Worst - TimeSpan.FromSeconds(0.5));
        Assert.Equal([("Anna", "ServerRestarted")], await host.OpenReport("Storm"));
    }
}
