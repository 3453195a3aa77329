using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.Stories;

/// <summary>A house that several stories share, one after the other: with the rooms and accounts of the kit's scenarios, and Anna, who may call outside.</summary>
public sealed class Office : IAsyncLifetime
{
    public const string Name = "office";

    /// <summary>A tree of numbers that the name server knows.</summary>
    public const string Tree = "e164.test";

    private readonly TempFolder _files = new("asterisk");
    private readonly Dictionary<string, PhoneAccount> _accounts = [];
    private int _lines;

    public House House { get; private set; } = null!;

    public Server Server => House.Server;

    public DnsServer Names { get; } = new();

    /// <summary>Extension 201.</summary>
    public PhoneAccount Anna { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(_files.File("meetme.conf"), "[rooms]\nconf => 6001\nconf => 6002,1234\nconf => 6003\n");
        await File.WriteAllTextAsync(_files.File("sip.conf"), Account("2001a", "2001") + Account("2002a", "2002"));
        await File.WriteAllTextAsync(_files.File("extensions.conf"), "[users]\nexten => 6001,1,MeetMe(6001)\nexten => 6002,1,MeetMe(6002)\nexten => 6003,1,MeetMe(6003)\n");
        House = await House.Open(new Dictionary<string, string>
        {
            ["Conference:Asterisk:Directory"] = _files.Path,
            ["Conference:Sip:Listen:3"] = "udp://[::1]:{sip}",
            ["Conference:Sip:DnsServers:0"] = Names.Address,
            ["Conference:Sip:PrivateDirectories"] = Tree,
        }, audioPorts: 1000);
        Anna = await House.Account("201", "Anna");
        await House.Admin.AllowCalls("201", "National");
    }

    /// <summary>Whatever the stories did, nothing of it is kept.</summary>
    public async Task DisposeAsync()
    {
        try
        {
            await House.Admin.SeesNothingKept();
        }
        finally
        {
            await House.DisposeAsync();
            await Names.DisposeAsync();
            _files.Dispose();
        }
    }

    /// <summary>An account by an extension of that number, made when it is first asked for.</summary>
    public async Task<PhoneAccount> Phone(string number, string name) =>
        _accounts.TryGetValue(number, out var account) ? account : _accounts[number] = await House.Account(number, name);

    /// <summary>Anna's phone, switched on and registered, for one story.</summary>
    public async Task<Tools.Phone> AnnasPhone()
    {
        var anna = await Tools.Phone.SwitchOn("Anna", 500, Anna);
        await anna.Registered();
        return anna;
    }

    /// <summary>A trunk, and a number that only it carries.</summary>
    public async Task<string> Trunk(params string[] servers)
    {
        var (name, number) = Another();
        await House.Admin.AddTrunk(name, "t1", "ts1", registers: false, servers);
        await House.Admin.AddRouteOut($"{number[..4]}.", "National", 0, name);
        return number;
    }

    /// <summary>A name and a number that no other story has.</summary>
    public (string Trunk, string Number) Another()
    {
        var next = Interlocked.Increment(ref _lines);
        return ($"line{next}", $"0{500 + next}123456");
    }

    private static string Account(string user, string number) => $"[{user}]\ntype=friend\nsecret=secret-{user}\nhost=dynamic\ncontext=users\ncallerid=\"Test {user}\" <{number}>\n\n";
}

/// <summary>The stories that play in the office.</summary>
[CollectionDefinition(Office.Name)]
public sealed class OfficeHours : ICollectionFixture<Office>;
