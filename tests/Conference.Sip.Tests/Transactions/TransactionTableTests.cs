using Conference.Sip.Transactions;
using IC = Conference.Sip.Transactions.InviteClient;
using IS = Conference.Sip.Transactions.InviteServer;
using NC = Conference.Sip.Transactions.NonInviteClient;
using NS = Conference.Sip.Transactions.NonInviteServer;

namespace Conference.Sip.Tests.Transactions;

/// <summary>The four figures of RFC 3261 §17 with RFC 6026 and RFC 4320, row by row; every pair that is no row changes nothing.</summary>
public class TransactionTableTests
{
    [Fact]
    public void The_INVITE_server_keeps_to_its_figure() => Check(
        IS.On,
        (IS.State.Proceeding, IS.Input.Invite, IS.State.Proceeding, IS.Effect.Resend),
        (IS.State.Proceeding, IS.Input.Reply1xx, IS.State.Proceeding, IS.Effect.Send),
        (IS.State.Proceeding, IS.Input.Reply2xx, IS.State.Accepted, IS.Effect.Send | IS.Effect.StartL),
        (IS.State.Proceeding, IS.Input.ReplyFinal, IS.State.Completed, IS.Effect.Send | IS.Effect.StartG | IS.Effect.StartH),
        (IS.State.Accepted, IS.Input.Invite, IS.State.Accepted, IS.Effect.AskForRepeat),
        (IS.State.Accepted, IS.Input.Reply2xx, IS.State.Accepted, IS.Effect.Send),
        (IS.State.Accepted, IS.Input.TimerL, IS.State.Terminated, IS.Effect.Nothing),
        (IS.State.Completed, IS.Input.Invite, IS.State.Completed, IS.Effect.Resend),
        (IS.State.Completed, IS.Input.TimerG, IS.State.Completed, IS.Effect.Resend | IS.Effect.StartG),
        (IS.State.Completed, IS.Input.Ack, IS.State.Confirmed, IS.Effect.StopGH | IS.Effect.StartI),
        (IS.State.Completed, IS.Input.TimerH, IS.State.Terminated, IS.Effect.TellNoAck),
        (IS.State.Completed, IS.Input.TransportError, IS.State.Terminated, IS.Effect.TellNoAck),
        (IS.State.Confirmed, IS.Input.TimerI, IS.State.Terminated, IS.Effect.Nothing));

    [Fact]
    public void The_non_INVITE_server_keeps_to_its_figure() => Check(
        NS.On,
        (NS.State.Trying, NS.Input.TimerTrying, NS.State.Proceeding, NS.Effect.Send100),
        (NS.State.Trying, NS.Input.ReplyFinal, NS.State.Completed, NS.Effect.Send | NS.Effect.StartJ),
        (NS.State.Trying, NS.Input.TransportError, NS.State.Terminated, NS.Effect.Nothing),
        (NS.State.Proceeding, NS.Input.Request, NS.State.Proceeding, NS.Effect.Resend),
        (NS.State.Proceeding, NS.Input.ReplyFinal, NS.State.Completed, NS.Effect.Send | NS.Effect.StartJ),
        (NS.State.Proceeding, NS.Input.TransportError, NS.State.Terminated, NS.Effect.Nothing),
        (NS.State.Completed, NS.Input.Request, NS.State.Completed, NS.Effect.Resend),
        (NS.State.Completed, NS.Input.TimerJ, NS.State.Terminated, NS.Effect.Nothing),
        (NS.State.Completed, NS.Input.TransportError, NS.State.Terminated, NS.Effect.Nothing));

