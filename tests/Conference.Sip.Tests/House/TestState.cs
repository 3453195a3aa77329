using Conference.Sip.Calls;
using Conference.Sip.Subscriptions;

namespace Conference.Sip.Tests.House;

/// <summary>Numbers to watch: 2001 and 2002 are extensions, 6001 is a room; what happens there is what the test says.</summary>
internal sealed class TestState : ISipState
{
    public Dictionary<string, List<DialogEntry>> Calls { get; } = new() { ["2001"] = [], ["2002"] = [] };

    public Dictionary<string, ConferencePicture> Rooms { get; } = new() { ["6001"] = new("Board", 50, false, false, []) };

    public HashSet<string> Hidden { get; } = [];

    public DialogPicture? Dialogs(string user) => Calls.TryGetValue(user, out var calls) ? new DialogPicture([.. calls]) : null;

    public ConferencePicture? Conference(string user) => Rooms.GetValueOrDefault(user);

    public bool MayWatch(SipAccount watcher, string package, string user) => !Hidden.Contains(user);
}
