using Conference.Sip.Loop;

namespace Conference.Sip.Registrar;

/// <summary>Devices whose connection broke a moment ago and who may be back in another: a reloaded page, a change of network.</summary>
internal sealed class Returns(SipLoop loop)
{
    private const long Fresh = 5_000; // milliseconds since the connection broke
    private const int Most = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, long> _lost = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<Action<Registration?>>> _waiting = new(StringComparer.OrdinalIgnoreCase);

    public void OnLost(string account)
    {
        if (_lost.Count >= Most) _lost.Clear();
        _lost[account] = loop.Now;
    }

    public void OnBack(Registration registration)
    {
        _lost.Remove(registration.Binding.Account);
        if (!_waiting.Remove(registration.Binding.Account, out var waiting)) return;
        foreach (var found in waiting) found(registration);
    }

    /// <summary>Waits for somebody who left just now; everybody else is not there.</summary>
    public void Wait(string account, Action<Registration?> found)
    {
        if (!_lost.TryGetValue(account, out var since) || loop.Now - since > Fresh)
        {
            found(null);
            return;
        }

        if (!_waiting.TryGetValue(account, out var waiting)) _waiting[account] = waiting = [];
        waiting.Add(found);
        loop.Set(new SipTimer(() => GiveUp(account, found)), Patience);
    }

    private void GiveUp(string account, Action<Registration?> found)
    {
        if (!_waiting.TryGetValue(account, out var waiting) || !waiting.Remove(found)) return;
        if (waiting.Count == 0) _waiting.Remove(account);
        found(null);
    }
}
