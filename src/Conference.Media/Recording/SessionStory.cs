using System.Collections.Immutable;
using System.Text.Json;

namespace Conference.Media.Recording;

/// <summary>Somebody spoke, or nothing was recorded: from then to then, counted from the beginning of the recording.</summary>
public readonly record struct Passage(TimeSpan From, TimeSpan To)
{
    public TimeSpan Length => To - From;
}

/// <param name="Who">The seat.</param>
/// <param name="Spoke">When, in order.</param>
public sealed record Talker(Guid Who, ImmutableArray<Passage> Spoke)
{
    /// <summary>How long in all.</summary>
    public TimeSpan Total => TimeSpan.FromTicks(Spoke.Sum(s => s.Length.Ticks));
}

/// <summary>What was written beside a recording: who spoke when, and where it was paused.</summary>
/// <param name="Talkers">Everybody who was there, in the order of coming.</param>
/// <param name="Pauses">What is silence because a host wanted it so.</param>
public sealed record SessionStory(ImmutableArray<Talker> Talkers, ImmutableArray<Passage> Pauses)
{
    private const int MostLines = 2_000_000;
    private const int MostTalkers = 10_000;

    public static SessionStory Empty { get; } = new([], []);

    /// <summary>Reads a story, as far as it makes sense: a crash may have cut it off anywhere.</summary>
    /// <param name="path">The file.</param>
    /// <param name="length">Of the recording; who spoke still then spoke to its end.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SessionStory Read(string path, TimeSpan length)
    {
        var folding = new Folding(length);
        foreach (var line in File.ReadLines(path).Take(MostLines))
            folding.Take(line);
        return folding.End();
    }

    private sealed class Folding(TimeSpan length)
    {
        private readonly List<Guid> _order = [];
        private readonly Dictionary<Guid, List<Passage>> _spoke = [];
        private readonly Dictionary<Guid, TimeSpan> _since = [];
        private readonly List<Passage> _pauses = [];
        private TimeSpan _tick = TimeSpan.FromMilliseconds(20);
        private TimeSpan? _pausedAt;

        public void Take(string line)
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                Take(json.RootElement);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or OverflowException)
            {
                // the last line of a crash, or one of another version
            }
        }

        public SessionStory End()
        {
            foreach (var who in _since.Keys.ToList())
                Hush(who, length);
            if (_pausedAt is { } since) _pauses.Add(new Passage(since, length));
            return new SessionStory([.. _order.Select(who => new Talker(who, [.. _spoke[who]]))], [.. _pauses]);
        }

        private void Take(JsonElement line)
        {
            var what = line.GetProperty("what").GetString();
            if (what == SessionWords.Start)
            {
                _tick = TimeSpan.FromMilliseconds(Math.Clamp(line.GetProperty("tickMilliseconds").GetInt32(), 1, 1000));
                return;
            }

            var ticks = Math.Clamp(line.GetProperty("tick").GetInt64(), 0, length.Ticks / _tick.Ticks);
            var who = line.TryGetProperty("who", out var seat) ? seat.GetGuid() : default;
            Take(what, who, _tick * ticks);
        }

        private void Take(string? what, Guid who, TimeSpan at)
        {
            if (who != default && !_spoke.ContainsKey(who) && !Know(who)) return;
            if (what == SessionWords.Talks && who != default) _since.TryAdd(who, at);
            if (what is SessionWords.Hushed or SessionWords.Left) Hush(who, at);
            if (what == SessionWords.Paused) _pausedAt ??= at;
            if (what != SessionWords.Resumed || _pausedAt is not { } since) return;
            _pauses.Add(new Passage(since, at));
            _pausedAt = null;
        }

        private bool Know(Guid who)
        {
            if (_order.Count == MostTalkers) return false;
            _order.Add(who);
            _spoke[who] = [];
            return true;
        }

        private void Hush(Guid who, TimeSpan at)
        {
            if (_since.Remove(who, out var since) && at > since) _spoke[who].Add(new Passage(since, at));
        }
    }
}
