using Conference.Core.Accounts;
using Conference.Core.Routing;
using Conference.Media.Sdp;
using Conference.Media.Sessions;
using Conference.Sip.Calls;

namespace Conference.Core.Calls;

/// <summary>What a leg goes through next: a ring, a conversation, a room. Ends when told to, or with how the call is to be ended.</summary>
internal delegate Task<CallEnd> Stage(CallLeg leg, CancellationToken stop);

/// <summary>Who is at the other end of a leg.</summary>
/// <param name="Number">As the house writes it; empty when withheld.</param>
/// <param name="Name">Fit to be shown.</param>
/// <param name="Extension">The extension it belongs to, or <see langword="null"/>.</param>
/// <param name="Device">The device, when one of ours.</param>
/// <param name="Trunk">The trunk, when it goes through one.</param>
/// <param name="Label">Device, trunk or address, for people.</param>
/// <param name="IsCaller">Whether it called us.</param>
internal sealed record LegParty(string Number, string Name, string? Extension, DeviceCard? Device, TrunkPlan? Trunk, string Label, bool IsCaller)
{
    /// <summary>How voices and keys travel on it.</summary>
    public VoiceProfile Voice => Trunk is not null ? VoiceProfile.Of(Trunk) : Device?.Voice ?? VoiceProfile.Usual;

    /// <summary>How keys travel to it and from it.</summary>
    public KeyMode Keys => Voice.Keys;
}

/// <summary>
/// One answered call with its audio, from answer to BYE. It goes through one stage after the other: whoever transfers it moves it to the next,
/// and no dialog is opened or closed for that.
/// </summary>
internal sealed class CallLeg
{
    private readonly Lock _gate = new(); // a move and the end of a stage may meet
    private CancellationTokenSource? _running;
    private Stage? _next;
    private bool _isOver;
    private bool _isAlive;

    public CallLeg(ISipCall call, IMediaSession media, LegParty party, Keypad keypad)
    {
        (Call, Media, Party, Keypad) = (call, media, party, keypad);
        if (party.Voice.Keys == KeyMode.InBand) media.HearTones(always: true);
        call.OnOffer = Take;
        call.OnRelayedOffer = offer => Relay is { } relay ? relay(offer) : IsAlive ? null : NotYet(offer);
        media.PictureWanted += () => _ = call.SendInfoAsync(PictureControl.Request, call.Ended);
        call.OnLateAnswer = answer =>
        {
            media.Accept(answer.Bytes.Span);
            Changed?.Invoke();
        };
    }

    public ISipCall Call { get; }

    public IMediaSession Media { get; }

    public LegParty Party { get; }

    public Keypad Keypad { get; }

    /// <summary>Answers offers that whoever is on the other side of a conversation has to agree to; <see langword="null"/> outside of one, and for all other offers.</summary>
    public Func<SipBody, Task<OfferResult>?>? Relay { get; set; }

    /// <summary>For seats on the mixer.</summary>
    public Guid Seat { get; } = Guid.CreateVersion7();

    /// <summary>Whether somebody leads it already.</summary>
    public bool IsAlive => Volatile.Read(ref _isAlive);

    /// <summary>The peer put the call on hold, took it back, or changed its codec.</summary>
    public event Action? Changed;

    /// <summary>Leads the leg through its stages, hangs up, and gives its port back.</summary>
    public async Task LiveAsync(Stage first)
    {
        var end = new CallEnd(500, "Internal error");
        Volatile.Write(ref _isAlive, true);
        try
        {
            end = await PassThroughAsync(first);
        }
        finally
        {
            lock (_gate) _isOver = true;
            await Call.HangUpAsync(end); // whatever went wrong, no phone is left hanging
            Media.Dispose();
        }
    }

    /// <summary>Leaves the present stage for another.</summary>
    /// <returns><see langword="false"/> when the call is over.</returns>
    public bool Move(Stage next)
    {
        CancellationTokenSource? running;
        lock (_gate)
        {
            if (_isOver || Call.Ended.IsCancellationRequested) return false;
            (_next, running) = (next, _running);
        }

        Stop(running);
        return true;
    }

    private async Task<CallEnd> PassThroughAsync(Stage first)
    {
        for (var stage = first; ;)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Call.Ended);
            lock (_gate) _running = stop;
            if (PeekNext() is not null) Stop(stop); // moved before it began
            var end = await GoThroughAsync(stage, stop.Token);
            lock (_gate) _running = null;
            if (Call.Ended.IsCancellationRequested) return new CallEnd(200, "Hung up", ByPeer: true);
            if (TakeNext() is not { } next) return end;
            stage = next;
            Keypad.Forget(); // keys of one place mean nothing in the next
        }
    }

    private async Task<CallEnd> GoThroughAsync(Stage stage, CancellationToken stop)
    {
        try
        {
            return await stage(this, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new CallEnd(200, "Hung up");
        }
    }

    private Stage? PeekNext()
    {
        lock (_gate) return _next;
    }

    /// <summary>Nothing follows: from here on the leg cannot be moved any more.</summary>
    private Stage? TakeNext()
    {
        lock (_gate)
        {
            var next = _next;
            _next = null;
            _isOver = next is null;
            return next;
        }
    }

    private static void Stop(CancellationTokenSource? running)
    {
        try
        {
            running?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // the stage has just ended by itself; the next one is taken up all the same
        }
    }

    /// <summary>An eager machine offers its fax before anybody is there to be asked: it is to try again (RFC 3261 §14.1), for 488 would mean never.</summary>
    private static Task<OfferResult>? NotYet(SipBody offer) =>
        FaxTerms.KindOf(offer.Bytes.Span) == OfferKind.Fax ? Task.FromResult(new OfferResult(491, null)) : null;

    private SipBody? Take(SipBody? offer)
    {
        var answer = Audio.Negotiate(Media, offer);
        Changed?.Invoke();
        return answer;
    }
}
