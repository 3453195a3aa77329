using Conference.Sip.Loop;
using Conference.Sip.Transactions;

namespace Conference.Sip.Dialogs;

/// <summary>Repeats a 2xx to INVITE until its ACK comes, on every transport, and gives up after 64*T1 (RFC 3261 §13.3.1.4).</summary>
internal sealed class AnswerRepeater
{
    private const long Hush = 100; // ms between two answers to a caller who repeats himself

    private readonly SipLoop _loop;
    private readonly TransactionTimes _times;
    private readonly Action _send;
    private readonly SipTimer _again;
    private readonly SipTimer _giveUp;
    private TimeSpan _pause;
    private long _lastSent;

    public AnswerRepeater(SipLoop loop, TransactionTimes times, uint cseq, Action send, Action giveUp)
    {
        (_loop, _times, CSeq, _send) = (loop, times, cseq, send);
        _again = new SipTimer(Again);
        _giveUp = new SipTimer(() =>
        {
            Stop();
            giveUp();
        });
        _pause = times.T1;
        _lastSent = loop.Now;
        loop.Set(_again, _pause);
        loop.Set(_giveUp, times.GiveUp);
    }

    /// <summary>The INVITE that the ACK must name.</summary>
    public uint CSeq { get; }

    /// <summary>Whether the ACK is still awaited.</summary>
    public bool IsWaiting => _giveUp.IsSet;

    public void Stop()
    {
        _loop.Cancel(_again);
        _loop.Cancel(_giveUp);
    }

    /// <summary>The INVITE came again: answer at once, but not more often than every 100 ms.</summary>
    public void OnRepeat()
    {
        if (IsWaiting && _loop.Now - _lastSent >= Hush) Send();
    }

    private void Again()
    {
        Send();
        _pause = _times.Doubled(_pause);
        _loop.Set(_again, _pause);
    }

    private void Send()
    {
        _lastSent = _loop.Now;
        _send();
    }
}
