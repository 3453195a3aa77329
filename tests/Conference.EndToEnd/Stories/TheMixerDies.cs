using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>Voices are mixed by a process of their own, and that is killed in the middle of a conference.</summary>
public class TheMixerDies
{
    [Fact]
    public async Task Calls_end_the_recording_so_far_stays_and_whoever_calls_again_is_heard()
    {
        await using var house = await House.Open(new Dictionary<string, string> { ["Conference:Media:Process"] = "Separate" });
        var anna = await house.Gives("201", "Anna", 500);
        var bob = await house.Gives("202", "Bob", 1150);
        var booked = await house.Admin.Book("Apart", 30, recorded: true);
        await Join(anna, bob, booked);
        var heard = DateTime.UtcNow;
        var mixer = await MixerOf(house);

        await Child.Run("kill", "-9", mixer);
        await anna.IsHungUp();
        await bob.IsHungUp();
        Assert.True(house.Server.Process.IsRunning);
        var lasted = DateTime.UtcNow - heard;

        await Eventually.True(() => Starts(house) == 2, TimeSpan.FromSeconds(30), () => $"another mixer; the server said\n{house.Server.Log}");
        await Join(anna, bob, booked);
        await anna.HangUp();
        await bob.HangUp();

        await house.Admin.OpenRecording("Apart");
        var (_, bytes) = await house.Admin.Download();
        Assert.InRange(WavFile.Parse(bytes).Length, TimeSpan.FromSeconds(0.5), lasted + TimeSpan.FromMinutes(1));
    }

    private static async Task Join(Phone anna, Phone bob, Booked booked)
    {
        await anna.Dial(booked.Number);
        await anna.Press(booked.HostPin + "#");
        await bob.Dial(booked.Number);
        await bob.Press(booked.GuestPin + "#");
        await anna.WaitUntilHears(bob);
        await bob.WaitUntilHears(anna);
    }

    private static int Starts(House house) => house.Server.Log.Split("a process of their own").Length - 1;

    private static async Task<string> MixerOf(House house) =>
        (await Child.Run("sh", "-c", $"pgrep -P {house.Server.Process.Id} -f -- --media-worker")).Trim();
}
