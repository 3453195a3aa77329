using System.Threading.Channels;
using Conference.Sip.Dialogs;

namespace Conference.Sip.Calls;

/// <summary>An answered call as the house sees it.</summary>
internal sealed class SipCall(CallServices services, CallSession session, DialogId id) : ISipCall
{
    private const int MostInfos = 256; // keys nobody reads must not pile up

    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource<CallEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<SipBody?> _acknowledged = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Channel<SipBody> _infos = Channel.CreateBounded<SipBody>(
        new BoundedChannelOptions(MostInfos) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = false });

    public string CallId => Id.CallId;

    public DialogId Id { get; } = id;

    public CancellationToken Ended => _ended.Token;

    public Task<CallEnd> End => _end.Task;

    public Task<SipBody?> Acknowledged => _acknowledged.Task;

    public ChannelReader<SipBody> Infos => _infos.Reader;

    public Func<SipBody?, SipBody?>? OnOffer { get; set; }

    public Func<SipBody, Task<OfferResult>?>? OnRelayedOffer { get; set; }

    public Action<SipBody>? OnLateAnswer { get; set; }

    public Func<IReferral, Task>? OnRefer { get; set; }

    public async Task<OfferResult> OfferAsync(SipBody offer, CancellationToken cancel)
    {
        var done = new TaskCompletionSource<OfferResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        services.Loop.Post(() => session.Offer(new OfferWish(offer, result => done.TrySetResult(result))));
        await using var given = cancel.Register(() => done.TrySetResult(new OfferResult(487, null))); // nobody listens; the change may come all the same
        return await done.Task;
    }

    public async Task<int> SendInfoAsync(SipBody body, CancellationToken cancel)
    {
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        services.Loop.Post(() => session.SendInfo(body, status => done.TrySetResult(status)));
        await using var given = cancel.Register(() => done.TrySetResult(487));
        return await done.Task;
    }

    public async Task<bool> IsThereAsync(CancellationToken cancel)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        services.Loop.Post(() => session.AskWhetherThere(there => done.TrySetResult(there)));
        await using var given = cancel.Register(() => done.TrySetResult(false));
        return await done.Task;
    }

    public async Task HangUpAsync(CallEnd why) => await await services.AskAsync(() => session.HangUpAsync(why));

    internal void TellAcknowledged(SipBody? body) => _acknowledged.TrySetResult(body);

    internal void TellInfo(SipBody body) => _infos.Writer.TryWrite(body);

    internal void TellEnd(CallEnd why)
    {
        if (!_end.TrySetResult(why)) return;
        _acknowledged.TrySetResult(null);
        _infos.Writer.TryComplete();
        services.Pool(_ended.Cancel); // callbacks of the token are the house's code
    }
}
