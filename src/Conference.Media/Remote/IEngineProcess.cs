namespace Conference.Media.Remote;

/// <summary>A media process that runs; disposing it ends it at once.</summary>
internal interface IEngineProcess : IDisposable
{
    int Id { get; }

    /// <summary>What it says.</summary>
    Stream Input { get; }

    /// <summary>What is said to it; when this closes, the process ends by itself.</summary>
    Stream Output { get; }

    /// <summary>Completes when it is gone.</summary>
    Task Exited { get; }
}
