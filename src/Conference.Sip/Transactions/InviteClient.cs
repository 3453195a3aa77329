using static Conference.Sip.Transactions.InviteClient.Effect;
using static Conference.Sip.Transactions.InviteClient.Input;
using static Conference.Sip.Transactions.InviteClient.State;

namespace Conference.Sip.Transactions;

/// <summary>The INVITE client transaction: RFC 3261 §17.1.1 with the Accepted state of RFC 6026 §7.2 and CANCEL of §9.1.</summary>
internal static class InviteClient
{
    public enum State
    {
        Calling,

        /// <summary>To be cancelled, but nobody may be told before the first provisional answer (§9.1).</summary>
        Withdrawn,
        Proceeding,
        Accepted,
        Completed,
        Terminated,
    }

    public enum Input
    {
        Cancel,
        Reply1xx,
        Reply2xx,
        ReplyFinal,
        TimerA,

        /// <summary>Nothing was heard at all, or nothing final 64*T1 after CANCEL.</summary>
        TimerB,
        TimerD,
        TimerM,
        TransportError,
    }

    [Flags]
    public enum Effect
    {
        Nothing = 0,
        Resend = 1,
        StartA = 2,
        StopAB = 4,
        StartD = 8,
        StartM = 16,
        SendAck = 32,
        Tell = 64,
        TellTimeout = 128,
        TellError = 256,
        SendCancel = 512,
        StartB = 1024,
    }

    public static (State Next, Effect Effects) On(State state, Input input) => (state, input) switch
    {
        (Calling or Withdrawn, TimerA) => (state, Resend | StartA), // A doubles without a cap
        (Calling or Withdrawn or Proceeding, TimerB) => (Terminated, StopAB | TellTimeout),
        (Calling or Withdrawn or Proceeding, TransportError) => (Terminated, StopAB | TellError),
        (Calling, Cancel) => (Withdrawn, Nothing),
        (Proceeding, Cancel) => (Proceeding, SendCancel | StartB),
        (Calling, Reply1xx) => (Proceeding, StopAB | Tell),
        (Withdrawn, Reply1xx) => (Proceeding, StopAB | SendCancel | StartB | Tell),
        (Proceeding, Reply1xx) => (Proceeding, Tell),
        (Calling or Withdrawn or Proceeding, Reply2xx) => (Accepted, StopAB | StartM | Tell),
        (Calling or Withdrawn or Proceeding, ReplyFinal) => (Completed, StopAB | StartD | SendAck | Tell),
        (Accepted, Reply2xx) => (Accepted, Tell), // the session repeats its ACK
        (Accepted, TimerM) => (Terminated, Nothing),
        (Completed, ReplyFinal) => (Completed, SendAck),
        (Completed, TimerD) => (Terminated, Nothing),
        _ => (state, Nothing),
    };
}
