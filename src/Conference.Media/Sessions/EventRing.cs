namespace Conference.Media.Sessions;

/// <summary>Who is told what the mixer has noticed; called by the dispatcher thread, so it may complete tasks and take locks.</summary>
internal interface IMixerListener
{
    void On(MixerEvent happened);
}

internal enum MixerEventKind
{
    Digit,
    Talk,

    /// <summary>Somebody else has the floor: the seat, or none.</summary>
    Leads,
    Picture,

    /// <summary>A worker has more, or less, work than time: <see cref="MixerEvent.Subject"/> is the worker.</summary>
    Load,
    Played,
    Silent,
    Closed,
}

/// <param name="Kind">What happened.</param>
/// <param name="Listener">Whom to tell.</param>
/// <param name="Subject">What it is about, where the listener has several.</param>
/// <param name="Seat">Seat that began or ceased to talk.</param>
/// <param name="Key">Key pressed.</param>
/// <param name="Flag">Talking, or played to the end.</param>
internal readonly record struct MixerEvent(
    MixerEventKind Kind, IMixerListener Listener, object? Subject = null, Guid Seat = default, char Key = '\0', bool Flag = false);

/// <summary>What the mixer has noticed, on its way to the dispatcher: one writer, one reader, no lock, nothing allocated.</summary>
internal sealed class EventRing
{
    private const int Capacity = 16384;

    private readonly MixerEvent[] _events = new MixerEvent[Capacity];
    private long _written;
    private long _read;

    /// <summary>Events lost because the dispatcher was stuck for thousands of them.</summary>
    public long Lost { get; private set; }

    public void Add(in MixerEvent happened)
    {
        if (_written - Volatile.Read(ref _read) == Capacity)
        {
            Lost++;
            return;
        }

        _events[_written % Capacity] = happened;
        Volatile.Write(ref _written, _written + 1);
    }

    public bool TryTake(out MixerEvent happened)
    {
        happened = default;
        if (Volatile.Read(ref _written) == _read) return false;
        happened = _events[_read % Capacity];
        _events[_read % Capacity] = default; // lets closed sessions be collected
        Volatile.Write(ref _read, _read + 1);
        return true;
    }
}
