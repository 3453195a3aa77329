using Conference.Media.Mixing;
using Conference.Media.Recording;

namespace Conference.Media.Remote;

/// <summary>A recording that the media process writes. If the process dies, what is in the file by then stays.</summary>
internal sealed class RemoteTape : IRecordingTape
{
    private static long s_last;

    private readonly EngineLink _link;
    private readonly long _id;
    private readonly string _path;
    private readonly Fresh<FromEngine.TapeState> _state;

    private RemoteTape(EngineLink link, long id, string path, FromEngine.TapeState begun, TimeProvider time)
    {
        (_link, _id, _path) = (link, id, path);
        _state = new Fresh<FromEngine.TapeState>(begun, () => link.Ask<FromEngine.TapeState>(new ToEngine.ReadTape(id)), time);
    }

    public TimeSpan Length => _state.Now.Length;

    public bool IsInTrouble => _link.Over.IsCompleted || _state.Now.IsInTrouble;

    /// <exception cref="IOException">The file cannot be made.</exception>
    public static RemoteTape Begin(EngineLink link, long room, string path, TimeProvider time)
    {
        var id = Interlocked.Increment(ref s_last);
        var begun = link.Ask<FromEngine.TapeState>(new ToEngine.Record(room, id, path)) ?? throw new IOException("The media process is gone.");
        return begun.Error.Length == 0 ? new RemoteTape(link, id, path, begun, time) : throw new IOException(begun.Error);
    }

    public void Pause() => _link.Send(new ToEngine.PauseTape(_id, true));

    public void Resume() => _link.Send(new ToEngine.PauseTape(_id, false));

    public async Task<TimeSpan> StopAsync()
    {
        var last = await _link.Asked(new ToEngine.StopTape(_id), out _);
        return last is FromEngine.TapeState state ? state.Length : await RepairAsync();
    }

    /// <summary>The process is gone without a last word: the file is as long as it is.</summary>
    private async Task<TimeSpan> RepairAsync()
    {
        await _link.Over;
        try
        {
            return RecordingRepair.Fix(_path) ?? TimeSpan.Zero;
        }
        catch (IOException)
        {
            return _state.Last.Length;
        }
    }
}
