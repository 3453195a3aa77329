using System.Text;
using Conference.Sip.Calls;
using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Subscriptions;
using Conference.Sip.Transport;

namespace Conference.Sip.Tests.House;

/// <summary>The whole protocol floor without sockets and threads: the test turns the loop and moves the clock.</summary>
internal sealed class Stage : ISipHouse
{
    public Stage(Func<SipStackOptions, SipStackOptions>? change = null, ISipState? state = null, bool isOwnTrunks = false)
    {
        var options = new SipStackOptions { Listen = [SipListen.Parse("udp://192.0.2.1:5060", out _)!], Realm = TestHouse.Realm, Near = new OwnNetworks([]) };
        Loop = new SipLoop(Time, House.OnTrouble);
        Agent = new UserAgent(change is null ? options : change(options), House, House, Loop, work => work(), this, new Roads(Net, Net, new DeadServers()), isOwnTrunks ? null : Trunks, state);
    }

    public FakeTime Time { get; } = new();

    public TestHouse House { get; } = new();

    /// <summary>Where requests of ours lead.</summary>
    public FakeNet Net { get; } = new();

    public SipLoop Loop { get; }

    /// <summary>Whether something of the house fails on purpose.</summary>
    public bool ExpectsTrouble { get; set; }

    public FakeTrunks Trunks { get; } = new();

    public UserAgent Agent { get; }

    /// <summary>Calls that reached the house, with the token that says the caller gave up.</summary>
    public List<(IIncomingCall Call, CancellationToken Abandoned)> Calls { get; } = [];

    /// <summary>What the house does with a call; unless set it lets it ring in silence.</summary>
    public Func<IIncomingCall, CancellationToken, Task> Handler { get; set; } = (_, _) => new TaskCompletionSource().Task;

    public void Receive(string message, Flow flow) => Receive(Encoding.Latin1.GetBytes(message), flow);

    public void Receive(byte[] message, Flow flow)
    {
        if (SipMessage.Read(message, flow.IsReliable) is { } read && Agent.Admits(read, flow)) Loop.Post(() => Agent.Receive(read, flow));
        Turn();
    }

    /// <summary>Waits for something the house does, turning the loop meanwhile.</summary>
    public T Finish<T>(ValueTask<T> task)
    {
        Finish(task.AsTask());
        return task.Result;
    }

    public void Finish(ValueTask task) => Finish(task.AsTask());

    /// <summary>Lets time pass; every timer fires at its moment.</summary>
    public void Pass(TimeSpan time)
    {
        var step = TimeSpan.FromMilliseconds(10);
        for (var passed = TimeSpan.Zero; passed < time; passed += step)
        {
            Time.Advance(step);
            Turn();
        }
    }

    /// <summary>Turns until there is nothing to do.</summary>
    public void Turn()
    {
        while (Loop.Turn())
        {
        }

        if (!ExpectsTrouble) Assert.Empty(House.Troubles);
    }

    /// <summary>Turns until something is done, or for five seconds.</summary>
    public void TurnUntil(Task task)
    {
        for (var i = 0; i < 500 && !task.Wait(i == 0 ? 0 : 10); i++) Turn();
    }

    private void Finish(Task task)
    {
        Turn();
        Assert.True(task.Wait(TimeSpan.FromSeconds(5)), "The loop did not finish what was asked of it.");
    }

    /// <summary>Messages that came outside and inside calls.</summary>
    public List<IncomingMessage> Messages { get; } = [];

    /// <summary>What the house says to a message.</summary>
    public int MessageStatus { get; set; } = 200;

    /// <summary>What the house does with a REFER outside a call.</summary>
    public Func<IReferral, Task> OnReferral { get; set; } = referral => referral.RefuseAsync(403).AsTask();

    Task<int> ISipHouse.TakeMessageAsync(IncomingMessage message)
    {
        Messages.Add(message);
        return Task.FromResult(MessageStatus);
    }

    Task ISipHouse.TakeReferralAsync(IReferral referral) => OnReferral(referral);

    Task ISipHouse.TakeCallAsync(IIncomingCall call, CancellationToken abandoned)
    {
        Calls.Add((call, abandoned));
        return Handler(call, abandoned);
    }
}
