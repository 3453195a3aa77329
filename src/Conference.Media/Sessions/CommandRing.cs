namespace Conference.Media.Sessions;

/// <summary>What other threads ask of the mixer: bounded, many writers, one reader, no lock on the reader's side.</summary>
/// <remarks>Each cell carries the number of the turn in which it may be written or read next.</remarks>
internal sealed class CommandRing
{
    private const int Capacity = 4096;

    private readonly Cell[] _cells = new Cell[Capacity];
    private long _writing;
    private long _reading;

    public CommandRing()
    {
        for (var i = 0; i < Capacity; i++)
            _cells[i].Turn = i;
    }

    /// <summary>Adds a command; waits while 4 096 others are waiting for the next tick.</summary>
    public void Add(Action command)
    {
        while (!TryAdd(command))
            Thread.Sleep(1);
    }

    /// <summary>Takes the oldest command; for the mixer only.</summary>
    public bool TryTake(out Action? command)
    {
        ref var cell = ref _cells[_reading % Capacity];
        command = null;
        if (Volatile.Read(ref cell.Turn) != _reading + 1) return false;
        (command, cell.Command) = (cell.Command, null);
        Volatile.Write(ref cell.Turn, _reading + Capacity);
        _reading++;
        return true;
    }

    /// <summary>Adds a command, unless 4 096 others are waiting.</summary>
    public bool TryAdd(Action command)
    {
        while (true)
        {
            var turn = Volatile.Read(ref _writing);
            ref var cell = ref _cells[turn % Capacity];
            var ahead = Volatile.Read(ref cell.Turn) - turn;
            if (ahead < 0) return false; // full
            if (ahead > 0 || Interlocked.CompareExchange(ref _writing, turn + 1, turn) != turn) continue;
            cell.Command = command;
            Volatile.Write(ref cell.Turn, turn + 1);
            return true;
        }
    }

    private struct Cell
    {
        public long Turn;
        public Action? Command;
    }
}
