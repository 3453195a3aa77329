using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Conference.Core.Calls;
using Conference.Core.Routing;
using Conference.Media.Files;
using Conference.Media.Mixing;
using Conference.Media.Sessions;
using Conference.Sip.Calls;

namespace Conference.Core.Exchange;

/// <summary>Two people in conversation: a hidden room on the mixer with two seats. Each leg keeps its own dialog and its own codec.</summary>
internal sealed class Bridge
{
    private readonly Lock _gate = new(); // both legs come and go, each on its own
    private readonly TaskCompletionSource<CallEnd> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IMixRoom _mix;
    private readonly Sound _music;
    private readonly LegBook _book;
    private readonly TimeProvider _time;
    private readonly Fax _fax;
    private ImmutableArray<CallLeg> _legs = [];
    private int _expected = 2;

    public Bridge(IMediaEngine media, IMixRoom mix, Sound music, CallRecord record, LegBook book, TimeProvider time)
    {
        (_mix, _music, Record, _book, _time) = (mix, music, record, book, time);
        _fax = new Fax(media, PartnerOf, () => Volatile.Read(ref _expected) > 0, () => End(new CallEnd(408, "No fax")));
    }

    public CallRecord Record { get; }

    /// <summary>Who is in it besides; <see langword="null"/> while nobody is.</summary>
    public CallLeg? PartnerOf(CallLeg leg)
    {
        lock (_gate) return _legs.FirstOrDefault(l => l != leg);
    }

    /// <summary>Ends it: whoever is in it is hung up.</summary>
    public void End(CallEnd why)
    {
        if (_over.TrySetResult(why)) Record.End(why.Status, why.Text);
        CloseWhenEmpty();
    }

    /// <summary>A leg is in conversation, until either side ends it or somebody moves it.</summary>
    public async Task<CallEnd> StayAsync(CallLeg leg, CancellationToken stop)
    {
        Enter(leg);
        using var inside = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            var keys = PassKeysAsync(leg, inside.Token);
            var first = await Task.WhenAny(_over.Task, SilenceWatch.GoneAsync(leg.Call, leg.Media, _time), Stopped(inside.Token));
            await inside.CancelAsync();
            await keys;
            if (first == _over.Task) return await _over.Task;
            if (stop.IsCancellationRequested) return await PartAsync(leg);
            var why = new CallEnd(408, "No audio");
            End(why);
            return why;
        }
        finally
        {
            Leave(leg);
        }
    }

    /// <summary>The leg hung up, and so does the other; or it was moved, and whoever moved it knows what becomes of the other.</summary>
    private async Task<CallEnd> PartAsync(CallLeg leg)
    {
        if (!leg.Call.Ended.IsCancellationRequested) return new CallEnd(200, "Moved");
        var why = await leg.Call.End;
        End(why with { ByPeer = false });
        return why;
    }

    private void Enter(CallLeg leg)
    {
        leg.Changed += Seat;
        leg.Relay = offer => _fax.Take(leg, offer);
        lock (_gate)
        {
            _legs = [.. _legs.Where(l => l != leg), leg];
            _expected = Math.Max(_expected - 1, 0);
        }

        _book.Sits(leg, this);
        Seat();
    }

    private void Leave(CallLeg leg)
    {
        leg.Changed -= Seat;
        leg.Relay = null;
        _fax.Leave(_over.Task.IsCompleted);
        if (_book.BridgeOf(leg) == this) _book.Sits(leg, null);
        lock (_gate) _legs = _legs.Remove(leg);
        Seat();
        CloseWhenEmpty();
    }

    /// <summary>Seats whoever is there; a partner on hold leaves music to the other.</summary>
    private void Seat()
    {
        ImmutableArray<CallLeg> legs;
        lock (_gate)
        {
            legs = _legs;
            _mix.Use(new MixPlan([.. legs.Select(l => new Seat(
                l.Seat, l.Media, Speaks: true, Hears: true, legs.Any(other => other != l && other.Media.IsHeld) ? _music : null))])); // in order: an older plan after a newer one would unseat who came last
        }

        foreach (var leg in legs) Record.Tell(leg);
    }

    private void CloseWhenEmpty()
    {
        lock (_gate)
        {
            if (!_legs.IsEmpty || (_expected > 0 && !_over.Task.IsCompleted)) return;
        }

        if (_over.TrySetResult(new CallEnd(200, "Hung up"))) Record.End(200, "Moved");
        _mix.Dispose();
    }

    private async Task PassKeysAsync(CallLeg from, CancellationToken stop)
    {
        try
        {
            while (await from.Keypad.NextAsync(stop) is var key)
                if (PartnerOf(from) is { } partner) await SendKeyAsync(partner, key, stop);
        }
        catch (Exception e) when (e is OperationCanceledException or System.Threading.Channels.ChannelClosedException)
        {
            // the conversation, or the leg, is over
        }
    }

    /// <summary>By events where the peer takes them; by INFO where it does not, or its account or trunk wants it so; as tones where that was agreed.</summary>
    private static async Task SendKeyAsync(CallLeg to, char key, CancellationToken stop)
    {
        if (to.Party.Voice.Keys == KeyMode.InBand)
        {
            to.Media.SayKey(key);
            return;
        }

        if (to.Party.Keys != KeyMode.Info && to.Media.SendKey(key)) return;
        var body = string.Create(CultureInfo.InvariantCulture, $"Signal={key}\r\nDuration=160\r\n");
        await to.Call.SendInfoAsync(new SipBody("application/dtmf-relay", Encoding.ASCII.GetBytes(body)), stop);
    }

    private static Task Stopped(CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        stop.Register(() => stopped.TrySetResult());
        return stopped.Task;
    }
}
