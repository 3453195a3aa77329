using System.Collections.Concurrent;
using System.Net;
using Conference.Sip.Authentication;
using Conference.Sip.Calls;
using Conference.Sip.Digests;
using Conference.Sip.Registrar;

namespace Conference.Sip.Tests.House;

/// <summary>Accounts, open numbers and an ear for what the stack tells.</summary>
internal sealed class TestHouse : ISipPolicy, ISipWatcher
{
    public const string Realm = "pbx.test";

    private readonly ConcurrentDictionary<string, SipAccount> _accounts = new(StringComparer.OrdinalIgnoreCase);

    public TestHouse()
    {
        Add("2001a", "2001");
        Add("2001b", "2001");
        Add("2002a", "2002");
    }

    public HashSet<string> OpenNumbers { get; } = [];

    public ConcurrentQueue<(BindingChange Change, Binding Binding)> Changes { get; } = [];

    public ConcurrentQueue<string> Refused { get; } = [];

    public ConcurrentQueue<string> Troubles { get; } = [];

    /// <summary>Right secrets in the wrong place.</summary>
    public ConcurrentQueue<string> Misplaced { get; } = [];

    /// <summary>Who fell silent and who came back.</summary>
    public ConcurrentQueue<string> Reachability { get; } = [];

    public void OnReachable(Binding binding) => Reachability.Enqueue(binding.Account + (binding.IsReachable ? " back" : " silent"));

    /// <summary>What can be watched.</summary>
    public TestState State { get; } = new();

    /// <summary>Who got requests in fragments.</summary>
    public ConcurrentQueue<string> Fragmented { get; } = [];

    public void OnFragments(IPEndPoint peer, int octets) => Fragmented.Enqueue(peer.ToString());

    /// <summary>Bans that began and ended.</summary>
    public ConcurrentQueue<string> Bans { get; } = [];

    /// <summary>Which trunk a request comes from.</summary>
    public Func<IncomingSource, SipPeer?> Peers { get; set; } = _ => null;

    public SipPeer? FindPeer(IncomingSource source) => Peers(source);

    /// <summary>Calls that came to nothing before the house heard of them.</summary>
    public ConcurrentQueue<string> Strangers { get; } = [];

    public void OnCallRefused(IPEndPoint source, string dialled, int status, string why) => Strangers.Enqueue($"{source} {dialled} {status}");

    public void OnBan(SipBan ban) => Bans.Enqueue("ban " + ban.Username);

    public void OnBanEnded(SipBan ban) => Bans.Enqueue("over " + ban.Username);

    public void Change(string username, Func<SipAccount, SipAccount> change) => _accounts[username] = change(_accounts[username]);

    public void OnPlaceRefused(string account, IPEndPoint source) => Misplaced.Enqueue($"{account} from {source}");

    public void Add(string username, string extension, int? maxCalls = null) =>
        _accounts[username] = new SipAccount(username, extension, "Test " + username, [.. Enum.GetValues<DigestAlgorithm>().Select(a => Secret(a, username))], maxCalls);

    /// <summary>load00001 and the like are as many as a storm needs.</summary>
    public SipAccount? FindAccount(string username)
    {
        if (username.StartsWith("load", StringComparison.Ordinal) && !_accounts.ContainsKey(username)) Add(username, username);
        return _accounts.GetValueOrDefault(username);
    }

    public bool IsEmergency(string dialled) => dialled == "112";

    public bool IsOpenToGuests(string dialled) => OpenNumbers.Contains(dialled);

    public void OnBinding(BindingChange change, Binding binding) => Changes.Enqueue((change, binding));

    public void OnSignInRefused(string username, IPEndPoint source) => Refused.Enqueue(username);

    public void OnTrouble(string sentence, Exception? error = null) => Troubles.Enqueue($"{sentence} {error}");

    private static DigestSecret Secret(DigestAlgorithm algorithm, string username) =>
        DigestSecret.Of(algorithm, username, Realm, "secret-" + username);
}
