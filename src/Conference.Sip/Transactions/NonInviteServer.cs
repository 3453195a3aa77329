using static Conference.Sip.Transactions.NonInviteServer.Effect;
using static Conference.Sip.Transactions.NonInviteServer.Input;
using static Conference.Sip.Transactions.NonInviteServer.State;

namespace Conference.Sip.Transactions;

/// <summary>The server transaction of everything but INVITE: RFC 3261 §17.2.2 with RFC 4320.</summary>
internal static class NonInviteServer
{
    public enum State
    {
        Trying,
        Proceeding,
        Completed,
        Terminated,
    }

    public enum Input
    {
        Request,
        TimerTrying,
        ReplyFinal,
        TimerJ,
        TransportError,
    }

    [Flags]
    public enum Effect
    {
        Nothing = 0,
        Send = 1,
        Resend = 2,
        Send100 = 4,
        StartJ = 8,
    }

    public static (State Next, Effect Effects) On(State state, Input input) => (state, input) switch
    {
        (Trying, TimerTrying) => (Proceeding, Send100), // no earlier 100 (RFC 4320 §4.1)
        (Trying or Proceeding, ReplyFinal) => (Completed, Send | StartJ),
        (Proceeding, Request) => (Proceeding, Resend),
        (Completed, Request) => (Completed, Resend),
        (Completed, TimerJ) => (Terminated, Nothing),
        (Trying or Proceeding or Completed, TransportError) => (Terminated, Nothing),
        _ => (state, Nothing),
    };
}
