using static Conference.Sip.Transactions.NonInviteClient.Effect;
using static Conference.Sip.Transactions.NonInviteClient.Input;
using static Conference.Sip.Transactions.NonInviteClient.State;

namespace Conference.Sip.Transactions;

/// <summary>The client transaction of everything but INVITE: RFC 3261 §17.1.2 with RFC 4320.</summary>
internal static class NonInviteClient
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
        Reply1xx,
        ReplyFinal,
        TimerE,
        TimerF,
        TimerK,
        TransportError,
    }

    [Flags]
    public enum Effect
    {
        Nothing = 0,
        Resend = 1,
        StartE = 2,
        StartSlowE = 4,
        StopEF = 8,
        StartK = 16,
        Tell = 32,
        TellTimeout = 64,
        TellError = 128,
    }

    public static (State Next, Effect Effects) On(State state, Input input) => (state, input) switch
    {
        (Trying, TimerE) => (Trying, Resend | StartE), // E doubles up to T2
        (Proceeding, TimerE) => (Proceeding, Resend | StartSlowE), // T2 from here on
        (Trying or Proceeding, TimerF) => (Terminated, StopEF | TellTimeout),
        (Trying or Proceeding, TransportError) => (Terminated, StopEF | TellError),
        (Trying, Reply1xx) => (Proceeding, StartSlowE),
        (Trying or Proceeding, ReplyFinal) => (Completed, StopEF | StartK | Tell),
        (Completed, TimerK) => (Terminated, Nothing),
        _ => (state, Nothing),
    };
}
