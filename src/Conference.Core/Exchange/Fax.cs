using Conference.Core.Calls;
using Conference.Media.Sdp;
using Conference.Media.Sessions;
using Conference.Sip.Calls;

namespace Conference.Core.Exchange;

/// <summary>
/// What two machines make of a conversation: a fax by T.38, offered by one, put to the other in the same words, and passed on as it is.
/// The voice comes back when either side offers one.
/// </summary>
/// <param name="media">Where ports come from.</param>
/// <param name="partnerOf">Who else is in the conversation.</param>
/// <param name="isExpected">Whether somebody is still on his way into the conversation.</param>
/// <param name="onSilent">Neither machine sends any more.</param>
internal sealed class Fax(IMediaEngine media, Func<CallLeg, CallLeg?> partnerOf, Func<bool> isExpected, Action onSilent)
{
    private static readonly OfferResult s_notAcceptable = new(488, null);
    private static readonly OfferResult s_pending = new(491, null);

    private readonly Lock _gate = new(); // both legs may offer at once, and leave
    private IFaxRelay? _relay;
    private CallLeg[] _machines = [];
    private bool _isChanging;

    /// <summary>Answers an offer that both sides have to agree to; <see langword="null"/> for one that concerns its leg alone.</summary>
    public Task<OfferResult>? Take(CallLeg from, SipBody offer)
    {
        var kind = FaxTerms.KindOf(offer.Bytes.Span);
        if (partnerOf(from) is not { } to) return kind == OfferKind.Fax && isExpected() ? Task.FromResult(s_pending) : null;
        bool isOn;
        lock (_gate)
        {
            isOn = _relay is not null;
            if (isOn ? kind == OfferKind.Fax : kind != OfferKind.Fax) return null; // the same fax said again, or no fax at all
            if (_isChanging) return Task.FromResult(s_pending); // both began at once: one of them tries again (RFC 3261 §14.2)
            _isChanging = true;
        }

        return ChangeAsync(() => (isOn, kind) switch
        {
            (false, _) => BeginAsync(from, to, offer),
            (_, OfferKind.Nothing) => GiveUpAsync(),
            _ => ReturnAsync(from, to, offer),
        });
    }

    /// <summary>A leg leaves the conversation.</summary>
    /// <param name="isOver">Whether the other is hung up too: then nobody wants his voice back.</param>
    public void Leave(bool isOver)
    {
        if (isOver) TakeRelay()?.Dispose();
        else _ = EndAsync();
    }

    private async Task<OfferResult> ChangeAsync(Func<Task<OfferResult>> change)
    {
        try
        {
            return await change();
        }
        finally
        {
            lock (_gate) _isChanging = false;
        }
    }

    private async Task<OfferResult> BeginAsync(CallLeg from, CallLeg to, SipBody offer)
    {
        if (media.OpenFax(from.Media, to.Media) is not { } relay) return s_notAcceptable;
        var answer = await PutToAsync(relay, to, offer);
        if (answer is not null && TryKeep(relay, from, to))
        {
            _ = WatchAsync(relay);
            return new OfferResult(200, answer);
        }

        relay.Dispose();
        if (answer is not null) _ = Task.WhenAll(SpeakAsync(from), SpeakAsync(to)); // one of them left meanwhile
        return s_notAcceptable;
    }

    /// <summary>Asks the other machine.</summary>
    /// <returns>Its answer, for the first; <see langword="null"/> when it does not want to.</returns>
    private static async Task<SipBody?> PutToAsync(IFaxRelay relay, CallLeg to, SipBody offer)
    {
        if (relay.Offer(offer.Bytes.Span, out var mirrored) != MediaProblem.None) return null;
        var result = await to.Call.OfferAsync(new SipBody(Audio.Sdp, mirrored), to.Call.Ended);
        if (result.Answer is not null && relay.Accept(result.Answer.Bytes.Span, out var answer) == MediaProblem.None) return new SipBody(Audio.Sdp, answer);
        to.Media.Withdraw();
        if (result.Answer is not null) await SpeakAsync(to); // it has let go of its voice
        return null;
    }

    /// <summary>One side wants to speak: so must the other, else the fax goes on.</summary>
    private async Task<OfferResult> ReturnAsync(CallLeg from, CallLeg to, SipBody offer)
    {
        if (!await SpeakAsync(to)) return s_notAcceptable;
        TakeRelay()?.Dispose();
        if (Audio.Negotiate(from.Media, offer) is { } answer) return new OfferResult(200, answer);
        _ = SpeakAsync(from); // it named no voice that we speak; we name ours
        return s_notAcceptable;
    }

    /// <summary>An offer of nothing: some machines put it so when the fax is through. It cannot be answered, but it can be understood.</summary>
    private Task<OfferResult> GiveUpAsync()
    {
        _ = EndAsync();
        return Task.FromResult(s_notAcceptable);
    }

    /// <summary>Both get their voices back.</summary>
    private async Task EndAsync()
    {
        if (TakeRelay() is not { } relay) return;
        relay.Dispose();
        await Task.WhenAll(_machines.Select(SpeakAsync));
    }

    /// <summary>Offers a leg its voice back.</summary>
    private static async Task<bool> SpeakAsync(CallLeg leg)
    {
        if (leg.Call.Ended.IsCancellationRequested) return false;
        var result = await leg.Call.OfferAsync(new SipBody(Audio.Sdp, leg.Media.OfferVoice()), leg.Call.Ended);
        if (result.Answer is not null && leg.Media.Accept(result.Answer.Bytes.Span) == MediaProblem.None) return true;
        leg.Media.Withdraw();
        return false;
    }

    private async Task WatchAsync(IFaxRelay relay)
    {
        await relay.Silent;
        if (ReferenceEquals(Volatile.Read(ref _relay), relay)) onSilent();
    }

    private bool TryKeep(IFaxRelay relay, CallLeg from, CallLeg to)
    {
        lock (_gate)
        {
            if (partnerOf(from) != to) return false;
            (_relay, _machines) = (relay, [from, to]);
            return true;
        }
    }

    private IFaxRelay? TakeRelay()
    {
        lock (_gate)
        {
            var relay = _relay;
            _relay = null;
            return relay;
        }
    }
}
