using System.Diagnostics;
using Npgsql;

namespace Conference.Infrastructure.Tests.Testing;

/// <summary>A PostgreSQL of the tests' own: fresh, without a network port, gone when the tests are.</summary>
/// <remarks>The shell around the server reads from a pipe that only this process holds open, so the server also ends when the tests are killed.</remarks>
internal static class PostgresCluster
{
    private static readonly Lazy<string> s_socket = new(Start);

    /// <summary>Connection string of one database.</summary>
    public static string To(string database) => $"Host={s_socket.Value};Username=postgres;Database={database};Maximum Pool Size=30";

    private static string Start()
    {
        var bin = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin")).Where(d => File.Exists(Path.Combine(d, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
            : null;
        Assert.True(bin is not null, "These tests need PostgreSQL: apt-get install postgresql.");

        var folder = Path.Combine("/tmp", "conference-pg-" + Guid.NewGuid().ToString("N")[..12]);
        var script = $"""
            set -e; umask 077; mkdir {folder}; cd {folder}; chmod 711 {folder}
            {bin}/initdb -D {folder}/data -U postgres -A trust -E UTF8 --no-locale --no-sync >{folder}/initdb.log
            {bin}/postgres -D {folder}/data -k {folder} -c listen_addresses= -c fsync=off -c max_connections=200 -c unix_socket_permissions=0777 >{folder}/log 2>&1 &
            set +e; server=$!; cat >/dev/null; kill -QUIT $server; wait $server; cd /; rm -rf {folder}
            """;
        string[] words = Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--", "bash", "-c", script] : ["bash", "-c", script];
        var start = new ProcessStartInfo(words[0], words[1..]) { RedirectStandardInput = true };
        var shell = Process.Start(start)!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => shell.StandardInput.Close();
        WaitUntilItAnswers(folder);
        return folder;
    }

    private static void WaitUntilItAnswers(string folder)
    {
        for (var since = Stopwatch.StartNew(); ; Thread.Sleep(50))
        {
            try
            {
                using var connection = new NpgsqlConnection($"Host={folder};Username=postgres;Database=postgres;Pooling=false");
                connection.Open();
                return;
            }
            catch (Exception e) when (e is NpgsqlException or IOException && since.Elapsed < TimeSpan.FromSeconds(40))
            {
            }
        }
    }
}
