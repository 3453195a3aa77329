using System.Collections.Concurrent;
using Conference.Sip.Calls;
using Conference.Sip.Dialogs;

namespace Conference.Core.Tests.Testing;

/// <summary>Signalling that places calls nowhere: the test says who rings, who answers and who refuses.</summary>
public sealed class FakeCalls : ISipCalls
{
    public ConcurrentQueue<FakePlaced> Placed { get; } = [];

    public Task<CallResult> CallAsync(OutgoingCall call, CancellationToken cancel)
    {
        var placed = new FakePlaced(call);
        Placed.Enqueue(placed);
        cancel.Register(() => placed.Refuse(487));
        return placed.Result;
    }

    /// <summary>Every MESSAGE sent: to which device, as whom, and what.</summary>
    public ConcurrentQueue<(string? Device, string From, string Text)> Sent { get; } = [];

    /// <summary>What a device says to a MESSAGE.</summary>
    public Func<string?, Task<int>> OnMessage { get; set; } = _ => Task.FromResult(200);

    public Task<int> SendMessageAsync(CallTarget target, CallerIdentity from, SipBody body, CancellationToken cancel)
    {
        Sent.Enqueue((target.Account, from.User, System.Text.Encoding.UTF8.GetString(body.Bytes.Span)));
        return OnMessage(target.Account);
    }

    /// <summary>The so-many-th call placed, 1 being the first.</summary>
    public async Task<FakePlaced> NumberAsync(int number)
    {
        await Soon.Is(() => Placed.Count >= number, $"call {number}");
        return Placed.ElementAt(number - 1);
    }
}

/// <summary>One placed call and its ends.</summary>
public sealed class FakePlaced(OutgoingCall call)
{
    private readonly TaskCompletionSource<CallResult> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<CallTarget, ICallMedia> _media = [];

    public OutgoingCall Call => call;

    public Task<CallResult> Result => _result.Task;

    public IEnumerable<string> Rung => call.Targets.Select(t => t.Label);

    public async Task<DialogId> RingAsync(int target = 0, int status = 180, bool withAudio = false)
    {
        var media = Media(target);
        if (withAudio) media.Accept(new SipBody("application/sdp", "answer"u8.ToArray()), isEarly: true);
        var early = new DialogId($"early-{call.Targets[target].Label}", "ours", "theirs");
        if (call.OnProgress is { } tell) await tell(new CallProgress(call.Targets[target], status, "", withAudio, early));
        return early;
    }

    public FakeCall Answer(int target = 0)
    {
        var answered = new FakeCall("", call.Targets[target].Label, asGuest: true);
        var media = Media(target);
        media.Accept(new SipBody("application/sdp", "answer"u8.ToArray()), isEarly: false);
        _result.TrySetResult(new CallResult(answered, call.Targets[target], media, 200, "OK", []));
        return answered;
    }

    public void Refuse(int status, string? redirect = null)
    {
        if (redirect is not null) call.OnRedirect?.Invoke(call.Targets[0], redirect);
        if (!_result.TrySetResult(new CallResult(null, null, null, status, "", []))) return;
        foreach (var media in _media.Values) media.Close();
    }

    private ICallMedia Media(int target) => _media.GetOrAdd(call.Targets[target], t => call.OpenMedia(t, System.Net.IPAddress.Loopback));
}
