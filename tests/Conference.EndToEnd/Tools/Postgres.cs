namespace Conference.EndToEnd.Tools;

/// <summary>A private PostgreSQL on loopback, gone with everything in it when the story ends.</summary>
public sealed class Postgres : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly int _port;

    private Postgres(TempFolder folder, int port) => (_folder, _port) = (folder, port);

    private string Data => _folder.File("data");

    public static async Task<Postgres> Start()
    {
        var postgres = new Postgres(new TempFolder("postgres"), Ports.Free());
        await postgres.Begin();
        return postgres;
    }

    /// <summary>A new, empty database.</summary>
    /// <returns>The connection string for it.</returns>
    public async Task<string> CreateDatabase(string name)
    {
        await Do("createdb", "-h", "127.0.0.1", "-p", $"{_port}", name);
        return $"Host=127.0.0.1;Port={_port};Database={name};Username=postgres";
    }

    /// <summary>Asks the database something through its own client.</summary>
    public Task<string> Ask(string database, string sql) => Do("psql", "-h", "127.0.0.1", "-p", $"{_port}", "-Atqc", sql, database);

    public async ValueTask DisposeAsync()
    {
        await Do("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop");
        _folder.Dispose();
    }

    private async Task Begin()
    {
        if (IsRoot) await Child.Run("chown", "postgres", _folder.Path); // the server refuses to run as root
        await Do("initdb", "-D", Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        await File.AppendAllTextAsync(Path.Combine(Data, "postgresql.conf"), $"""

            listen_addresses = '127.0.0.1'
            port = {_port}
            unix_socket_directories = '{Data}'
            fsync = off
            synchronous_commit = off

            """);
        // -l: else the server would keep our pipe open for as long as it runs
        await Do("pg_ctl", "-D", Data, "-w", "-l", Path.Combine(Data, "log"), "start");
    }

    private static bool IsRoot => Environment.UserName == "root";

    private static Task<string> Do(string program, params string[] arguments)
    {
        var path = Directory.GetFiles("/usr/lib/postgresql", program, SearchOption.AllDirectories).Order(StringComparer.Ordinal).Last();
        return IsRoot ? Child.Run("runuser", ["-u", "postgres", "--", path, .. arguments]) : Child.Run(path, arguments);
    }
}
