namespace Conference.Sip.Calls;

/// <summary>A house that takes calls and nothing else.</summary>
internal sealed class CallsOnly(Func<IIncomingCall, CancellationToken, Task> onCall) : ISipHouse
{
    public Task TakeCallAsync(IIncomingCall call, CancellationToken cancel) => onCall(call, cancel);
}
