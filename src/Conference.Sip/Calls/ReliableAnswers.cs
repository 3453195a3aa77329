using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Transactions;

namespace Conference.Sip.Calls;

/// <summary>Provisional answers to one INVITE, repeated until their PRACK where the caller can (RFC 3262 §3). Lives on the SIP loop.</summary>
internal sealed class ReliableAnswers
{
    private readonly SipLoop _loop;
    private readonly TransactionTimes _times;
    private readonly InviteServerTransaction _invite;
    private readonly Queue<SipReply> _waiting = new();
    private readonly SipTimer _again;
    private readonly SipTimer _giveUp;
    private readonly bool _isRequired;
    private readonly bool _isSupported;
    private uint _rseq = (uint)Random.Shared.Next(1, 1_000_000);
    private SipReply? _open;
    private TimeSpan _pause;
    private Action? _afterBody;

    /// <param name="loop">Keeps its time.</param>
    /// <param name="times">T1 and what grows from it.</param>
    /// <param name="invite">What is answered.</param>
    /// <param name="giveUp">Nobody acknowledged within 64*T1.</param>
    public ReliableAnswers(SipLoop loop, TransactionTimes times, InviteServerTransaction invite, Action giveUp)
    {
        (_loop, _times, _invite) = (loop, times, invite);
        _isRequired = invite.Request.Lists(HeaderId.Require, "100rel"u8);
        _isSupported = _isRequired || invite.Request.Lists(HeaderId.Supported, "100rel"u8);
        _again = new SipTimer(Again);
        _giveUp = new SipTimer(() =>
        {
            Stop();
            giveUp();
        });
    }

    /// <summary>Whether one with a body was acknowledged: then the offer of the INVITE, or our own, is settled.</summary>
    public bool IsBodyAgreed { get; private set; }

    /// <summary>Whether one with a body went out reliably.</summary>
    public bool HasSentBody { get; private set; }

    /// <summary>Sends 101 to 199; with a body reliably when the caller can, without one only when he insists.</summary>
    public void Send(SipReply reply)
    {
        var isOffer = _invite.Request.Body.IsEmpty;
        if (reply.HasBody ? !_isSupported : !_isRequired || isOffer) _invite.Respond(reply); // the first reliable answer to no offer must be one (§5)
        else Queue(reply);
    }

    /// <summary>Does something when nothing with a body waits for its PRACK: the 2xx must not overtake it (§3).</summary>
    public void AfterBody(Action then)
    {
        if (_open is { HasBody: true } || _waiting.Any(r => r.HasBody)) _afterBody = then;
        else then();
    }

    /// <summary>Takes a PRACK.</summary>
    /// <returns>Whether it acknowledges what is open.</returns>
    public bool Acknowledge(SipMessage prack)
    {
        if (_open is null || !IsFor(prack)) return false;
        if (_open.HasBody) IsBodyAgreed = true;
        Close();
        if (_waiting.TryDequeue(out var next)) Transmit(next);
        else Settle();
        return true;
    }

    /// <summary>A final answer was given: nothing is repeated any more.</summary>
    public void Stop()
    {
        _waiting.Clear();
        _afterBody = null;
        _loop.Cancel(_again);
        _loop.Cancel(_giveUp);
    }

    private void Queue(SipReply reply)
    {
        HasSentBody |= reply.HasBody;
        if (_open is null) Transmit(reply);
        else _waiting.Enqueue(reply);
    }

    private void Transmit(SipReply reply)
    {
        _open = reply.With(HeaderId.Require, "100rel").With(HeaderId.Rseq, ++_rseq);
        _pause = _times.T1;
        _loop.Set(_again, _pause);
        _loop.Set(_giveUp, _times.GiveUp);
        _invite.Respond(_open);
    }

    private void Again()
    {
        _invite.Respond(_open!);
        _pause *= 2; // without a cap (§3)
        _loop.Set(_again, _pause);
    }

    private void Close()
    {
        _open = null;
        _loop.Cancel(_again);
        _loop.Cancel(_giveUp);
    }

    private void Settle()
    {
        var then = _afterBody;
        _afterBody = null;
        then?.Invoke();
    }

    /// <summary>RAck names the number of the answer, and the number and method of the request it answers (§7.2).</summary>
    private bool IsFor(SipMessage prack)
    {
        var parts = SipText.Latin(SipText.Flat(prack.Header(HeaderId.Rack))).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 3 && uint.TryParse(parts[0], out var rseq) && rseq == _rseq
            && uint.TryParse(parts[1], out var cseq) && cseq == _invite.Request.Envelope.CSeq && parts[2] == SipMethod.Invite;
    }
}
