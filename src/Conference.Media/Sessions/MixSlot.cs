namespace Conference.Media.Sessions;

/// <summary>When a tick happens.</summary>
/// <param name="Tick">Its number.</param>
/// <param name="Now">Nanoseconds of a monotonic clock.</param>
/// <param name="ClockOffset">What to add to the wall clock in nanoseconds to get <paramref name="Now"/>'s clock.</param>
/// <param name="Ntp">Wall clock as 32.32 seconds since 1900 (RFC 3550 §4).</param>
internal readonly record struct TickTime(long Tick, long Now, long ClockOffset, ulong Ntp);

/// <summary>A quarter of a worker's 20 ms: the legs and rooms that are served together, 5 ms away from the next quarter.</summary>
/// <remarks>Packets leave in four short bursts rather than one long one, and what makes one quarter late leaves the others in time.</remarks>
internal sealed class MixSlot(MixWorker worker)
{
    private readonly List<Leg> _legs = [];
    private readonly List<RoomMixer> _rooms = [];
    private readonly List<FaxRelay> _faxes = [];
    private readonly int[] _silence = new int[Mixing.MixRates.LongestFrame];
    private int _load;

    public MixWorker Worker => worker;

    /// <summary>Legs that are here or on their way; a moment's figure for whoever looks for a place.</summary>
    public int Load => Volatile.Read(ref _load);

    /// <summary>Counts a leg that is promised to this slot; from any thread.</summary>
    public void Expect(int legs) => Interlocked.Add(ref _load, legs);

    public void Add(Leg leg) => _legs.Add(leg);

    public void Add(RoomMixer room) => _rooms.Add(room);

    public void Add(FaxRelay fax) => _faxes.Add(fax);

    public bool Remove(FaxRelay fax) => _faxes.Remove(fax);

    public bool Remove(Leg leg) => _legs.Remove(leg);

    public bool Remove(RoomMixer room) => _rooms.Remove(room);

    /// <summary>Everything for 20 ms of its legs and rooms. Allocates nothing and waits for nobody.</summary>
    public void Tick(in TickTime time, in Patience patience)
    {
        for (var i = 0; i < _legs.Count; i++)
            Receive(_legs[i], time);
        for (var i = 0; i < _rooms.Count; i++)
            Mix(_rooms[i], time.Tick);
        for (var i = 0; i < _legs.Count; i++)
            Serve(_legs[i], time, patience);
        for (var i = 0; i < _faxes.Count; i++)
            Relay(_faxes[i], time, patience);
    }

    private void Relay(FaxRelay fax, in TickTime time, in Patience patience)
    {
        try
        {
            fax.Pass(time, patience);
        }
        catch (Exception)
        {
            worker.CountFault();
        }
    }

    private void Receive(Leg leg, in TickTime time)
    {
        try
        {
            leg.Receive(time.Tick, time.Now, time.ClockOffset);
        }
        catch (Exception)
        {
            worker.CountFault(); // one leg fails, the others go on; health shows it
        }
    }

    private void Mix(RoomMixer room, long tick)
    {
        try
        {
            room.Tick(tick);
        }
        catch (Exception)
        {
            worker.CountFault();
        }
    }

    private void Serve(Leg leg, in TickTime time, in Patience patience)
    {
        try
        {
            leg.SendAlone(time.Tick, _silence);
            leg.Tend(time.Tick, time.Ntp, patience);
        }
        catch (Exception)
        {
            worker.CountFault();
        }
    }
}

/// <summary>How long a leg may be silent, in ticks.</summary>
/// <param name="Active">In a conversation.</param>
/// <param name="Held">While one side holds.</param>
internal readonly record struct Patience(long Active, long Held);
