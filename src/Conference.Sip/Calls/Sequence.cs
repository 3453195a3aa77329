namespace Conference.Sip.Calls;

/// <summary>The house's code of one call, on the pool, one piece after the other. Owned by the loop.</summary>
internal sealed class Sequence(CallServices services)
{
    private const int Most = 256; // a peer that rings all day is not told about for ever

    private readonly Queue<Func<ValueTask>> _waiting = new();
    private bool _isBusy;

    /// <summary>Does something after everything before it, unless too much of the kind waits already.</summary>
    public void Offer(Func<ValueTask> work)
    {
        if (_waiting.Count < Most) Then(work);
    }

    /// <summary>Does something after everything before it.</summary>
    public void Then(Func<ValueTask> work)
    {
        _waiting.Enqueue(work);
        if (!_isBusy) Next();
    }

    private void Next()
    {
        _isBusy = _waiting.TryDequeue(out var work);
        if (work is not null) services.Pool(() => _ = RunAsync(work));
    }

    private async Task RunAsync(Func<ValueTask> work)
    {
        try
        {
            await work();
        }
        catch (Exception error)
        {
            services.Trouble("What the house does while a call is placed failed.", error);
        }

        services.Loop.Post(Next);
    }
}
