namespace Conference.Sip.Registrar;

/// <summary>Everything known of where one account is: the flow in use, and spare flows of the same device (RFC 5626 §4.2).</summary>
internal sealed class Location(Registration current)
{
    private const int MostSpares = 3;

    private readonly List<Registration> _spares = [];

    /// <summary>The one calls go to.</summary>
    public Registration Current { get; private set; } = current;

    public IEnumerable<Registration> All => [Current, .. _spares];

    /// <summary>Whether another registration is of the same device by another of its flows.</summary>
    public bool IsAnotherFlow(Registration other) =>
        Current.IsOutbound && other.IsOutbound && Current.Binding.Instance == other.Binding.Instance && Find(other) is null && _spares.Count < MostSpares;

    /// <summary>The registration of the same device by the same flow, or <see langword="null"/>.</summary>
    public Registration? Find(Registration other) =>
        All.FirstOrDefault(r => r.Binding.Instance.Length > 0 && r.Binding.Instance == other.Binding.Instance && r.Binding.RegId == other.Binding.RegId);

    public void Add(Registration spare) => _spares.Add(spare);

    /// <summary>Puts a refreshed registration in the place of the one before.</summary>
    public void Exchange(Registration before, Registration now)
    {
        var spare = _spares.IndexOf(before);
        if (spare >= 0) _spares[spare] = now;
        else Current = now;
    }

    /// <summary>Takes one out; a spare steps in for the current one.</summary>
    /// <returns>Whether there is still a way to the device.</returns>
    public bool Remove(Registration gone)
    {
        if (_spares.Remove(gone)) return true;
        if (_spares.Count == 0) return false;
        StepIn(_spares.Find(s => s.IsUsable) ?? _spares[0]);
        return true;
    }

    /// <summary>The current flow is silent: a usable spare takes its place, and it becomes the spare.</summary>
    public bool Swap()
    {
        var silent = Current;
        if (_spares.Find(s => s.IsUsable) is not { } spare) return false;
        StepIn(spare);
        _spares.Add(silent);
        return true;
    }

    private void StepIn(Registration spare)
    {
        _spares.Remove(spare);
        Current = spare;
    }
}
