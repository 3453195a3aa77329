using Conference.EndToEnd.Tools;

namespace Conference.EndToEnd.ToolTests;

public class PostgresTests
{
    [Fact]
    public async Task Each_story_gets_an_empty_database()
    {
        await using var postgres = await Postgres.Start();

        var connection = await postgres.CreateDatabase("conference");

        Assert.Contains("Database=conference", connection, StringComparison.Ordinal);
        Assert.Equal("0", await postgres.Ask("conference", "select count(*) from information_schema.tables where table_schema = 'public'"));
    }
}
