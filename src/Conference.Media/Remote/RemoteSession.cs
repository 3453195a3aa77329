using System.Threading.Channels;
using Conference.Media.Files;
using Conference.Media.Sessions;

namespace Conference.Media.Remote;

/// <summary>A leg of the media process.</summary>
internal sealed class RemoteSession : IMediaSession
{
    private const int UnreadKeys = 256;

    private static readonly LegStats s_none = new(0, 0, 0, 0, 0, 0);

    private readonly Channel<char> _digits = Channel.CreateBounded<char>(new BoundedChannelOptions(UnreadKeys) { FullMode = BoundedChannelFullMode.DropWrite });
    private volatile TaskCompletionSource _silent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<RemoteSession> _closed;
    private readonly Fresh<LegStats> _stats;
    private volatile FromEngine.Agreed? _agreed;
    private int _disposed;

    public RemoteSession(EngineLink link, long id, TimeProvider time, Action<RemoteSession> closed)
    {
        (Link, Id, _closed) = (link, id, closed);
        _stats = new Fresh<LegStats>(s_none, () => link.Ask<FromEngine.Stats>(new ToEngine.ReadStats(id))?.Counters, time);
    }

    public EngineLink Link { get; }

    public long Id { get; }

    public int Port { get; set; }

    public string Codec => _agreed?.Codec ?? "";

    public bool IsHeld => _agreed?.IsHeld ?? false;

    public ChannelReader<char> Digits => _digits.Reader;

    public Task Silent => _silent.Task;

    public LegStats Stats => _disposed != 0 ? _stats.Last : _stats.Now;

    public MediaProblem Answer(ReadOnlySpan<byte> offer, out byte[] answer)
    {
        var agreed = Agree(new ToEngine.TakeOffer(Id, offer.ToArray()));
        answer = agreed?.Sdp ?? [];
        return agreed?.Problem ?? MediaProblem.NoCommonCodec; // a leg that is gone agrees to nothing
    }

    public byte[] Offer() => Agree(new ToEngine.MakeOffer(Id, Voice: false))?.Sdp ?? [];

    public byte[] OfferVoice() => Agree(new ToEngine.MakeOffer(Id, Voice: true))?.Sdp ?? [];

    public void OfferVideo() => Link.Send(new ToEngine.OfferVideo(Id));

    public event Action? PictureWanted;

    public void AskForPicture() => Link.Send(new ToEngine.AskForPicture(Id));

    public void WantPicture() => PictureWanted?.Invoke();

    public void Withdraw() => Link.Send(new ToEngine.Withdraw(Id));

    public MediaProblem Accept(ReadOnlySpan<byte> answer) => Agree(new ToEngine.TakeAnswer(Id, answer.ToArray()))?.Problem ?? MediaProblem.NoCommonCodec;

    public bool SendKey(char key) => Link.Ask<FromEngine.Done>(new ToEngine.SendKey(Id, key)) is { Success: true };

    public void SayKey(char key) => Link.Send(new ToEngine.SayKey(Id, key));

    public void HearTones(bool always) => Link.Send(new ToEngine.HearTones(Id, always));

    public async Task<bool> PlayAsync(IReadOnlyList<Sound> sounds, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested || _disposed != 0) return false;
        var answer = Link.Asked(new ToEngine.Play(Id, [.. sounds.Select(Link.IdOf)]), out var question);
        GC.KeepAlive(sounds);
        try
        {
            return await answer.WaitAsync(cancel) is FromEngine.Done { Success: true };
        }
        catch (OperationCanceledException)
        {
            Link.Send(new ToEngine.StopPlaying(question));
            return false;
        }
    }

    public void Hold(Sound? music) => Link.Send(new ToEngine.Hold(Id, music is null ? null : Link.IdOf(music)));

    public bool IsLost => Link.Over.IsCompleted;

    public void BelieveAlive()
    {
        _silent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Link.Send(new ToEngine.BelieveAlive(Id));
        if (IsLost) FallSilent();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        Link.Send(new ToEngine.CloseSession(Id));
        Lose();
        _closed(this);
    }

    public void Press(char key) => _digits.Writer.TryWrite(key);

    /// <summary>A fax has taken the place of its voice.</summary>
    public void Fax() => _agreed = new FromEngine.Agreed(MediaProblem.None, [], "T.38", false);

    public void FallSilent() => _silent.TrySetResult();

    /// <summary>Nothing comes any more.</summary>
    public void Lose()
    {
        _digits.Writer.TryComplete();
        FallSilent();
    }

    private FromEngine.Agreed? Agree(ToEngine message)
    {
        if (Link.Ask<FromEngine.Agreed>(message) is not { } agreed) return null;
        if (agreed.Problem == MediaProblem.None) _agreed = agreed;
        return agreed;
    }
}
