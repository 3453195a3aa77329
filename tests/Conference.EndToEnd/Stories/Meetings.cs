using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>A short conference, for stories about what comes afterwards.</summary>
public static class Meetings
{
    /// <summary>Books a recorded conference; one phone comes, speaks for three seconds, and the host ends it.</summary>
    public static async Task Hold(Portal host, Server server, string title)
    {
        var (user, secret) = await host.AddPhone("201", "Anna");
        var booked = await host.Book(title, minutes: 30, recorded: true);
        await using var anna = await Phone.SwitchOn("Anna", 500, new PhoneAccount(user, secret, server.Sip));
        await anna.Registered();
        var dashboard = await host.Watch(booked.Number);
        await anna.Dial(booked.Number);
        await anna.Press(booked.HostPin + "#");
        await dashboard.IsTalking("Anna");
        await Task.Delay(TimeSpan.FromSeconds(3));
        await dashboard.Press("end");
        await anna.IsHungUp();
    }
}
