using System.Net;
using Conference.Core;
using Conference.Core.Accounts;
using Conference.Core.Events;
using Conference.Infrastructure.Accounts;
using Conference.Sip;
using Conference.Sip.Registrar;

namespace Conference.Web.Hosting;

/// <summary>Passes on what signalling notices: to the device book, the feed, the store of registrations and the log.</summary>
public sealed partial class SignallingWatcher(DeviceBook devices, EventFeed feed, BindingStore stored, ILogger<SignallingWatcher> log) : ISipWatcher
{
    public void OnBinding(BindingChange change, Binding binding)
    {
        stored.Keep(change, binding);
        if (change is BindingChange.Removed or BindingChange.Expired)
        {
            devices.Lost(binding.Account);
            feed.Publish(Actor.System, new DeviceEvent.Unregistered(binding.Account, change.ToString()));
            return;
        }

        devices.Reached(Seen(binding));
        feed.Publish(Actor.System, new DeviceEvent.Registered(binding.Account, binding.Remote.ToString(), binding.Transport, binding.ExpiresAt));
    }

    public void OnSignInRefused(string username, IPEndPoint source)
    {
        feed.Publish(Actor.System, new DeviceEvent.SignInRefused(username, source.ToString()));
        Refused(log, DeviceDirectory.IsUsername(username) ? username : "(not a user name)", source.ToString());
    }

    public void OnPlaceRefused(string account, IPEndPoint source)
    {
        feed.Publish(Actor.System, new DeviceEvent.PlaceRefused(account, source.ToString()));
        Misplaced(log, account, source.ToString());
    }

    public void OnTrouble(string sentence, Exception? error = null) => Trouble(log, sentence, error);

    /// <summary>A binding as the pages show it.</summary>
    public static Reachable Seen(Binding binding) =>
        new(binding.Account, binding.Remote.ToString(), binding.Transport, binding.RegisteredAt, binding.ExpiresAt, binding.UserAgent);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A phone at {Address} signed in as {Username} with a wrong secret. After ten within a minute it is refused for a minute, whatever it sends.")]
    private static partial void Refused(ILogger log, string username, string address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The phone {Username} signed in from {Address}, by a network or transport that its account does not allow.")]
    private static partial void Misplaced(ILogger log, string username, string address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "SIP: {Sentence}")]
    private static partial void Trouble(ILogger log, string sentence, Exception? error);
}
