using Conference.Core.Accounts;
using Conference.Sip.Calls;

namespace Conference.Core.Exchange;

/// <summary>Short texts from phone to phone (RFC 3428): they go to every registered device of an extension, and are kept nowhere.</summary>
internal sealed class Messages(ExtensionBook extensions, DeviceBook devices, ISipCalls calls, TimeProvider time)
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
        if (extensions.Find(message.To) is not { } called) return 404;
        if (!IsPlain(message.Body.ContentType)) return 415;
        if (message.Body.Bytes.Length > Longest) return 413;
        var from = new CallerIdentity(sender.Number, sender.Name);
        return await AnyAsync(called.IsEnabled ? [.. TargetsOf(called, message.Account.Username).Select(t => calls.SendMessageAsync(t, from, message.Body, CancellationToken.None))] : []);
    }

    private static bool IsPlain(string contentType) => contentType.Split(';')[0].Trim().Equals("text/plain", StringComparison.OrdinalIgnoreCase);

    private IEnumerable<CallTarget> TargetsOf(ExtensionCard called, string sender) => extensions.DevicesOf(called.Number)
        .Where(d => devices.MayAnswer(d.Username, time.GetUtcNow()) && !d.Username.Equals(sender, StringComparison.OrdinalIgnoreCase))
        .Select(d => new CallTarget(d.Username) { Account = d.Username });

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
