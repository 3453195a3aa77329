using Conference.Core.Accounts;
using Conference.Core.Events;
using Conference.Core.Rooms;
using Conference.Core.Routing;

namespace Conference.Core.Calls;

/// <summary>Leads answered callers into rooms, through the menu.</summary>
public sealed class CallDesk(RoomDirectory directory, RoomDesk rooms, ExtensionBook extensions, Voice voice, PinGuard pins, EventFeed feed, TimeProvider time)
{
    /// <summary>The sentences in the language of somebody's extension, or that of the house.</summary>
    internal Voice VoiceFor(LegParty party) => voice.In(party.Extension is { } own ? extensions.Find(own)?.Language : null);

    /// <summary>Asks for the PIN of a rule before it dials out.</summary>
    /// <returns><see langword="null"/> when the caller knew it, else why the call ends here.</returns>
    internal Task<CallRefusal?> AskPinAsync(CallLeg leg, Caller caller, RulePin pin, CancellationToken stop) =>
        new PinQuestion(VoiceFor(leg.Party), pins).AskAsync(leg, caller.Source, pin, stop);

    /// <summary>What an answered leg goes through when its number leads into a room or to the menu.</summary>
    internal Stage Enter(Caller caller, DialRoute route) => (leg, stop) =>
        new CallMenu(leg.Call, leg.Media, leg.Keypad, caller, route, directory, rooms, VoiceFor(leg.Party), pins, feed, time).RunAsync(stop);

    /// <summary>The same for somebody who is led there by a member: no PIN is asked for.</summary>
    internal Stage EnterVouched(Caller caller, RoomNumber room) =>
        Enter(caller, new DialRoute(room, new EntryOptions(Quiet: false, NoAloneNotice: true), directory.Find(room)?.GuestPin));
}
