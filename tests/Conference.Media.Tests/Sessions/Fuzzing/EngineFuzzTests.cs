namespace Conference.Media.Tests.Sessions.Fuzzing;

public sealed class EngineFuzzTests
{
    [Fact]
    public void Mutated_datagrams_and_descriptions_break_nothing_in_a_running_engine() => Assert.Null(EngineFuzz.Datagrams(100_000, 3550));
}
