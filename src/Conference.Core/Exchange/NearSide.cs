using Conference.Core.Calls;
using Conference.Media.Mixing;
using Conference.Media.Sessions;
using Conference.Sip.Calls;

namespace Conference.Core.Exchange;

/// <summary>What a caller is told and hears until somebody answers: every 180 as it comes, the far side's own audio, or a tone of ours instead.</summary>
/// <remarks>The lock stands between the tone, which begins by itself, and the answer: whichever comes second sees the first.</remarks>
internal sealed class NearSide(IIncomingCall incoming, IMediaSession session, IMixRoom mix, ExchangeSounds sounds, TimeProvider time) : IDisposable
{
    /// <summary>A far side that promised audio and sends none for so long leaves the ringing to us (RFC 3960 §3.2).</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Guid _near = Guid.CreateVersion7();
    private readonly Guid _far = Guid.CreateVersion7();
    private readonly CancellationTokenSource _answered = new();
    private readonly Lock _gate = new();
    private SipBody? _early;
    private IMediaSession? _heard;
    private long _heardSince;

    /// <summary>Passes on what the far side says.</summary>
    public async ValueTask HearAsync(CallProgress progress, IMediaSession? far)
    {
        if (progress.Status is not (180 or 183)) return;
        if (progress.HasMedia && far is not null && incoming.Body is not null) await ListenAsync(far);
        else if (progress.Status == 180) await RingAsync();
        else if (_early is null) await incoming.ProgressAsync(183, null);
    }

    /// <summary>The answer for the 200: the early one once more when there was one.</summary>
    public SipBody? Answer()
    {
        lock (_gate)
        {
            _answered.Cancel();
            session.Hold(null);
        }

        return _early ?? Audio.Negotiate(session, incoming.Body);
    }

    /// <summary>The far side's audio goes into the caller's leg; the newest that speaks counts.</summary>
    private async ValueTask ListenAsync(IMediaSession far)
    {
        if (_early is null)
        {
            if (Audio.Negotiate(session, incoming.Body) is not { } body) return;
            _early = body;
        }

        session.Hold(null);
        if (far != _heard) (_heard, _heardSince) = (far, time.GetTimestamp());
        mix.Use(new MixPlan([new Seat(_near, session, Speaks: false, Hears: true), new Seat(_far, far, Speaks: true, Hears: false)]));
        await incoming.ProgressAsync(183, _early);
    }

    private async ValueTask RingAsync()
    {
        await incoming.RingAsync();
        if (_early is not null) _ = RingOurselvesAsync(_answered.Token); // else the phone makes its own tone
    }

    private async Task RingOurselvesAsync(CancellationToken stop)
    {
        try
        {
            var waited = time.GetElapsedTime(_heardSince);
            if (waited < Patience) await Task.Delay(Patience - waited, time, stop);
            lock (_gate)
            {
                if (stop.IsCancellationRequested || _heard?.Stats.Received > 0) return;
                mix.Use(MixPlan.Empty);
                session.Hold(sounds.Ringing);
            }
        }
        catch (OperationCanceledException)
        {
            // somebody answered, or the caller gave up
        }
    }

    public void Dispose()
    {
        _answered.Cancel();
        _answered.Dispose();
    }
}
