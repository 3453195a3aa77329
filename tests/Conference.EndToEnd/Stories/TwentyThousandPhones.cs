using System.Diagnostics;
using Conference.EndToEnd.Tools;
using Xunit.Abstractions;

namespace Conference.EndToEnd.Stories;

/// <summary>A house as large as it gets signs on, and the machine starts again.</summary>
public class TwentyThousandPhones(ITestOutputHelper output)
{
    private const int Phones = 20_000;
    private const int Sites = 4; // addresses they come from

    /// <summary>Five seconds are promised; the rest is for a machine that stands still.</summary>
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5 + 5);

    [Fact]
    public async Task All_sign_on_and_are_known_again_within_seconds_of_a_restart()
    {
        using var files = new TempFolder("asterisk");
        await File.WriteAllLinesAsync(files.File("sip.conf"), ["[phone](!)\ntype=friend\nhost=dynamic", .. Enumerable.Range(1, Phones).Select(i => $"[{User(i)}](phone)\nsecret=secret-{User(i)}")]);
        await using var server = await Server.Start(new Dictionary<string, string>
        {
            ["Conference:Asterisk:Directory"] = files.Path,
            ["Conference:FirstRun:AdminPassword"] = Server.AdminPassword,
        });

        var (begun, processor) = (Stopwatch.GetTimestamp(), server.Process.ProcessorTime);
        await Task.WhenAll(Enumerable.Range(0, Sites).Select(site => SignOn(server, files, site)));
        var took = Stopwatch.GetElapsedTime(begun);
        output.WriteLine($"{Phones} phones signed on in {took.TotalSeconds:F1} s: {Phones / took.TotalSeconds:F0} a second, {(server.Process.ProcessorTime - processor).TotalMilliseconds / Phones:F2} ms of one core for each");
        await server.Process.Stop(TimeSpan.FromSeconds(30)); // what is not written yet is written now

        var start = Stopwatch.GetTimestamp();
        await server.Run();
        await using var last = await BarePhone.Open("udp", server, new PhoneAccount(User(Phones), $"secret-{User(Phones)}", server.Sip));
        var known = await last.WhereAmI();
        var back = Stopwatch.GetElapsedTime(start);
        output.WriteLine($"the last of them was known {back.TotalSeconds:F1} s after the process was started again");
        Assert.Contains($"sip:{User(Phones)}@127.0.5.{Sites}:", known, StringComparison.Ordinal);
        Assert.InRange(back, TimeSpan.Zero, Promised);

        await using var browser = await Browser.Open();
        var admin = new Portal(await browser.Person(server.Url));
        await admin.SignIn("admin", Server.AdminPassword);
        await admin.Page.GotoAsync("/calls");
        Assert.Contains($"{Phones}", (await admin.Page.InnerTextAsync("body")).Replace(".", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static string User(int number) => $"load{number:D5}";

    /// <summary>A part of them, from an address of their own.</summary>
    private static async Task SignOn(Server server, TempFolder files, int site)
    {
        const int share = Phones / Sites;
        var users = files.File($"users{site}.csv");
        await File.WriteAllLinesAsync(users, ["SEQUENTIAL", .. Enumerable.Range(site * share + 1, share).Select(i => $"{User(i)};[authentication username={User(i)} password=secret-{User(i)}]")]);
        var line = new SippLine("0", "unused", "unused", server.Sip) { Host = $"127.0.5.{site + 1}", Calls = null, IsCrowd = true, More = ["-inf", users, "-m", $"{share}", "-l", $"{share}", "-r", "900"] };
        await using var storm = Sipp.Call(Path.Combine(Repository.Kit("sipp"), "44_register_storm.xml"), server.Sip, line);
        await storm.IsContent(TimeSpan.FromMinutes(3));
    }
}
