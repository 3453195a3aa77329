using System.Threading.Channels;

namespace Conference.Infrastructure;

/// <summary>Wakes one worker that otherwise looks from time to time. Ringing twice before it wakes is ringing once.</summary>
public abstract class Bell
{
    private readonly Channel<bool> _rung = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ring() => _rung.Writer.TryWrite(true);

    /// <summary>Waits for the bell or the time, whichever comes first.</summary>
    /// <exception cref="OperationCanceledException">Neither came before the worker was stopped.</exception>
    internal async Task WaitAsync(TimeSpan most, TimeProvider time, CancellationToken cancel)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Task.WhenAny(_rung.Reader.WaitToReadAsync(enough.Token).AsTask(), Task.Delay(most, time, enough.Token));
        await enough.CancelAsync();
        _rung.Reader.TryRead(out _);
        cancel.ThrowIfCancellationRequested();
    }
}
