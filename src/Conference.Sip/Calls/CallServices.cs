using Conference.Sip.Dialogs;
using Conference.Sip.Loop;
using Conference.Sip.Requests;
using Conference.Sip.Transactions;

namespace Conference.Sip.Calls;

/// <summary>What every call needs of the floor it stands on.</summary>
/// <param name="Sending">How its own requests travel.</param>
/// <param name="Dialogs">Where requests find it.</param>
/// <param name="Me">What it calls itself.</param>
/// <param name="Pool">Runs the house's code, off the loop.</param>
/// <param name="Finder">Finds those we call.</param>
/// <param name="House">Takes what comes in.</param>
/// <param name="Policy">Whose accounts there are.</param>
/// <param name="Trouble">Where the house's exceptions are told.</param>
/// <param name="Door">Who may speak in a dialog from elsewhere.</param>
internal sealed record CallServices(
    Sending Sending,
    DialogTable Dialogs,
    Identity Me,
    Action<Action> Pool,
    DestinationFinder Finder,
    ISipHouse House,
    ISipPolicy Policy,
    Action<string, Exception?> Trouble,
    DialogDoor Door)
{
    /// <summary>The thread that owns every call.</summary>
    public SipLoop Loop => Sending.Loop;

    public TransactionLayer Layer => Sending.Layer;

    /// <summary>Does something on the loop and waits for it without blocking.</summary>
    public Task AskAsync(Action work) => AskAsync(() =>
    {
        work();
        return true;
    });

    /// <inheritdoc cref="AskAsync(Action)"/>
    public Task<T> AskAsync<T>(Func<T> work)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(() =>
        {
            try
            {
                answer.SetResult(work());
            }
            catch (Exception error)
            {
                answer.SetException(error);
            }
        });
        return answer.Task;
    }
}
