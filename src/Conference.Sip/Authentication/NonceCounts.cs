using System.Text;

namespace Conference.Sip.Authentication;

/// <summary>
/// Each nc counts once per nonce (RFC 7616 §3.4): the highest so far and a window of 32 below it, because UDP reorders.
/// Only nonces of successful sign-ins are remembered, the latest 16 384 of them.
/// </summary>
/// <remarks>
/// What is forgotten must not begin again: a nonce that is not remembered counts only when it was made after every one that was forgotten
/// before its time. The others are stale, which costs their clients a round trip and an eavesdropper everything.
/// </remarks>
internal sealed class NonceCounts
{
    private const int Most = 16_384;

    private readonly Dictionary<string, Seen> _seen = [];
    private readonly Queue<(string Nonce, long Made)> _order = [];
    private long _forgotten = -1; // the youngest that was

    /// <summary>Takes a count; whether it was not used before.</summary>
    /// <param name="nonce">One that we made.</param>
    /// <param name="made">When.</param>
    /// <param name="count">Its nc.</param>
    /// <param name="now">Milliseconds of the same clock.</param>
    public bool Use(ReadOnlySpan<byte> nonce, long made, uint count, long now)
    {
        var key = Encoding.Latin1.GetString(nonce);
        if (_seen.TryGetValue(key, out var seen)) return seen.Take(count);
        if (made <= _forgotten) return false;
        return Add(key, made, now).Take(count);
    }

    private Seen Add(string key, long made, long now)
    {
        while (_order.TryPeek(out var oldest) && (_order.Count >= Most || now - oldest.Made > NonceMint.Life)) Forget(now);
        _order.Enqueue((key, made));
        return _seen[key] = new Seen();
    }

    private void Forget(long now)
    {
        var (nonce, made) = _order.Dequeue();
        _seen.Remove(nonce);
        if (now - made <= NonceMint.Life) _forgotten = Math.Max(_forgotten, made); // it could still be shown
    }

    private sealed class Seen
    {
        private uint _highest;
        private uint _window = 1; // nc 0 is nobody's

        public bool Take(uint count)
        {
            if (count > _highest)
            {
                var step = count - _highest;
                _window = step >= 32 ? 1 : _window << (int)step | 1;
                _highest = count;
                return true;
            }

            var back = _highest - count;
            var bit = back < 32 ? 1u << (int)back : 0;
            if (bit == 0 || (_window & bit) != 0) return false;
            _window |= bit;
            return true;
        }
    }
}
