using Conference.Sip.Calls;

namespace Conference.Sip.Tests.House;

/// <summary>The house placing a call: what it asked for, what it was told and how it went.</summary>
internal sealed class Dialler(Stage stage)
{
    private Task<CallResult>? _result;

    public CancellationTokenSource Cancel { get; } = new();

    public List<CallProgress> Progress { get; } = [];

    /// <summary>The audio of every attempt, in order.</summary>
    public List<FakeCallMedia> Media { get; } = [];

    public Action<FakeCallMedia> OnMedia { get; set; } = _ => { };

    public bool IsDone => _result!.IsCompleted;

    /// <summary>How it went. The loop turns until that is known: giving up may reach it from another thread a moment later.</summary>
    public CallResult Result
    {
        get
        {
            stage.TurnUntil(_result!);
            return _result!.Now();
        }
    }

    public static CallTarget Account(string name) => new(name) { Account = name };

    public static CallTarget Uri(string uri) => new(uri) { Uri = uri };

    public static CallTarget Trunk(string name, string uri) => new(name) { Trunk = name, Uri = uri };

    public Dialler Call(params CallTarget[] targets) => Call(c => c, targets);

    public Dialler Call(Func<OutgoingCall, OutgoingCall> change, params CallTarget[] targets)
    {
        var call = change(new OutgoingCall
        {
            From = new CallerIdentity("6001", "Monday \"round\""),
            Targets = [.. targets],
            OpenMedia = Open,
            OnProgress = progress =>
            {
                Progress.Add(progress);
                return ValueTask.CompletedTask;
            },
        });
        _result = stage.Agent.Calls.CallAsync(call, Cancel.Token);
        stage.Turn();
        return this;
    }

    public void GiveUp()
    {
        Cancel.Cancel();
        stage.Turn();
    }

    /// <summary>The call as it was answered.</summary>
    public ISipCall Up()
    {
        Assert.Equal(200, Result.Status);
        return Result.Call!;
    }

    private FakeCallMedia Open(CallTarget target, System.Net.IPAddress peer)
    {
        var media = new FakeCallMedia(target.Label);
        Media.Add(media);
        OnMedia(media);
        return media;
    }
}
