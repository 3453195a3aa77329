using System.Text;
using System.Threading.Channels;
using Conference.Media.Files;
using Conference.Media.Sessions;
using Conference.Sip.Calls;

namespace Conference.Core.Calls;

/// <summary>The keys of one caller, from RTP events, from tones in the voice and from INFO alike, each once.</summary>
/// <remarks>What INFO says besides, a wish for a picture, goes to the session. Of events and tones the media session tells a key once; of what it tells and INFO this is the owner.</remarks>
internal sealed class Keypad
{
    private static readonly TimeSpan FirstKey = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BetweenKeys = TimeSpan.FromSeconds(5);

    /// <summary>A phone that sends both ways sends them this close together.</summary>
    private static readonly TimeSpan Echo = TimeSpan.FromMilliseconds(150);

    private readonly Channel<char> _keys = Channel.CreateBounded<char>(new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly IMediaSession _session;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private (char Key, bool ByInfo, long ToldAt, TimeSpan HeldFor) _last;
    private bool _poundMayFollow;

    public Keypad(IMediaSession session, ISipCall call, TimeProvider time)
    {
        (_session, _time) = (session, time);
        _ = PumpEventsAsync(session.Digits);
        _ = PumpInfosAsync(call.Infos);
    }

    /// <summary>Plays a prompt and collects digits; the first key stops the prompt and counts.</summary>
    /// <param name="longest">The number is complete with so many digits; otherwise <c>#</c> or five seconds of rest complete it.</param>
    /// <returns>The digits, possibly none.</returns>
    public async Task<string> AskAsync(IReadOnlyList<Sound> prompt, int longest, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var playing = _session.PlayAsync(prompt, stop.Token);
        var waiting = _keys.Reader.WaitToReadAsync(cancel).AsTask();
        await Task.WhenAny(playing, waiting);
        if (!playing.IsCompleted) await stop.CancelAsync();
        return await CollectAsync(longest, cancel);
    }

    /// <summary>Leaves aside what was pressed so far.</summary>
    public void Forget()
    {
        while (_keys.Reader.TryRead(out _)) _poundMayFollow = false;
    }

    /// <summary>The next key, whoever it is meant for.</summary>
    public ValueTask<char> NextAsync(CancellationToken cancel) => _keys.Reader.ReadAsync(cancel);

    private async Task<string> CollectAsync(int longest, CancellationToken cancel)
    {
        var typed = new StringBuilder();
        while (typed.Length < longest && await NextWithinAsync(typed.Length == 0 ? FirstKey : BetweenKeys, cancel) is { } key)
        {
            var isEcho = key == '#' && typed.Length == 0 && _poundMayFollow;
            _poundMayFollow = false;
            if (isEcho) continue; // it ended a number that was complete already
            if (key == '#') return typed.ToString();
            typed.Append(key);
        }

        _poundMayFollow = typed.Length == longest;
        return typed.ToString();
    }

    private async Task<char?> NextWithinAsync(TimeSpan patience, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            return await _keys.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task PumpEventsAsync(ChannelReader<char> digits)
    {
        await foreach (var key in digits.ReadAllAsync())
        {
            Take(key, byInfo: false, TimeSpan.Zero);
        }
    }

    private async Task PumpInfosAsync(ChannelReader<SipBody> infos)
    {
        await foreach (var info in infos.ReadAllAsync())
        {
            if (PictureControl.IsRequest(info)) _session.AskForPicture();
            foreach (var key in InfoDigit.Read(info)) Take(key, byInfo: true, InfoDigit.HeldFor(info));
        }
    }

    /// <summary>The same key by the other way within a moment is the same press. The two ways arrive on two threads, hence the lock.</summary>
    /// <param name="heldFor">How long it had been held when we heard of it: some phones tell when it is let go.</param>
    private void Take(char key, bool byInfo, TimeSpan heldFor)
    {
        lock (_gate)
        {
            var isEcho = _last.Key == key && _last.ByInfo != byInfo && IsSamePress(heldFor);
            _last = isEcho ? default : (key, byInfo, _time.GetTimestamp(), heldFor);
            if (!isEcho) _keys.Writer.TryWrite(key);
        }
    }

    /// <summary>Told at the same time, or pressed at the same time.</summary>
    private bool IsSamePress(TimeSpan heldFor)
    {
        var since = _time.GetElapsedTime(_last.ToldAt);
        return since < Echo || (since + _last.HeldFor - heldFor).Duration() < Echo;
    }
}
