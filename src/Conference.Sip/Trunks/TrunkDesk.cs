using System.Collections.Immutable;
using System.Net;
using Conference.Sip.Transport;

namespace Conference.Sip.Trunks;

/// <summary>All lines in use. Lives on the SIP loop; its doors may be used from anywhere.</summary>
internal sealed class TrunkDesk : ISipTrunks, ITrunkLookup
{
    private readonly LineServices _services;
    private readonly Dictionary<string, Line> _lines = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<Line> _leaving = [];
    private ImmutableArray<TrunkState> _states = []; // replaced, never edited
    private TaskCompletionSource? _closed;

    public TrunkDesk(LineServices services)
    {
        _services = services with
        {
            Tell = state =>
            {
                Show();
                services.Tell(state);
            },
        };
    }

    /// <inheritdoc/>
    public ImmutableArray<TrunkState> States
    {
        get => ImmutableInterlocked.InterlockedCompareExchange(ref _states, default, default);
        private set => ImmutableInterlocked.InterlockedExchange(ref _states, value);
    }

    /// <inheritdoc/>
    public void Use(ImmutableArray<TrunkLine> lines) => _services.Sending.Loop.Post(() => Take(lines));

    /// <inheritdoc/>
    public Task<ImmutableArray<TrialOutcome>> TryAsync(TrunkLine line, CancellationToken cancel)
    {
        var done = new TaskCompletionSource<ImmutableArray<TrialOutcome>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _services.Sending.Loop.Post(() => new LineTrial(_services, line, InUse(line), done.SetResult).Begin());
        return done.Task.WaitAsync(cancel);
    }

    /// <inheritdoc/>
    public TrunkLine? Find(string name) => _lines.GetValueOrDefault(name)?.Trunk;

    /// <inheritdoc/>
    public Hop? Current(string name) => _lines.GetValueOrDefault(name)?.Current;

    /// <summary>The lines that have a server at that address.</summary>
    public ImmutableArray<string> At(IPAddress address) => [.. _lines.Values.Where(l => l.IsAt(address)).Select(l => l.Trunk.Name)];

    /// <summary>The lines that are registered by that flow.</summary>
    public ImmutableArray<string> By(Flow flow) => [.. _lines.Values.Where(l => l.IsRegisteredBy(flow)).Select(l => l.Trunk.Name)];

    /// <summary>Whether a line in use may call by TLS; read by whoever accepts connections.</summary>
    public bool HasTls { get; private set; }

    /// <summary>The lines that a certificate proves.</summary>
    public ImmutableArray<string> ProvenBy(PeerCertificate? certificate) =>
        certificate is null ? [] : [.. _lines.Values.Where(l => TrunkServers.AreProvenBy(l.Trunk, certificate)).Select(l => l.Trunk.Name)];

    public void OnFlowClosed(Flow flow)
    {
        foreach (var line in _lines.Values) line.OnFlowClosed(flow);
    }

    /// <summary>Takes every registration back; done when the last is, or given up.</summary>
    public Task CloseAsync()
    {
        _closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Take([]);
        Sweep();
        return _closed.Task;
    }

    /// <summary>Compares what was with what shall be: who stays is not disturbed.</summary>
    private void Take(ImmutableArray<TrunkLine> lines)
    {
        var wanted = lines.DistinctBy(l => l.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(l => l.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var gone in _lines.Values.Where(l => !wanted.TryGetValue(l.Trunk.Name, out var now) || !IsSame(l.Trunk, now)).ToArray())
        {
            _lines.Remove(gone.Trunk.Name);
            _leaving.Add(gone);
            gone.Remove();
        }

        foreach (var line in wanted.Values.Where(l => !_lines.ContainsKey(l.Name))) (_lines[line.Name] = new Line(_services, line, Sweep)).Begin();
        HasTls = _lines.Values.Any(l => TrunkServers.MaySpeakTls(l.Trunk));
        Show();
    }

    private static bool IsSame(TrunkLine one, TrunkLine other) => one.Servers.SequenceEqual(other.Servers) && one with { Servers = other.Servers } == other;

    private void Show()
    {
        Sweep();
        States = [.. _lines.Values.Select(l => l.State)];
    }

    private void Sweep()
    {
        _leaving.RemoveAll(l => l.IsGone);
        if (_leaving.Count == 0) _closed?.TrySetResult();
    }

    /// <summary>The running line of the same account: a trial must not push it out of its registrar.</summary>
    private Line? InUse(TrunkLine line) => _lines.Values.FirstOrDefault(l => l.Trunk.Registers && l.Trunk.User == line.User && l.Trunk.Domain == line.Domain);
}
