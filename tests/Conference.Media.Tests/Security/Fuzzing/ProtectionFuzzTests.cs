namespace Conference.Media.Tests.Security.Fuzzing;

public sealed class ProtectionFuzzTests
{
    private const int Rounds = 100_000;

    [Fact]
    public void Mutated_descriptions_are_read_or_refused() => Assert.Null(ProtectionFuzz.Descriptions(Rounds, 8866));

    [Fact]
    public void Mutated_checks_are_not_answered() => Assert.Null(ProtectionFuzz.Checks(Rounds, 8489));

    [Fact]
    public void Mutated_handshakes_give_no_keys_and_no_echo() => Assert.Null(ProtectionFuzz.Handshakes(Rounds, 6347));

    [Fact]
    public void Mutated_flights_end_somehow() => Assert.Null(ProtectionFuzz.Flights(Rounds / 1000, 5764));

    [Fact]
    public void Mutated_packets_are_not_believed() => Assert.Null(ProtectionFuzz.Packets(Rounds, 3711));
}
