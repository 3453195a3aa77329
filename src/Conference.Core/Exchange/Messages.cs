using Conference.Core.Accounts;
using Conference.Core.Rooms;
using Conference.Sip.Calls;

namespace Conference.Core.Exchange;

/// <summary>Short texts from phone to phone (RFC 3428): they go to every registered device of an extension, or to all phones in a room, and are kept nowhere.</summary>
internal sealed class Messages(
    ExtensionBook extensions, DeviceBook devices, RoomDirectory directory, RoomDesk rooms, LiveCalls live, ISipCalls calls, TimeProvider time)
{
    /// <summary>Bytes of the longest text: what fits one datagram (RFC 3428 §8).</summary>
    private const int Longest = 1300;

    /// <summary>Whoever sent it must hear before his transaction gives up; a device may still answer later.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Passes a text on.</summary>
    /// <returns>200 when a device took it, 202 when none has answered yet, else why not: 403, 404, 413, 415 or 480.</returns>
    public async Task<int> TakeAsync(IncomingMessage message)
    {
        if (extensions.Find(message.Account.Extension) is not { IsEnabled: true } sender) return 403;
        var room = directory.Find(new RoomNumber(message.To));
        var called = room is null ? extensions.Find(message.To) : null;
        if (room is null && called is null) return 404;
        if (!IsPlain(message.Body.ContentType)) return 415;
        if (message.Body.Bytes.Length > Longest) return 413;
        if (room is not null && !MayWrite(sender, room)) return 403;
        var readers = room is not null ? PeopleIn(room.Number) : called!.IsEnabled ? DevicesOf(called) : [];
        var from = new CallerIdentity(sender.Number, sender.Name);
        return await AnyAsync([.. readers
            .Where(d => devices.MayAnswer(d, time.GetUtcNow()) && !d.Equals(message.Account.Username, StringComparison.OrdinalIgnoreCase))
            .Select(d => calls.SendMessageAsync(new CallTarget(d) { Account = d }, from, message.Body, CancellationToken.None))]);
    }

    /// <summary>A room behind a PIN is written to by those who are in.</summary>
    private bool MayWrite(ExtensionCard sender, RoomPlan room) =>
        room.GuestPin.Length == 0 || (rooms.Find(room.Number)?.People.Any(p => !p.Held && live.Leg(p.Call)?.Extension == sender.Number) ?? false);

    /// <summary>The phones of the house that are in a room; who waits for the host hears nothing and reads nothing.</summary>
    private IEnumerable<string> PeopleIn(RoomNumber room) =>
        (rooms.Find(room)?.People ?? []).Where(p => !p.Held).Select(p => live.Leg(p.Call)).OfType<LiveLeg>().Where(l => l.Extension is not null).Select(l => l.Label).Distinct();

    private IEnumerable<string> DevicesOf(ExtensionCard called) => extensions.DevicesOf(called.Number).Select(d => d.Username);

    private static bool IsPlain(string contentType) => contentType.Split(';')[0].Trim().Equals("text/plain", StringComparison.OrdinalIgnoreCase);

    /// <summary>The first good answer counts; without one, nobody was there.</summary>
    private async Task<int> AnyAsync(List<Task<int>> sending)
    {
        using var enough = new CancellationTokenSource();
        var patience = Task.Delay(Patience, time, enough.Token);
        var answer = 480;
        while (sending.Count > 0 && answer == 480)
        {
            var first = await Task.WhenAny([patience, .. sending]);
            if (first is not Task<int> told) answer = 202;
            else if (sending.Remove(told) && await told is >= 200 and <= 299) answer = 200;
        }

        await enough.CancelAsync();
        return answer;
    }
}
