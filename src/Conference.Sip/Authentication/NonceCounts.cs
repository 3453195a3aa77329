using System.Text;

namespace Conference.Sip.Authentication;

/// <summary>
/// Each nc counts once per nonce (RFC 7616 §3.4): the highest so far and a window of 32 below it, because UDP reorders.
/// Only nonces of successful sign-ins are remembered, the latest 16 384 of them.
/// </summary>
internal sealed class NonceCounts
{
    private const int Most = 16_384;

    private readonly Dictionary<string, Seen> _seen = [];
    private readonly LinkedList<string> _order = [];

    /// <summary>Takes a count; whether it was not used before.</summary>
    public bool Use(ReadOnlySpan<byte> nonce, uint count)
    {
        var key = Encoding.Latin1.GetString(nonce);
        if (!_seen.TryGetValue(key, out var seen)) seen = Add(key);
        if (count > seen.Highest)
        {
            var step = count - seen.Highest;
            seen.Window = step >= 32 ? 1 : seen.Window << (int)step | 1;
            seen.Highest = count;
            return true;
        }

        var back = seen.Highest - count;
        var bit = back < 32 ? 1u << (int)back : 0;
        if (bit == 0 || (seen.Window & bit) != 0) return false;
        seen.Window |= bit;
        return true;
    }

    private Seen Add(string key)
    {
        if (_seen.Count >= Most)
        {
            _seen.Remove(_order.First!.Value);
            _order.RemoveFirst();
        }

        _order.AddLast(key);
        return _seen[key] = new Seen();
    }

    private sealed class Seen
    {
        public uint Highest;
        public uint Window = 1; // nc 0 is nobody's
    }
}
