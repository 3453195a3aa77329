using Conference.Sip;
using Conference.Sip.Calls;

namespace Conference.Web.Hosting;

/// <summary>Places calls through the stack, which can be asked only once it has begun.</summary>
internal sealed class StackCalls(ISipStack sip) : ISipCalls
{
    public Task<CallResult> CallAsync(OutgoingCall call, CancellationToken cancel) => sip.Calls.CallAsync(call, cancel);

    public Task<int> SendMessageAsync(CallTarget target, CallerIdentity from, SipBody body, CancellationToken cancel) =>
        sip.Calls.SendMessageAsync(target, from, body, cancel);
}
