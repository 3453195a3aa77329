using static Conference.Sip.Transactions.InviteClient.Effect;
using static Conference.Sip.Transactions.InviteClient.Input;
using static Conference.Sip.Transactions.InviteClient.State;

namespace Conference.Sip.Transactions;

/// <summary>The INVITE client transaction: RFC 3261 §17.1.1 with the Accepted state of RFC 6026 §7.2.</summary>
internal static class InviteClient
{
    public enum State
    {
        Calling,
        Proceeding,
        Accepted,
        Completed,
        Terminated,
    }

    public enum Input
    {
        Reply1xx,
        Reply2xx,
        ReplyFinal,
        TimerA,
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
    }

    public static (State Next, Effect Effects) On(State state, Input input) => (state, input) switch
    {
        (Calling, TimerA) => (Calling, Resend | StartA), // A doubles without a cap
        (Calling, TimerB) => (Terminated, TellTimeout),
        (Calling or Proceeding, TransportError) => (Terminated, StopAB | TellError),
        (Calling, Reply1xx) => (Proceeding, StopAB | Tell),
        (Proceeding, Reply1xx) => (Proceeding, Tell),
        (Calling or Proceeding, Reply2xx) => (Accepted, StopAB | StartM | Tell),
        (Calling or Proceeding, ReplyFinal) => (Completed, StopAB | StartD | SendAck | Tell),
        (Accepted, Reply2xx) => (Accepted, Tell), // the session repeats its ACK
        (Accepted, TimerM) => (Terminated, Nothing),
        (Completed, ReplyFinal) => (Completed, SendAck),
        (Completed, TimerD) => (Terminated, Nothing),
        _ => (state, Nothing),
    };
}
