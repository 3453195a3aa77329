using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Conference.Sip.Calls;
using Conference.Sip.Dialogs;

namespace Conference.Core.Tests.Testing;

/// <summary>A phone to script: the INVITE, the call it becomes, and what it was told.</summary>
public sealed class FakeCall(string dialled, string from, bool asGuest) : IIncomingCall, ISipCall
{
    private readonly Channel<SipBody> _infos = Channel.CreateUnbounded<SipBody>();
    private readonly CancellationTokenSource _ended = new();
    private readonly TaskCompletionSource<CallEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string CallId { get; } = Guid.NewGuid().ToString("N");

    public DialogId Id => new(CallId, "ours", "theirs");

    public SipPeer? Peer { get; init; }

    public string? CalledDevice { get; init; }

    public CallerIdentity? Asserted { get; init; }

    public DialogId? Replaces { get; init; }

    public bool ReplacesEarlyOnly { get; init; }

    public int MaxForwards { get; init; } = 70;

    public Dictionary<string, string> Headers { get; init; } = [];

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>Provisional answers, in order: 180, or 183 with a body.</summary>
    public ConcurrentQueue<int> Told { get; } = [];

    /// <summary>Keys that were sent to it by INFO.</summary>
    public ConcurrentQueue<string> Keys { get; } = [];

    public Func<IReferral, Task>? OnRefer { get; set; }

    public SipAccount? Account => asGuest || Peer is not null ? null : new SipAccount(from, "200", from, []);

    public string Dialled => dialled;

    public string FromUser => from;

    public string FromDisplayName { get; init; } = "";

    public IPEndPoint Source { get; init; } = new(IPAddress.Loopback, 5062);

    public string Transport { get; init; } = "UDP";

    public string? UserAgent => null;

    public SipBody? Body { get; init; } = new("application/sdp", "v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 4000 RTP/AVP 8 0 101\r\n"u8.ToArray());

    /// <summary>Whether the caller gives up in the very moment of the answer.</summary>
    public bool IsGone { get; init; }

    public int? Rejected { get; private set; }

    public CallEnd? HungUpWith { get; private set; }

    public SipBody? Answered { get; private set; }

    public Task Served { get; private set; } = Task.CompletedTask;

    public CancellationToken Ended => _ended.Token;

    public Task<CallEnd> End => _end.Task;

    public Task<SipBody?> Acknowledged { get; init; } = Task.FromResult<SipBody?>(null);

    public ChannelReader<SipBody> Infos => _infos.Reader;

    public Func<SipBody?, SipBody?>? OnOffer { get; set; }

    public Func<SipBody, Task<OfferResult>?>? OnRelayedOffer { get; set; }

    public Action<SipBody>? OnLateAnswer { get; set; }

    /// <summary>What it says to a change of ours.</summary>
    public Func<SipBody, Task<OfferResult>> OnChange { get; set; } = _ => Task.FromResult(new OfferResult(488, null));

    /// <summary>Every change of ours that it was offered.</summary>
    public ConcurrentQueue<string> Changes { get; } = [];

    public Task<OfferResult> OfferAsync(SipBody offer, CancellationToken cancel)
    {
        Changes.Enqueue(System.Text.Encoding.UTF8.GetString(offer.Bytes.Span));
        return OnChange(offer);
    }

    /// <summary>Offers a change, as a re-INVITE does.</summary>
    /// <returns>200 with the answer, or the refusal.</returns>
    public async Task<OfferResult> Offers(string body)
    {
        var offer = new SipBody("application/sdp", System.Text.Encoding.UTF8.GetBytes(body));
        if (OnRelayedOffer?.Invoke(offer) is { } relayed) return await relayed;
        return OnOffer!(offer) is { } answer ? new OfferResult(200, answer) : new OfferResult(488, null);
    }

    public void Serve(ISipHouse desk) => Served = Task.Run(() => desk.TakeCallAsync(this, _ended.Token));

    public void HangUp() => Finish(new CallEnd(200, "bye", ByPeer: true));

    public void Info(string type, string body) => _infos.Writer.TryWrite(new SipBody(type, System.Text.Encoding.ASCII.GetBytes(body)));

    public ValueTask RingAsync() => ProgressAsync(180, null);

    public ValueTask ProgressAsync(int status, SipBody? body)
    {
        Told.Enqueue(status);
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether the phone answers when it is asked.</summary>
    public bool IsThere { get; set; }

    public int TimesAsked { get; private set; }

    public Task<bool> IsThereAsync(CancellationToken cancel)
    {
        TimesAsked++;
        return Task.FromResult(IsThere);
    }

    public Task<int> SendInfoAsync(SipBody body, CancellationToken cancel)
    {
        Keys.Enqueue(System.Text.Encoding.ASCII.GetString(body.Bytes.Span));
        return Task.FromResult(200);
    }

    /// <summary>Puts the call on hold or takes it back, as a re-INVITE does.</summary>
    public SipBody? Reoffer() => OnOffer!(Body);

    /// <summary>How long its answer takes to go out.</summary>
    public Task Answering { get; init; } = Task.CompletedTask;

    public async ValueTask<ISipCall> AnswerAsync(SipBody body)
    {
        await Answering;
        if (IsGone) throw new OperationCanceledException("cancelled while it was answered");
        Answered = body;
        return this;
    }

    public ValueTask RejectAsync(int status, string? reason = null)
    {
        Rejected = status;
        return ValueTask.CompletedTask;
    }

    public Task HangUpAsync(CallEnd why)
    {
        HungUpWith ??= why;
        Finish(why);
        return Task.CompletedTask;
    }

    private void Finish(CallEnd why)
    {
        _end.TrySetResult(why);
        _ended.Cancel();
        _infos.Writer.TryComplete();
    }
}
