using Conference.Core.Routing;

namespace Conference.Core.Exchange;

/// <summary>How fast calls are begun on each trunk: never more than it takes within any second.</summary>
/// <remarks>The lock guards the moments; nothing is waited for inside it.</remarks>
public sealed class TrunkPace(TimeProvider time)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly long _origin = time.GetTimestamp();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<TimeSpan>> _begun = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes the place of a call that is to begin.</summary>
    /// <param name="patience">How long it may wait at most.</param>
    /// <returns>How long it has to wait; <see langword="null"/> when that is longer than the patience: then nothing is taken.</returns>
    public TimeSpan? Reserve(TrunkPlan trunk, TimeSpan patience)
    {
        if (trunk.MaxCallsPerSecond is not { } most) return TimeSpan.Zero;
        lock (_gate)
        {
            var now = time.GetElapsedTime(_origin);
            if (!_begun.TryGetValue(trunk.Line.Name, out var begun)) _begun[trunk.Line.Name] = begun = new Queue<TimeSpan>();
            while (begun.Count > most || (begun.TryPeek(out var old) && old + Second <= now)) begun.Dequeue();
            var at = begun.Count < most ? now : begun.Peek() + Second;
            if (at - now > patience) return null;
            if (begun.Count == most) begun.Dequeue();
            begun.Enqueue(at);
            return at - now;
        }
    }
}
