using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Conference.EndToEnd.Tools;
using Xunit.Abstractions;

namespace Conference.EndToEnd.Stories;

/// <summary>A house as large as it gets: everybody signs on at once, the machine starts again, and stands still for a while.</summary>
public sealed partial class TwentyThousandPhones(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Phones = 20_000;
    private const int Sites = 4; // addresses they come from

    private static readonly TimeSpan AllBack = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan ReadBack = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(20);

    private readonly TempFolder _files = new("asterisk");
    private Server _server = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(_files.File("meetme.conf"), "[rooms]\nconf => 7000\n");
        await File.WriteAllLinesAsync(_files.File("sip.conf"), ["[phone](!)\ntype=friend\nhost=dynamic", .. Enumerable.Range(1, Phones).Select(i => $"[{User(i)}](phone)\nsecret=secret-{User(i)}\ncallerid={i}")]);
        _server = await Server.Start(new Dictionary<string, string>
        {
            ["Conference:Asterisk:Directory"] = _files.Path,
            ["Conference:FirstRun:AdminPassword"] = Server.AdminPassword,
        }, audioPorts: 1000);
    }

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _files.Dispose();
    }

    [Fact]
    public async Task All_sign_on_while_calls_go_through_are_known_again_after_a_restart_and_outlive_a_pause()
    {
        await AllSignOnWhileOneCalls();
        await _server.Process.Stop(TimeSpan.FromSeconds(30)); // what is not written yet is written now
        await AllAreKnownAgain();
        await NobodyIsLostByAPause();
    }

    private async Task AllSignOnWhileOneCalls()
    {
        var (begun, processor) = (Stopwatch.GetTimestamp(), _server.Process.ProcessorTime);
        var storm = Task.WhenAll(Enumerable.Range(0, Sites).Select(SignOn));
        var waits = await Calls(until: storm);
        await storm;
        var took = Stopwatch.GetElapsedTime(begun);

        output.WriteLine($"{Phones} phones signed on in {took.TotalSeconds:F1} s: {Phones / took.TotalSeconds:F0} a second, {(_server.Process.ProcessorTime - processor).TotalMilliseconds / Phones:F2} ms of one core for each; {waits.Count} calls meanwhile, the slowest answered after {waits.Max().TotalMilliseconds:F0} ms");
        Assert.InRange(took, TimeSpan.Zero, AllBack);
    }

    /// <summary>Calls a room again and again; every call is answered.</summary>
    private async Task<IReadOnlyList<TimeSpan>> Calls(Task until)
    {
        await using var anna = await BarePhone.Open("udp", _server, Account(1));
        await using var voice = new Voice(500);
        var waits = new List<TimeSpan>();
        do
        {
            var (answer, call) = await anna.Call("7000", voice.Port);
            Assert.True(call is not null, answer.First);
            waits.Add(DateTime.Now - anna.Invited);
            Assert.Equal(200, (await anna.Ask("BYE", call)).Status);
            await Task.Delay(TimeSpan.FromMilliseconds(100)); // nobody dials faster
        }
        while (!until.IsCompleted);
        return waits;
    }

    private async Task AllAreKnownAgain()
    {
        var start = Stopwatch.GetTimestamp();
        var ready = await _server.Run();
        await using var last = await BarePhone.Open("udp", _server, Account(Phones));
        var known = await last.WhereAmI();
        var told = Known().Match(_server.Log);
        var read = TimeSpan.FromMilliseconds(int.Parse(told.Groups["milliseconds"].Value, CultureInfo.InvariantCulture));

        output.WriteLine($"{told.Groups["count"].Value} registrations were read back in {read.TotalMilliseconds:F0} ms; from the start of the process it took {ready.TotalSeconds:F1} s to be ready, and {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s until the last of them was told where he is");
        Assert.Contains($"sip:{User(Phones)}@127.0.5.{Sites}:", known, StringComparison.Ordinal);
        Assert.Equal($"{Phones}", told.Groups["count"].Value);
        Assert.InRange(read, TimeSpan.Zero, ReadBack);
    }

    /// <summary>The process stands still (SIGSTOP) during a call: nothing runs out, and what was due is done once.</summary>
    private async Task NobodyIsLostByAPause()
    {
        await using var anna = await Phone.SwitchOn("anna", 500, Account(1));
        await using var bob = await Phone.SwitchOn("bob", 1150, Account(2));
        foreach (var phone in new[] { anna, bob }) await phone.Registered();
        await anna.Dial("2", bob.PickUp);
        await anna.WaitUntilHears(bob);

        await _server.Process.StandsStill(Pause);

        await bob.WaitUntilHears(anna);
        await anna.WaitUntilHears(bob);
        await anna.HangUp();
        await bob.IsHungUp();
        await anna.Dial("2", bob.PickUp);
        await anna.HangUp();
        await bob.IsHungUp();
        Assert.Contains($"\"registrations\":{Phones},", await Tables(), StringComparison.Ordinal);
    }

    private async Task<string> Tables()
    {
        await using var browser = await Browser.Open();
        var admin = new Portal(await browser.Person(_server.Url));
        await admin.SignIn("admin", Server.AdminPassword);
        return await admin.Tables();
    }

    private PhoneAccount Account(int number) => new(User(number), $"secret-{User(number)}", _server.Sip);

    private static string User(int number) => $"load{number:D5}";

    /// <summary>A part of them, from an address of their own.</summary>
    private async Task SignOn(int site)
    {
        const int share = Phones / Sites;
        var users = _files.File($"users{site}.csv");
        await File.WriteAllLinesAsync(users, ["SEQUENTIAL", .. Enumerable.Range(site * share + 1, share).Select(i => $"{User(i)};[authentication username={User(i)} password=secret-{User(i)}]")]);
        var line = new SippLine("0", "unused", "unused", _server.Sip) { Host = $"127.0.5.{site + 1}", Calls = null, IsCrowd = true, More = ["-inf", users, "-m", $"{share}", "-l", $"{share}", "-r", "900"] };
        await using var storm = Sipp.Call(Path.Combine(Repository.Kit("sipp"), "44_register_storm.xml"), _server.Sip, line);
        await storm.IsContent(TimeSpan.FromMinutes(3));
    }

    [GeneratedRegex(@"(?<count>\d+) phones that were registered before the restart are known again, read in (?<milliseconds>\d+) ms")]
    private static partial Regex Known();
}
