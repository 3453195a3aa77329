using Conference.Core.Accounts;
using Conference.Core.Events;
using Conference.Core.Rooms;
using Conference.Media.Sessions;
using Conference.Sip.Calls;

namespace Conference.Core.Calls;

/// <summary>Takes every call: finds where its number leads, opens its audio, answers, and lets the menu lead it into a room.</summary>
public sealed class CallDesk(
    DialBook numbers, DeviceBook devices, RoomDirectory directory, RoomDesk rooms, IMediaEngine media, Voice voice, PinGuard pins, EventFeed feed, TimeProvider time)
{
    private const string Sdp = "application/sdp";

    /// <summary>Serves one call until it is over.</summary>
    /// <param name="cancel">The caller gave up, or the house is closing.</param>
    public async Task TakeAsync(IIncomingCall incoming, CancellationToken cancel)
    {
        var caller = Caller.Of(incoming, incoming.Account is { } account ? devices.Find(account.Username) : null);
        if (numbers.Route(incoming.Dialled, caller.Device) is not { } route)
        {
            await RefuseAsync(incoming, caller, 404, CallRefusal.UnknownNumber);
            return;
        }

        using var session = media.OpenSession(incoming.Source.Address);
        if (session is null)
        {
            await RefuseAsync(incoming, caller, 503, CallRefusal.NoPort);
            return;
        }

        if (Negotiate(session, incoming.Body) is not { } body)
        {
            await RefuseAsync(incoming, caller, 488, CallRefusal.NoCommonCodec);
            return;
        }

        var call = await incoming.AnswerAsync(body);
        call.OnOffer = offer => Negotiate(session, offer);
        call.OnLateAnswer = answer => session.Accept(answer.Bytes.Span);
        var end = new CallEnd(500, "Internal error");
        try
        {
            end = await LeadAsync(incoming, call, session, caller, route);
        }
        finally
        {
            await call.HangUpAsync(end); // whatever went wrong, no phone is left hanging
        }
    }

    private async Task<CallEnd> LeadAsync(IIncomingCall incoming, ISipCall call, IMediaSession session, Caller caller, DialRoute route)
    {
        if (incoming.Body is null && !await TookLateAnswerAsync(call, session)) return new CallEnd(488, "No common codec");
        var menu = new CallMenu(call, session, caller, route, directory, rooms, voice, pins, feed, time);
        try
        {
            return await menu.RunAsync(call.Ended);
        }
        catch (OperationCanceledException) when (call.Ended.IsCancellationRequested)
        {
            return new CallEnd(200, "Caller hung up", ByPeer: true);
        }
    }

    /// <summary>The offer was ours, so the answer is in the ACK (RFC 3264 with RFC 3261 §13.2.2.4).</summary>
    private static async Task<bool> TookLateAnswerAsync(ISipCall call, IMediaSession session) =>
        await call.Acknowledged is { } answer && session.Accept(answer.Bytes.Span) == MediaProblem.None;

    private static SipBody? Negotiate(IMediaSession session, SipBody? offer)
    {
        if (offer is null) return new SipBody(Sdp, session.Offer());
        return session.Answer(offer.Bytes.Span, out var answer) == MediaProblem.None ? new SipBody(Sdp, answer) : null;
    }

    private async Task RefuseAsync(IIncomingCall incoming, Caller caller, int status, CallRefusal why)
    {
        feed.Publish(Actor.System, new CallEvent.Refused(incoming.Dialled, caller.Number, why, incoming.CallId));
        await incoming.RejectAsync(status);
    }
}
