namespace Conference.Media.Rtp;

/// <summary>Sends keys as telephone events, one after the other, 20 ms at a go: 160 ms of key with its end told three times, then 80 ms of rest (RFC 4733 §2.5).</summary>
/// <remarks>While a key is sent no voice is: a peer must not hear both.</remarks>
public sealed class DigitSender(RtpSender sender)
{
    private const int KeyTicks = 8;
    private const int EndTicks = 3;
    private const int RestTicks = 4;
    private const int MostWaiting = 64; // somebody leaning on a key must not cost memory
    private const string Keys = "0123456789*#ABCD";

    private readonly Queue<char> _waiting = new();
    private int _tick = -1;
    private byte _code;

    public bool IsSending => _tick >= 0 || _waiting.Count > 0;

    /// <summary>Takes a key: 0-9 * # A-D; anything else is left out.</summary>
    public void Add(char key)
    {
        if (_waiting.Count < MostWaiting && Keys.Contains(key, StringComparison.Ordinal)) _waiting.Enqueue(key);
    }

    /// <summary>Sends what is due in this tick in place of voice.</summary>
    public void Tick(byte payloadType)
    {
        if (_tick < 0 && !Begin()) return;
        if (_tick < KeyTicks + EndTicks)
            sender.SendEvent(payloadType, _code, (ushort)(Math.Min(_tick + 1, KeyTicks) * sender.Frame), _tick == 0, _tick >= KeyTicks);
        if (++_tick < KeyTicks + EndTicks + RestTicks) return;
        sender.Pause(_tick * sender.Frame);
        _tick = -1;
    }

    private bool Begin()
    {
        if (!_waiting.TryDequeue(out var key)) return false;
        sender.Pause(0); // voice that waits for a full packet comes too late now
        (_code, _tick) = ((byte)Keys.IndexOf(key, StringComparison.Ordinal), 0);
        return true;
    }
}
