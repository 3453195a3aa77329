// two cores: two stories at a time, each with a server and phones of its own
[assembly: Xunit.CollectionBehavior(MaxParallelThreads = 2)]

namespace Conference.EndToEnd;

/// <summary>Stories whose calls and recordings are timed to tens of milliseconds, or that take the whole machine: nobody plays beside them.</summary>
[Xunit.CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
