using Conference.Media.Sessions;
using Conference.Sip.Calls;

namespace Conference.Core.Calls;

/// <summary>Tells phones that are gone from phones that merely say nothing: some send no packet at all while muted.</summary>
internal static class SilenceWatch
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(8); // three repetitions of a request

    /// <summary>Completes when nothing is heard of a leg and its phone does not answer either, or the leg is over.</summary>
    public static async Task GoneAsync(ISipCall call, IMediaSession media, TimeProvider time)
    {
        while (true)
        {
            await media.Silent;
            if (media.IsLost || call.Ended.IsCancellationRequested || !await AnswersAsync(call, time)) return;
            media.BelieveAlive();
        }
    }

    private static async Task<bool> AnswersAsync(ISipCall call, TimeProvider time)
    {
        using var patience = new CancellationTokenSource(s_patience, time);
        using var over = call.Ended.Register(static p => ((CancellationTokenSource)p!).Cancel(), patience);
        return await call.IsThereAsync(patience.Token);
    }
}
