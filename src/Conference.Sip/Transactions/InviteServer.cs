using static Conference.Sip.Transactions.InviteServer.Effect;
using static Conference.Sip.Transactions.InviteServer.Input;
using static Conference.Sip.Transactions.InviteServer.State;

namespace Conference.Sip.Transactions;

/// <summary>The INVITE server transaction: RFC 3261 §17.2.1 with the Accepted state of RFC 6026 §7.1.</summary>
internal static class InviteServer
{
    public enum State
    {
        Proceeding,
        Accepted,
        Completed,
        Confirmed,
        Terminated,
    }

    public enum Input
    {
        Invite,
        Reply1xx,
        Reply2xx,
        ReplyFinal,
        Ack,
        TimerG,
        TimerH,
        TimerI,
        TimerL,
        TransportError,
    }

    [Flags]
    public enum Effect
    {
        Nothing = 0,
        Send = 1,
        Resend = 2,
        StartG = 4,
        StartH = 8,
        StartI = 16,
        StartL = 32,
        StopGH = 64,
        AskForRepeat = 128,
        TellNoAck = 256,
    }

    public static (State Next, Effect Effects) On(State state, Input input) => (state, input) switch
    {
        (Proceeding, Invite) => (Proceeding, Resend),
        (Proceeding, Reply1xx) => (Proceeding, Send),
        (Proceeding, Reply2xx) => (Accepted, Send | StartL),
        (Proceeding, ReplyFinal) => (Completed, Send | StartG | StartH),
        (Accepted, Invite) => (Accepted, AskForRepeat), // the session repeats its 2xx, not the transaction
        (Accepted, Reply2xx) => (Accepted, Send),
        (Accepted, TimerL) => (Terminated, Nothing),
        (Completed, Invite) => (Completed, Resend),
        (Completed, TimerG) => (Completed, Resend | StartG), // G doubles up to T2
        (Completed, Ack) => (Confirmed, StopGH | StartI),
        (Completed, TimerH) => (Terminated, TellNoAck),
        (Confirmed, TimerI) => (Terminated, Nothing),
        (Completed, TransportError) => (Terminated, TellNoAck),
        _ => (state, Nothing), // absorbing strays is the job
    };
}
