using System.Net;
using Conference.Core;
using Conference.Core.Accounts;
using Conference.Core.Events;
using Conference.Core.Routing;
using Conference.Infrastructure.Accounts;
using Conference.Sip;
using Conference.Sip.Authentication;
using Conference.Sip.Registrar;
using Conference.Sip.Trunks;
using Conference.Web.Features.Calls;

namespace Conference.Web.Hosting;

/// <summary>Passes on what signalling notices: to the device book, the feed, open pages, the store of registrations and the log.</summary>
public sealed partial class SignallingWatcher(DeviceBook devices, EventFeed feed, ExchangeFeed exchange, BindingStore stored, TimeProvider time, ILogger<SignallingWatcher> log) : ISipWatcher
{
    private readonly Dictionary<string, TrunkHealth> _health = new(StringComparer.OrdinalIgnoreCase); // touched on the loop of signalling only

    public void OnBinding(BindingChange change, Binding binding)
    {
        stored.Keep(change, binding);
        if (change is BindingChange.Removed or BindingChange.Expired or BindingChange.Lost)
        {
            devices.Lost(binding.Account, change == BindingChange.Lost ? time.GetUtcNow() : null);
            feed.Publish(Actor.System, new DeviceEvent.Unregistered(binding.Account, change.ToString()));
            return;
        }

        var isNews = change != BindingChange.Refreshed || devices.WhereIs(binding.Account)?.Address != binding.Remote.ToString();
        devices.Reached(Seen(binding));
        if (!isNews) exchange.Wake(); // every phone refreshes every few minutes: pages show it, the journal would drown in it
        else feed.Publish(Actor.System, new DeviceEvent.Registered(binding.Account, binding.Remote.ToString(), binding.Transport, binding.ExpiresAt));
    }

    public void OnSignInRefused(string username, IPEndPoint source)
    {
        feed.Publish(Actor.System, new DeviceEvent.SignInRefused(username, source.ToString()));
        Refused(log, Legible(username), source.ToString());
    }

    public void OnPlaceRefused(string account, IPEndPoint source)
    {
        feed.Publish(Actor.System, new DeviceEvent.PlaceRefused(account, source.ToString()));
        Misplaced(log, account, source.ToString());
    }

    public void OnCallRefused(IPEndPoint source, string dialled, int status, string why)
    {
        feed.Publish(Actor.System, new CallEvent.Refused(Dialled(dialled), source.ToString(), CallRefusal.Stranger, ""));
        CallRefused(log, source.ToString(), Dialled(dialled), status, why);
    }

    public void OnReachable(Binding binding)
    {
        devices.Reached(Seen(binding));
        exchange.Wake();
    }

    public void OnTrunk(TrunkState state)
    {
        exchange.Wake();
        if (_health.TryGetValue(state.Name, out var before) && before == state.Health) return; // a new round trip, or another server: no story
        _health[state.Name] = state.Health;
        if (state.Health == TrunkHealth.Down) TrunkDown(log, state.Name, state.Why);
        else TrunkIs(log, state.Name, state.Health, state.Why);
        if (StoryOf(state) is { } story) feed.Publish(Actor.System, story);
    }

    public void OnBan(SipBan ban)
    {
        Banned(log, ban.Source.ToString(), NameOf(ban), ban.Until, ban.Wrong);
        feed.Publish(Actor.System, new BanEvent.Began(ban.Source.ToString(), ban.Username is null ? null : NameOf(ban), ban.Until, ban.Wrong));
        exchange.Wake();
    }

    public void OnBanEnded(SipBan ban)
    {
        BanEnded(log, ban.Source.ToString(), NameOf(ban));
        feed.Publish(Actor.System, new BanEvent.Ended(ban.Source.ToString(), ban.Username is null ? null : NameOf(ban)));
        exchange.Wake();
    }

    public void OnTrouble(string sentence, Exception? error = null) => Trouble(log, sentence, error);

    /// <summary>A binding as the pages show it.</summary>
    public static Reachable Seen(Binding binding) =>
        new(binding.Account, binding.Remote.ToString(), binding.Transport, binding.RegisteredAt, binding.ExpiresAt, binding.UserAgent) { IsSilent = !binding.IsReachable };

    /// <summary>What the journal keeps; a line that was not asked yet has no story.</summary>
    private static TrunkEvent? StoryOf(TrunkState state) => state.Health switch
    {
        TrunkHealth.Up => new TrunkEvent.Up(state.Name, state.Why),
        TrunkHealth.Degraded => new TrunkEvent.Degraded(state.Name, state.Why),
        TrunkHealth.Down => new TrunkEvent.Down(state.Name, state.Why),
        _ => null,
    };

    private static string NameOf(SipBan ban) => ban.Username is { } username ? Legible(username) : "any account";

    private static string Dialled(string number) => DialledNumber.IsValid(number) ? number : Legible(number);

    /// <summary>What a stranger typed is written into the log only when it can be a name.</summary>
    private static string Legible(string username) => DeviceDirectory.IsUsername(username) ? username : "(not a user name)";

    [LoggerMessage(Level = LogLevel.Warning, Message = "The trunk {Trunk} is down: {Why}")]
    private static partial void TrunkDown(ILogger log, string trunk, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "The trunk {Trunk} is now {Health}: {Why}")]
    private static partial void TrunkIs(ILogger log, string trunk, TrunkHealth health, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Address} is shut out of {Username} until {Until}: {Wrong} wrong secrets.")]
    private static partial void Banned(ILogger log, string address, string username, DateTimeOffset until, int wrong);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Address} may sign in to {Username} again.")]
    private static partial void BanEnded(ILogger log, string address, string username);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A phone at {Address} signed in as {Username} with a wrong secret. After ten within a minute it is refused for a minute, whatever it sends.")]
    private static partial void Refused(ILogger log, string username, string address);

    [LoggerMessage(Level = LogLevel.Information, Message = "A call from {Address} to {Number} got no further than {Status}: {Why}. If it is a provider's, name its networks in the settings of the trunk.")]
    private static partial void CallRefused(ILogger log, string address, string number, int status, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The phone {Username} signed in from {Address}, by a network or transport that its account does not allow.")]
    private static partial void Misplaced(ILogger log, string username, string address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "SIP: {Sentence}")]
    private static partial void Trouble(ILogger log, string sentence, Exception? error);
}
