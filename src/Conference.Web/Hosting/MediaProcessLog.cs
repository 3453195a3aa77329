using Conference.Media.Remote;

namespace Conference.Web.Hosting;

/// <summary>Says in the log when the media process comes and goes.</summary>
internal sealed partial class MediaProcessLog(ILogger<MediaProcessLog> log) : IMediaProcessWatcher
{
    public void Started(int process) => Started(log, process);

    public void Ended(string why, TimeSpan pause) => Ended(log, why, pause);

    [LoggerMessage(Level = LogLevel.Information, Message = "Voices are mixed by a process of their own: {Process}")]
    private static partial void Started(ILogger log, int process);

    [LoggerMessage(Level = LogLevel.Error, Message = "The media process is gone and its calls with it: {Why} It is started again in {Pause}; rooms stay.")]
    private static partial void Ended(ILogger log, string why, TimeSpan pause);
}
