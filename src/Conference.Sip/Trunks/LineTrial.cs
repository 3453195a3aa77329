using System.Collections.Immutable;
using Conference.Sip.Loop;
using Conference.Sip.Messages;
using Conference.Sip.Requests;
using Conference.Sip.Transactions;
using Conference.Sip.Transport;

namespace Conference.Sip.Trunks;

/// <summary>Tries a line step by step, so that whoever typed its settings learns which of them is wrong.</summary>
internal sealed class LineTrial
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3.6);
    private static readonly TimeSpan Briefly = TimeSpan.FromSeconds(60);

    private readonly Sending _sending;
    private readonly TrunkLine _line;
    private readonly LineRequests _requests;
    private readonly bool _isInUse;
    private readonly TimeSpan _expires;
    private readonly Action<ImmutableArray<TrialOutcome>> _told;
    private readonly SipTimer _limit;
    private readonly List<TrialOutcome> _outcomes = [];
    private TrialStep _step = TrialStep.Locate;
    private bool _isOver;

    /// <param name="services">What it stands on.</param>
    /// <param name="line">What is tried.</param>
    /// <param name="running">The line of this account that is in use, or <see langword="null"/>: its binding is refreshed, for as long as it wants, and neither shortened nor pushed out.</param>
    /// <param name="told">Called once on the loop.</param>
    public LineTrial(LineServices services, TrunkLine line, Line? running, Action<ImmutableArray<TrialOutcome>> told)
    {
        (_sending, _line, _told, _isInUse) = (services.Sending, line, told, running is not null);
        _expires = running?.Expires ?? Briefly;
        _requests = new LineRequests(line, services.Me, running?.Token ?? SipTokens.Tag());
        _limit = new SipTimer(() => Fail("It took longer than ten seconds."));
    }

    public void Begin()
    {
        _sending.Loop.Set(_limit, Longest);
        TrunkServers.Locate(_line, _sending.Roads.Locator, OnLocated);
    }

    private void OnLocated(ImmutableArray<Hop> hops)
    {
        if (hops.IsEmpty) Fail($"No address was found for {(_line.Servers.IsEmpty ? _line.Domain : string.Join(", ", _line.Servers))}.");
        else
        {
            Pass(TrialStep.Connect, string.Join(", ", hops.Select(LineWords.At)));
            Connect(hops);
        }
    }

    private void Connect(ImmutableArray<Hop> hops) => _sending.Roads.Flows.Open(hops[0], (flow, why) =>
    {
        if (_isOver) return;
        if (flow is null && hops.Length > 1) Connect(hops.RemoveAt(0));
        else if (flow is null) Fail($"{LineWords.At(hops[0])}: {why}");
        else
        {
            Pass(TrialStep.Answer, hops[0].Transport == "UDP" ? "UDP knows no connections." : $"Connected to {LineWords.At(hops[0])}.");
            Ask(hops, flow);
        }
    });

    private void Ask(ImmutableArray<Hop> hops, Flow flow) => _sending.Layer.Prepare(_requests.Options(flow), flow, answer =>
    {
        if (_isOver || answer is { Status: < 200 }) return;
        if (answer is null && hops.Length > 1) Connect(hops.RemoveAt(0), isAgain: true);
        else if (answer is null) Fail($"{LineWords.At(hops[0])} does not answer. Is it the right address, port and transport, and does its firewall let us in?");
        else OnAnswered(hops[0], flow, answer);
    }, Patience).Start();

    private void Connect(ImmutableArray<Hop> hops, bool isAgain)
    {
        if (isAgain) Unpass(TrialStep.Connect);
        Connect(hops);
    }

    private void OnAnswered(Hop hop, Flow flow, SipMessage answer)
    {
        if (answer.Status is 408 or 503)
        {
            Fail($"{LineWords.At(hop)} answers {LineWords.Status(answer)}: it takes no calls now.", answer.Status);
            return;
        }

        Pass(TrialStep.Register, $"{LineWords.At(hop)} answers {LineWords.Status(answer)}.", answer.Status);
        if (_line.Registers) Register(flow);
        else End();
    }

    private void Register(Flow flow)
    {
        Errand errand = null!;
        errand = new Errand(_sending, Way.By(flow), (to, credentials) => _requests.Register(to, _expires, credentials), Line.KeysOf(_line), answer => OnRegistered(errand, flow, answer));
        errand.Start();
    }

    private void OnRegistered(Errand errand, Flow flow, SipMessage? answer)
    {
        if (_isOver || answer is { Status: < 200 }) return;
        if (answer is null) Fail("The server answers OPTIONS but not REGISTER.");
        else if (answer.Status == 423) Finish("The server is willing, for longer than a minute at a time.", 200);
        else if (answer.Status >= 300) Fail(LineWords.Refused(answer), answer.Status);
        else
        {
            Finish($"Registered as {_line.User} at {_line.Domain}.", answer.Status);
            if (!_isInUse) Leave(flow);
        }
    }

    /// <summary>Takes back what was only tried; nobody waits for the answer.</summary>
    private void Leave(Flow flow) =>
        new Errand(_sending, Way.By(flow), (to, credentials) => _requests.Register(to, TimeSpan.Zero, credentials), Line.KeysOf(_line), _ => { }).Start();

    private void Pass(TrialStep next, string detail, int status = 0)
    {
        _outcomes.Add(new TrialOutcome(_step, true, detail, status));
        _step = next;
    }

    /// <summary>The next server begins where this one did.</summary>
    private void Unpass(TrialStep step)
    {
        _outcomes.RemoveAll(o => o.Step >= step);
        _step = step;
    }

    private void Finish(string detail, int status)
    {
        _outcomes.Add(new TrialOutcome(_step, true, detail, status));
        End();
    }

    private void Fail(string detail, int status = 0)
    {
        if (_isOver) return;
        _outcomes.Add(new TrialOutcome(_step, false, detail, status));
        End();
    }

    private void End()
    {
        _isOver = true;
        _sending.Loop.Cancel(_limit);
        _told([.. _outcomes]);
    }
}
