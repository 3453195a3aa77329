using static Conference.Sip.Trunks.LineTable.Effect;
using static Conference.Sip.Trunks.LineTable.Input;
using static Conference.Sip.Trunks.LineTable.State;

namespace Conference.Sip.Trunks;

/// <summary>A registration of ours at somebody else's registrar: RFC 3261 §10.2 with the retries of RFC 5626 §4.5, as a table.</summary>
/// <remarks>Every state that waits for a peer has a deadline, so that nothing stays "in progress" whatever the peer does.</remarks>
internal static class LineTable
{
    public enum State
    {
        Idle,
        Registering,
        Registered,

        /// <summary>Registered, and about to be so for longer.</summary>
        Refreshing,

        /// <summary>It failed; it is tried again when its pause is over.</summary>
        Waiting,
        Leaving,
        Gone,
    }

    public enum Input
    {
        Begin,
        Accepted,

        /// <summary>423: the registrar wants us less often.</summary>
        TooBrief,

        /// <summary>An answer that asking again at once will not change: wrong secret, unknown user.</summary>
        Refused,

        /// <summary>Nobody answered, or nobody able to.</summary>
        Failed,
        Deadline,
        RefreshDue,
        PauseOver,
        FlowBroke,
        Remove,
    }

    [Flags]
    public enum Effect
    {
        Nothing = 0,

        /// <summary>Sends REGISTER and starts the deadline.</summary>
        Register = 1,
        StartRefresh = 2,

        /// <summary>30 s, doubling to 600 s.</summary>
        StartPause = 4,

        /// <summary>The longest pause at once: a registrar that refuses a secret counts how often it is tried.</summary>
        StartLongPause = 8,

        /// <summary>No pause, unless the last try was a moment ago.</summary>
        StartShortPause = 16,

        /// <summary>Success: the next failure begins with the shortest pause.</summary>
        Calm = 32,

        /// <summary>Takes back our own Contact and nobody else's, and starts the deadline.</summary>
        Unregister = 64,

        /// <summary>What is on its way is no longer waited for.</summary>
        Abandon = 128,
        End = 256,
    }

    public static (State Next, Effect Effects) On(State state, Input input) => (state, input) switch
    {
        (Idle, Begin) => (Registering, Register),
        (Registering or Refreshing, Accepted) => (Registered, Calm | StartRefresh),
        (Registering or Refreshing, TooBrief) => (state, Register), // for longer
        (Registering or Refreshing, Refused) => (Waiting, StartLongPause),
        (Registering or Refreshing, Failed) => (Waiting, StartPause),
        (Registering or Refreshing, Deadline) => (Waiting, Abandon | StartPause),
        (Refreshing, FlowBroke) => (Waiting, Abandon | StartShortPause),
        (Registered, RefreshDue) => (Refreshing, Register),
        (Registered, FlowBroke) => (Waiting, StartShortPause),
        (Waiting, PauseOver) => (Registering, Register),
        (Registered or Refreshing, Remove) => (Leaving, Abandon | Unregister),
        (Idle or Registering or Waiting, Remove) => (Gone, Abandon | End),
        (Leaving, Accepted or TooBrief or Refused or Failed) => (Gone, End),
        (Leaving, Deadline) => (Gone, Abandon | End),
        _ => (state, Nothing),
    };
}
