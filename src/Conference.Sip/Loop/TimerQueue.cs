namespace Conference.Sip.Loop;

/// <summary>Something to do at a time; set, moved and cancelled as often as its owner likes.</summary>
internal sealed class SipTimer(Action fire)
{
    internal int Slot = -1;
    internal long Due;
    internal long Order;

    public bool IsSet => Slot >= 0;

    internal void Fire() => fire();
}

/// <summary>All timers of the loop, earliest first: a binary heap whose entries know their place, so that cancelling costs no search.</summary>
/// <remarks>Owned by the loop's thread. Times are milliseconds of the loop's clock; equal times fire in the order they were set.</remarks>
internal sealed class TimerQueue
{
    private SipTimer[] _heap = new SipTimer[64];
    private long _orders;

    public int Count { get; private set; }

    /// <summary>When the next timer is due, or <see cref="long.MaxValue"/>.</summary>
    public long NextDue => Count == 0 ? long.MaxValue : _heap[0].Due;

    public void Set(SipTimer timer, long due)
    {
        Cancel(timer);
        (timer.Due, timer.Order) = (due, _orders++);
        if (Count == _heap.Length) Array.Resize(ref _heap, Count * 2);
        Place(timer, Count++);
        Rise(timer.Slot);
    }

    public void Cancel(SipTimer timer)
    {
        var slot = timer.Slot;
        if (slot < 0) return;
        timer.Slot = -1;
        var last = _heap[--Count];
        _heap[Count] = null!;
        if (slot == Count) return;
        Place(last, slot);
        Rise(slot);
        Sink(last.Slot);
    }

    /// <summary>Takes the next timer that is due.</summary>
    public bool TryTake(long now, out SipTimer timer)
    {
        timer = Count > 0 ? _heap[0] : null!;
        if (Count == 0 || timer.Due > now) return false;
        Cancel(timer);
        return true;
    }

    private void Place(SipTimer timer, int slot)
    {
        _heap[slot] = timer;
        timer.Slot = slot;
    }

    private void Rise(int slot)
    {
        var timer = _heap[slot];
        while (slot > 0 && IsBefore(timer, _heap[(slot - 1) / 2]))
        {
            Place(_heap[(slot - 1) / 2], slot);
            slot = (slot - 1) / 2;
        }

        Place(timer, slot);
    }

    private void Sink(int slot)
    {
        var timer = _heap[slot];
        while (true)
        {
            var child = slot * 2 + 1;
            if (child >= Count) break;
            if (child + 1 < Count && IsBefore(_heap[child + 1], _heap[child])) child++;
            if (!IsBefore(_heap[child], timer)) break;
            Place(_heap[child], slot);
            slot = child;
        }

        Place(timer, slot);
    }

    private static bool IsBefore(SipTimer left, SipTimer right) =>
        left.Due < right.Due || (left.Due == right.Due && left.Order < right.Order);
}
