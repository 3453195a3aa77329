using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Threading.Channels;
using Conference.Media.Files;
using Conference.Media.Mixing;
using Conference.Media.Sessions;

namespace Conference.Core.Tests.Testing;

/// <summary>An engine without sound that remembers who was told what.</summary>
public sealed class FakeMedia : IMediaEngine
{
    public ConcurrentBag<FakeMix> Rooms { get; } = [];

    public bool HasPorts { get; set; } = true;

    /// <summary>See <see cref="FakeMix.WhileUsing"/>; for rooms opened from now on.</summary>
    public Action<MixPlan>? WhileUsing { get; set; }

    /// <summary>Something else happens just before a leg is opened.</summary>
    public Action? WhileOpening { get; set; }

    public FakeSession? Last { get; private set; }

    /// <summary>Every leg opened, in order.</summary>
    public ConcurrentQueue<FakeSession> Sessions { get; } = [];

    public MediaHealth Health => new(true, 0, 0, 0, 0, TimeSpan.Zero, false);

    public ImmutableArray<string> Codecs { get; set; } = ["opus", "PCMA", "PCMU"];

    public IMediaSession? OpenSession(IPAddress signallingPeer, SessionTerms terms)
    {
        WhileOpening?.Invoke();
        if (!HasPorts) return null;
        Sessions.Enqueue(Last = new FakeSession { Codecs = terms.Codecs, IsWeb = terms.IsWeb, Terms = terms });
        return Last;
    }

    public IMixRoom OpenRoom()
    {
        var mix = new FakeMix { WhileUsing = WhileUsing };
        Rooms.Add(mix);
        return mix;
    }

    /// <summary>Every fax that was begun, in order.</summary>
    public ConcurrentQueue<FakeFax> Faxes { get; } = [];

    public IFaxRelay? OpenFax(IMediaSession from, IMediaSession to)
    {
        if (!HasPorts) return null;
        var fax = new FakeFax();
        Faxes.Enqueue(fax);
        return fax;
    }

    public void Dispose() { }
}

/// <summary>A fax whose datagrams nobody sees.</summary>
public sealed class FakeFax : IFaxRelay
{
    private readonly TaskCompletionSource _silent = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsOpen { get; private set; } = true;

    public Task Silent => _silent.Task;

    public void FallSilent() => _silent.TrySetResult();

    public MediaProblem Offer(ReadOnlySpan<byte> offer, out byte[] mirrored)
    {
        mirrored = [.. "fax?"u8];
        return MediaProblem.None;
    }

    public MediaProblem Accept(ReadOnlySpan<byte> answer, out byte[] mirrored)
    {
        mirrored = [.. "fax!"u8];
        return answer.IndexOf("image"u8) >= 0 ? MediaProblem.None : MediaProblem.NoCommonCodec;
    }

    public void Dispose()
    {
        IsOpen = false;
        FallSilent();
    }
}

public sealed class FakeSession : IMediaSession
{
    private volatile TaskCompletionSource _silent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<char> _digits = Channel.CreateUnbounded<char>();

    /// <summary>The prompts played, in order.</summary>
    public ConcurrentQueue<string> Heard { get; } = [];

    /// <summary>Prompts named here do not end by themselves.</summary>
    public HashSet<string> Endless { get; } = [];

    public MediaProblem Verdict { get; set; }

    public ImmutableArray<string> Codecs { get; init; } = [];

    public void SayKey(char key) => Heard.Enqueue($"key {key}");

    /// <summary>What it may agree to.</summary>
    public SessionTerms Terms { get; init; } = SessionTerms.House;

    /// <summary>Whether it was opened for a browser.</summary>
    public bool IsWeb { get; init; }

    public bool IsHeld { get; set; }

    public bool IsClosed { get; private set; }

    public bool TakesEvents { get; set; } = true;

    public string Sent { get; private set; } = "";

    /// <summary>What it hears while it is in no room.</summary>
    public string? Holding { get; private set; }

    public bool SendKey(char key)
    {
        if (TakesEvents) Sent += key;
        return TakesEvents;
    }

    public int Port => 4000;

    public string Codec => "PCMU";

    public ChannelReader<char> Digits => _digits.Reader;

