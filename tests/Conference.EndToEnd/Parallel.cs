// real calls are timed to tens of milliseconds: one story at a time
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]
