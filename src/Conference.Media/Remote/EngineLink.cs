using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Conference.Media.Files;

namespace Conference.Media.Remote;

/// <summary>The portal's end of the line to one media process: questions and their answers, and the sounds it has been taught.</summary>
internal sealed class EngineLink : IDisposable
{
    /// <summary>An engine that does not answer for so long is stuck, and as good as gone.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(8); // recordings are being finished

    private readonly IEngineProcess _process;
    private readonly Line<FromEngine, ToEngine> _line;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<FromEngine?>> _asked = new();
    private readonly ConditionalWeakTable<Sound, KnownSound> _sounds = [];
    private readonly Lock _teaching = new();
    private volatile bool _isOver;
    private int _questions;
    private long _taught;

    /// <param name="process">Runs already.</param>
    /// <param name="news">Told what is no answer, one after the other.</param>
    public EngineLink(IEngineProcess process, Action<FromEngine> news)
    {
        _process = process;
        _line = new Line<FromEngine, ToEngine>(process.Input, MessageFormat.Default.FromEngine, process.Output, MessageFormat.Default.ToEngine);
        Over = EndAsync();
        _line.Start(m => Take(m, news));
    }

    public int ProcessId => _process.Id;

    /// <summary>Completes when the process is gone; nothing is answered any more.</summary>
    public Task Over { get; }

    public void Send(ToEngine message) => _line.Send(message);

    /// <summary>Asks and waits.</summary>
    /// <returns><see langword="null"/> when the engine is gone or stuck; then it is ended.</returns>
    public T? Ask<T>(ToEngine message)
        where T : FromEngine
    {
        var answer = Asked(message, out var question);
        if (answer.Wait(Patience)) return answer.Result as T;
        Abandon(question);
        return null;
    }

    /// <summary>Asks, for whoever can wait.</summary>
    /// <param name="question">Names the question in messages about it.</param>
    /// <returns>The answer, whenever it comes; <see langword="null"/> when the engine is gone before.</returns>
    public Task<FromEngine?> Asked(ToEngine message, out int question)
    {
        question = Interlocked.Increment(ref _questions);
        var answer = _asked[question] = new TaskCompletionSource<FromEngine?>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_isOver) answer.TrySetResult(null); // seen here, or by whoever gives up all that was asked
        else Send(message with { Question = question });
        return answer.Task;
    }

    /// <summary>The engine's name for a sound, which it is taught when it hears of it first.</summary>
    public long IdOf(Sound sound)
    {
        lock (_teaching)
        {
            if (_sounds.TryGetValue(sound, out var known)) return known.Id;
            known = new KnownSound(this, ++_taught);
            _sounds.Add(sound, known);
            Send(new ToEngine.Learn(known.Id, sound.Key, sound.Rate, MemoryMarshal.AsBytes(sound.Samples.Span).ToArray()));
            return known.Id;
        }
    }

    /// <summary>Lets the engine finish its recordings and go.</summary>
    public void Dispose()
    {
        _line.HangUp();
        if (!_process.Exited.Wait(LastWords)) _process.Dispose();
        Over.Wait();
    }

    /// <summary>Ends an engine that is stuck.</summary>
    public void Kill() => _process.Dispose();

    private void Abandon(int question)
    {
        _asked.TryRemove(question, out _);
        Kill();
    }

    private void Take(FromEngine message, Action<FromEngine> news)
    {
        if (message.Question == 0) news(message);
        else if (_asked.TryRemove(message.Question, out var waiting)) waiting.TrySetResult(message);
    }

    private async Task EndAsync()
    {
        await Task.WhenAny(_line.Over, _process.Exited);
        _line.Dispose();
        _process.Dispose();
        await _process.Exited;
        _isOver = true;
        foreach (var question in _asked.Keys)
            if (_asked.TryRemove(question, out var waiting)) waiting.TrySetResult(null);
    }

    /// <summary>The engine keeps a sound for as long as somebody here does.</summary>
    private sealed class KnownSound(EngineLink link, long id)
    {
        public long Id => id;

        ~KnownSound() => link.Send(new ToEngine.Forget(id));
    }
}