    public Task Silent => _silent.Task;

    public LegStats Stats => new(0, 0, 0, 0, 0, 0);

    public void Press(string keys)
    {
        foreach (var key in keys) _digits.Writer.TryWrite(key);
    }

    public void BelieveAlive() => _silent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void FallSilent() => _silent.TrySetResult();

    public MediaProblem Answer(ReadOnlySpan<byte> offer, out byte[] answer)
    {
        answer = Verdict == MediaProblem.None ? [.. "answer"u8] : [];
        return Verdict;
    }

    public byte[] Offer() => [.. "offer"u8];

    public byte[] OfferVoice() => [.. "voice?"u8];

    /// <summary>Whether its offer asks for pictures.</summary>
    public bool HasVideo { get; private set; }

    /// <summary>How often whoever it watches was to be asked for a picture.</summary>
    public int AsksForPicture { get; private set; }

    public void OfferVideo() => HasVideo = true;

    public event Action? PictureWanted;

    public void AskForPicture() => AsksForPicture++;

    public void WantPicture() => PictureWanted?.Invoke();

    /// <summary>How many of our offers were refused.</summary>
    public int Withdrawn { get; private set; }

    public void Withdraw() => Withdrawn++;

    public MediaProblem Accept(ReadOnlySpan<byte> answer) => Verdict;

    public async Task<bool> PlayAsync(IReadOnlyList<Sound> sounds, CancellationToken cancel)
    {
        foreach (var sound in sounds)
        {
            Heard.Enqueue(sound.Key);
            if (Endless.Contains(sound.Key)) await Task.Delay(Timeout.Infinite, cancel).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        return !cancel.IsCancellationRequested;
    }

    public void Hold(Sound? music) => Holding = music?.Key;

    public void Dispose()
    {
        IsClosed = true;
        _silent.TrySetResult();
        _digits.Writer.TryComplete();
    }
}

public sealed class FakeMix : IMixRoom
{
    private readonly Channel<TalkChange> _talk = Channel.CreateUnbounded<TalkChange>();

    public MixPlan Now { get; private set; } = MixPlan.Empty;

    public ConcurrentQueue<string> Played { get; } = [];

    public FakeTape? Tape { get; private set; }

    public bool DiskRefuses { get; set; }

    public bool IsOpen { get; private set; } = true;

    public ChannelReader<TalkChange> Talk => _talk.Reader;

    public ImmutableArray<SeatLevel> Levels => [.. Now.Seats.Select(s => new SeatLevel(s.Id, -20))];

    /// <summary>What the mixer would let that seat hear: everybody else who speaks.</summary>
    public IEnumerable<Guid> HeardBy(Guid seat) => Now.Seats.Single(s => s.Id == seat).Hears
        ? Now.Seats.Where(s => s.Id != seat && s.Speaks).Select(s => s.Id)
        : [];

    public void Speech(Guid seat, bool talking) => _talk.Writer.TryWrite(new TalkChange(seat, talking));

    public bool IsBroken { get; set; }

    public void Use(MixPlan plan)
    {
        WhileUsing?.Invoke(plan);
        Now = IsBroken ? throw new InvalidOperationException("broken") : plan;
    }

    /// <summary>Something else happens just before a plan takes effect.</summary>
    public Action<MixPlan>? WhileUsing { get; set; }

    public void Play(Sound sound) => Played.Enqueue(sound.Key);

    public IRecordingTape Record(string path)
    {
        if (DiskRefuses) throw new IOException("No space left on device");
        return Tape = new FakeTape(path);
    }

    public void Dispose()
    {
        IsOpen = false;
        _talk.Writer.TryComplete();
    }
}

public sealed class FakeTape(string path) : IRecordingTape
{
    public string Path => path;

    public bool IsStopped { get; private set; }

    public TimeSpan Length => TimeSpan.FromSeconds(42);

    public bool IsInTrouble { get; set; }

    public bool IsPaused { get; private set; }

    public void Pause() => IsPaused = true;

    public void Resume() => IsPaused = false;

    public Task<TimeSpan> StopAsync()
    {
        IsStopped = true;
        return Task.FromResult(Length);
    }
}
