using System.Globalization;
using System.Text.RegularExpressions;

namespace Conference.EndToEnd.Tools;

/// <summary>What a provider does with a call.</summary>
public enum ProviderManner
{
    /// <summary>Rings and answers.</summary>
    Answers,

    /// <summary>Asks for a digest with 401, checks it, and answers.</summary>
    Asks401,

    /// <summary>Asks for a digest with 407, and answers.</summary>
    Asks407,

    /// <summary>503, every time.</summary>
    IsOutOfService,

    /// <summary>486, every time.</summary>
    IsBusy,

    /// <summary>100 at once, ringing after three seconds, answers after five.</summary>
    IsSlow,

    /// <summary>Takes every INVITE and says nothing.</summary>
    IsSilent,

    /// <summary>401 with a new nonce, for ever.</summary>
    AsksForEver,
}

/// <summary>A telephone company (a scripted SIPp) with manners to choose from.</summary>
public sealed partial class Provider : IAsyncDisposable
{
    public const string Realm = "trunk.test";

    private readonly TempFolder _folder;
    private readonly Sipp _sipp;

    private Provider(TempFolder folder, Sipp sipp) => (_folder, _sipp) = (folder, sipp);

    /// <summary>Host and port.</summary>
    public string Address => _sipp.Address;

    /// <summary>What it saw, in order: INVITE, INVITE again, BYE, ... each with the Request-URI's user.</summary>
    public IReadOnlyList<string> Saw => _sipp.Notes;

    public string Messages => _sipp.Messages;

    /// <summary>When its first message came.</summary>
    public DateTime FirstSeen => DateTime.Parse(FirstLine().Match(Messages).Groups["at"].Value, CultureInfo.InvariantCulture);

    /// <summary>Opens it for any number of calls.</summary>
    /// <param name="user">Whose digest it checks.</param>
    public static async Task<Provider> Open(ProviderManner manner, string user = "t1", string secret = "ts1", int? port = null)
    {
        var folder = new TempFolder("provider");
        await File.WriteAllTextAsync(folder.File("provider.xml"), ProviderScript.Of(manner, user, secret));
        var line = new SippLine("provider") { Port = port ?? Ports.Free() };
        return new Provider(folder, await Sipp.Answer(folder.File("provider.xml"), line, calls: null));
    }

    /// <summary>Waits until it saw something.</summary>
    public Task Sees(string what) => Eventually.True(() => Saw.Any(note => note.StartsWith(what, StringComparison.Ordinal)), TimeSpan.FromSeconds(15), () => $"the provider to see {what}; it saw {string.Join(' ', Saw)}\n{Messages}");

    public async ValueTask DisposeAsync()
    {
        await _sipp.DisposeAsync();
        _folder.Dispose();
    }

    [GeneratedRegex(@"^-+ (?<at>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+)", RegexOptions.Multiline)]
    private static partial Regex FirstLine();
}
