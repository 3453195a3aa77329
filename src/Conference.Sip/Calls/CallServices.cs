using Conference.Sip.Dialogs;
using Conference.Sip.Loop;
using Conference.Sip.Transactions;
using Conference.Sip.Transport;

namespace Conference.Sip.Calls;

/// <summary>What every call needs of the floor it stands on.</summary>
/// <param name="Loop">The thread that owns it.</param>
/// <param name="Layer">Its transactions.</param>
/// <param name="Dialogs">Where requests find it.</param>
/// <param name="Me">What it calls itself.</param>
/// <param name="Pool">Runs the house's code, off the loop.</param>
/// <param name="Trouble">Where the house's exceptions are told.</param>
/// <param name="Roads">How requests find their way.</param>
internal sealed record CallServices(
    SipLoop Loop,
    TransactionLayer Layer,
    DialogTable Dialogs,
    Identity Me,
    Action<Action> Pool,
    Action<string, Exception?> Trouble,
    Roads Roads)
{
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
