using Conference.Sip.Messages;
using Conference.Sip.Requests;

namespace Conference.Sip.Calls;

/// <summary>Every call the house places, from the wish to the goodbye. Its state lives on the SIP loop.</summary>
internal sealed class OutgoingCalls(CallServices services) : ISipCalls
{
    private readonly HashSet<Placement> _placements = [];
    private readonly HashSet<CallSession> _up = [];
    private TaskCompletionSource? _empty;

    /// <inheritdoc/>
    public async Task<CallResult> CallAsync(OutgoingCall call, CancellationToken cancel)
    {
        var placement = await services.AskAsync(() => Open(call));
        await using var given = cancel.Register(() => services.Loop.Post(() => placement.GiveUp(487)));
        return await placement.Result;
    }

    /// <inheritdoc/>
    public async Task<int> SendMessageAsync(CallTarget target, CallerIdentity from, SipBody body, CancellationToken cancel)
    {
        var done = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        services.Loop.Post(() => services.Finder.Find(target, (found, status, _) =>
        {
            if (found is null) done.TrySetResult(status);
            else Send(new OutgoingRequest(services.Me, SipMethod.Message, target, found, target.From ?? from) { Body = body }, found, done);
        }));
        await using var given = cancel.Register(() => done.TrySetResult(487));
        return await done.Task;
    }

    /// <summary>Ends every call and every attempt; done when the last one is over.</summary>
    public Task CloseAsync()
    {
        _empty = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var placement in _placements.ToArray()) placement.GiveUp(503);
        foreach (var session in _up.ToArray()) _ = session.HangUpAsync(new CallEnd(503, "Shutting down"));
        TellWhenEmpty();
        return _empty.Task;
    }

    private void Send(OutgoingRequest request, Destination to, TaskCompletionSource<int> done)
    {
        Errand errand = null!;
        errand = new Errand(services.Sending, to.Way, request.Write, to.Keys, answer =>
        {
            if (answer is null or { Status: >= 200 }) done.TrySetResult(answer?.Status ?? errand.Silence);
        });
        errand.Start();
    }

    private Placement Open(OutgoingCall call)
    {
        Placement placement = null!;
        placement = new Placement(services, call, Keep, () => Forget(placement));
        if (_empty is not null)
        {
            placement.GiveUp(503);
            return placement;
        }

        _placements.Add(placement);
        placement.Start();
        return placement;
    }

    private void Keep(CallSession session)
    {
        _up.Add(session);
        session.OnOver = () => Release(session);
    }

    private void Release(CallSession session)
    {
        _up.Remove(session);
        TellWhenEmpty();
    }

    private void Forget(Placement placement)
    {
        _placements.Remove(placement);
        TellWhenEmpty();
    }

    private void TellWhenEmpty()
    {
        if (_placements.Count == 0 && _up.Count == 0) _empty?.TrySetResult();
    }
}