    [Fact]
    public void The_INVITE_client_keeps_to_its_figure() => Check(
        IC.On,
        (IC.State.Calling, IC.Input.TimerA, IC.State.Calling, IC.Effect.Resend | IC.Effect.StartA),
        (IC.State.Calling, IC.Input.TimerB, IC.State.Terminated, IC.Effect.StopAB | IC.Effect.TellTimeout),
        (IC.State.Calling, IC.Input.Cancel, IC.State.Withdrawn, IC.Effect.Nothing),
        (IC.State.Withdrawn, IC.Input.TimerA, IC.State.Withdrawn, IC.Effect.Resend | IC.Effect.StartA),
        (IC.State.Withdrawn, IC.Input.TimerB, IC.State.Terminated, IC.Effect.StopAB | IC.Effect.TellTimeout),
        (IC.State.Withdrawn, IC.Input.TransportError, IC.State.Terminated, IC.Effect.StopAB | IC.Effect.TellError),
        (IC.State.Withdrawn, IC.Input.Reply1xx, IC.State.Proceeding, IC.Effect.StopAB | IC.Effect.SendCancel | IC.Effect.StartB | IC.Effect.Tell),
        (IC.State.Withdrawn, IC.Input.Reply2xx, IC.State.Accepted, IC.Effect.StopAB | IC.Effect.StartM | IC.Effect.Tell),
        (IC.State.Withdrawn, IC.Input.ReplyFinal, IC.State.Completed, IC.Effect.StopAB | IC.Effect.StartD | IC.Effect.SendAck | IC.Effect.Tell),
        (IC.State.Proceeding, IC.Input.Cancel, IC.State.Proceeding, IC.Effect.SendCancel | IC.Effect.StartB),
        (IC.State.Proceeding, IC.Input.TimerB, IC.State.Terminated, IC.Effect.StopAB | IC.Effect.TellTimeout),
        (IC.State.Calling, IC.Input.TransportError, IC.State.Terminated, IC.Effect.StopAB | IC.Effect.TellError),
        (IC.State.Calling, IC.Input.Reply1xx, IC.State.Proceeding, IC.Effect.StopAB | IC.Effect.Tell),
        (IC.State.Calling, IC.Input.Reply2xx, IC.State.Accepted, IC.Effect.StopAB | IC.Effect.StartM | IC.Effect.Tell),
        (IC.State.Calling, IC.Input.ReplyFinal, IC.State.Completed, IC.Effect.StopAB | IC.Effect.StartD | IC.Effect.SendAck | IC.Effect.Tell),
        (IC.State.Proceeding, IC.Input.Reply1xx, IC.State.Proceeding, IC.Effect.Tell),
        (IC.State.Proceeding, IC.Input.Reply2xx, IC.State.Accepted, IC.Effect.StopAB | IC.Effect.StartM | IC.Effect.Tell),
        (IC.State.Proceeding, IC.Input.ReplyFinal, IC.State.Completed, IC.Effect.StopAB | IC.Effect.StartD | IC.Effect.SendAck | IC.Effect.Tell),
        (IC.State.Proceeding, IC.Input.TransportError, IC.State.Terminated, IC.Effect.StopAB | IC.Effect.TellError),
        (IC.State.Accepted, IC.Input.Reply2xx, IC.State.Accepted, IC.Effect.Tell),
        (IC.State.Accepted, IC.Input.TimerM, IC.State.Terminated, IC.Effect.Nothing),
        (IC.State.Completed, IC.Input.ReplyFinal, IC.State.Completed, IC.Effect.SendAck),
        (IC.State.Completed, IC.Input.TimerD, IC.State.Terminated, IC.Effect.Nothing));

    [Fact]
    public void The_non_INVITE_client_keeps_to_its_figure() => Check(
        NC.On,
        (NC.State.Trying, NC.Input.TimerE, NC.State.Trying, NC.Effect.Resend | NC.Effect.StartE),
        (NC.State.Trying, NC.Input.TimerF, NC.State.Terminated, NC.Effect.StopEF | NC.Effect.TellTimeout),
        (NC.State.Trying, NC.Input.TransportError, NC.State.Terminated, NC.Effect.StopEF | NC.Effect.TellError),
        (NC.State.Trying, NC.Input.Reply1xx, NC.State.Proceeding, NC.Effect.StartSlowE),
        (NC.State.Trying, NC.Input.ReplyFinal, NC.State.Completed, NC.Effect.StopEF | NC.Effect.StartK | NC.Effect.Tell),
        (NC.State.Proceeding, NC.Input.TimerE, NC.State.Proceeding, NC.Effect.Resend | NC.Effect.StartSlowE),
        (NC.State.Proceeding, NC.Input.TimerF, NC.State.Terminated, NC.Effect.StopEF | NC.Effect.TellTimeout),
        (NC.State.Proceeding, NC.Input.TransportError, NC.State.Terminated, NC.Effect.StopEF | NC.Effect.TellError),
        (NC.State.Proceeding, NC.Input.ReplyFinal, NC.State.Completed, NC.Effect.StopEF | NC.Effect.StartK | NC.Effect.Tell),
        (NC.State.Completed, NC.Input.TimerK, NC.State.Terminated, NC.Effect.Nothing));

    [Fact]
    public void Timers_grow_from_T1()
    {
        var times = new TransactionTimes(TimeSpan.FromMilliseconds(500));

        Assert.Equal((4, 5, 32), (times.T2.TotalSeconds, times.T4.TotalSeconds, times.GiveUp.TotalSeconds));
        Assert.Equal([1, 2, 4, 4], Pauses(times));
    }

    private static IEnumerable<double> Pauses(TransactionTimes times)
    {
        var pause = times.T1;
        for (var i = 0; i < 4; i++) yield return (pause = times.Doubled(pause)).TotalSeconds;
    }

    private static void Check<TState, TInput, TEffect>(
        Func<TState, TInput, (TState, TEffect)> table,
        params (TState State, TInput Input, TState Next, TEffect Effects)[] rows)
        where TState : struct, Enum
        where TInput : struct, Enum
        where TEffect : struct, Enum
    {
        foreach (var state in Enum.GetValues<TState>())
            foreach (var input in Enum.GetValues<TInput>())
            {
                var row = rows.Where(r => r.State.Equals(state) && r.Input.Equals(input)).Select(r => (r.Next, r.Effects));
                Assert.Equal((state, input, row.DefaultIfEmpty((state, default)).Single()), (state, input, table(state, input)));
            }
    }
}
