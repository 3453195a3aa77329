using Conference.Media.Sessions;

namespace Conference.Media.Remote;

/// <summary>A fax that the media process passes on. If the process dies, so do its legs, and with them their calls.</summary>
internal sealed class RemoteFax(RemoteSession from, RemoteSession to, long id, Action<RemoteFax> closed) : IFaxRelay
{
    private readonly TaskCompletionSource _silent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _disposed;

    public long Id => id;

    public Task Silent => _silent.Task;

    public MediaProblem Offer(ReadOnlySpan<byte> offer, out byte[] mirrored) => Mirror(new ToEngine.OfferFax(id, offer.ToArray()), out mirrored);

    public MediaProblem Accept(ReadOnlySpan<byte> answer, out byte[] mirrored)
    {
        var problem = Mirror(new ToEngine.AcceptFax(id, answer.ToArray()), out mirrored);
        if (problem != MediaProblem.None) return problem;
        from.Fax();
        to.Fax();
        return MediaProblem.None;
    }

    public void FallSilent() => _silent.TrySetResult();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        from.Link.Send(new ToEngine.CloseFax(id));
        FallSilent();
        closed(this);
    }

    private MediaProblem Mirror(ToEngine said, out byte[] mirrored)
    {
        var answer = from.Link.Ask<FromEngine.Mirrored>(said);
        mirrored = answer?.Sdp ?? [];
        return answer?.Problem ?? MediaProblem.NoCommonCodec; // the process is gone
    }
}
