namespace Conference.Media.Sessions;

/// <summary>Two ports between which a fax passes, served by one worker: no lock, and nothing allocated for a datagram.</summary>
internal sealed class FaxRelay(MixSlot slot, FaxSide from, FaxSide to, Action forget) : IFaxRelay, IMixerListener
{
    private readonly TaskCompletionSource _silent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _offer = [];
    private long _lastPassed = -1;
    private bool _isSilent;
    private int _disposed;

    public Task Silent => _silent.Task;

    /// <summary>The end of whoever offered.</summary>
    public FaxSide From => from;

    /// <summary>The end of whoever was offered it.</summary>
    public FaxSide To => to;

    public MediaProblem Offer(ReadOnlySpan<byte> offer, out byte[] mirrored)
    {
        mirrored = [];
        var problem = from.Leg.ReadFax(offer, out var terms);
        if (problem != MediaProblem.None) return problem;
        if (!to.Leg.MayFax) return MediaProblem.UnsupportedProfile;
        _offer = offer.ToArray();
        mirrored = to.Leg.OfferFax(terms!, to);
        return MediaProblem.None;
    }

    public MediaProblem Accept(ReadOnlySpan<byte> answer, out byte[] mirrored)
    {
        mirrored = [];
        var problem = to.Leg.Accept(answer);
        if (problem == MediaProblem.None && to.Leg.Fax is null) problem = MediaProblem.NoCommonCodec;
        return problem == MediaProblem.None ? from.Leg.AnswerFax(_offer, to.Leg.Fax!, from, out mirrored) : problem;
    }

    /// <summary>Hands on what has come from either side.</summary>
    public void Pass(in TickTime time, in Patience patience)
    {
        var room = slot.Worker.Scratch.Datagram;
        var anything = from.Pass(to, room, time.Now) | to.Pass(from, room, time.Now);
        if (anything || _lastPassed < 0) _lastPassed = time.Tick;
        if (_isSilent || time.Tick - _lastPassed <= patience.Held) return;
        _isSilent = true;
        slot.Worker.Events.Add(new MixerEvent(MixerEventKind.Silent, this));
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        forget();
        slot.Worker.Ask(() =>
        {
            slot.Remove(this);
            slot.Worker.Events.Add(new MixerEvent(MixerEventKind.Closed, this));
        });
    }

    public void On(MixerEvent happened)
    {
        if (happened.Kind == MixerEventKind.Closed)
        {
            from.Dispose();
            to.Dispose();
        }

        _silent.TrySetResult();
    }
}
