using Conference.Core;
using Conference.Core.Accounts;
using Conference.Core.Calls;
using Conference.Core.Rooms;
using Conference.Infrastructure.Accounts;
using Conference.Infrastructure.Import;
using Conference.Infrastructure.Tests.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Conference.Infrastructure.Tests.Import;

public sealed class AsteriskWatcherTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("conference-asterisk-").FullName;
    private readonly RoomDirectory _rooms = new(TimeProvider.System);
    private readonly DialBook _numbers;
    private readonly AsteriskWatcher _watcher;
    private readonly CountingLog _log = new();
    private int _edits;

    public AsteriskWatcherTests()
    {
        _numbers = new DialBook(_rooms, new DeviceBook());
        _watcher = new AsteriskWatcher(
            Options.Create(new AsteriskOptions { Directory = _folder }), _numbers, new DigestRealm("conference"), new MovedTime(), _log);
    }

    public void Dispose()
    {
        _watcher.Dispose();
        Directory.Delete(_folder, true);
    }

    [Fact]
    public void An_edit_takes_effect_once_it_has_stood_for_a_look()
    {
        Write("meetme.conf", "[rooms]\nconf => 1234,1");
        Assert.True(_watcher.Look(atOnce: true));
        Assert.False(_watcher.Look());

        Write("meetme.conf", "[rooms]\nconf => 1234,2");
        Assert.False(_watcher.Look());
        Assert.True(_watcher.Look());

        Assert.Equal("2", _rooms.Find(new RoomNumber("1234"))!.GuestPin);
    }

    [Fact]
    public void A_file_that_is_half_written_takes_nothing_away()
    {
        Write("meetme.conf", "[rooms]\nconf => 1234");
        _watcher.Look(atOnce: true);

        Write("meetme.conf", "");
        Assert.False(_watcher.Look());
        Write("meetme.conf", "[rooms]\nconf => 1234\nconf => 1235");
        Assert.False(_watcher.Look());
        Assert.NotNull(_rooms.Find(new RoomNumber("1234")));

        Assert.True(_watcher.Look());
        Assert.NotNull(_rooms.Find(new RoomNumber("1235")));
    }

    [Fact]
    public void A_file_that_is_away_for_a_moment_keeps_its_content_and_for_long_loses_it()
    {
        Write("meetme.conf", "[rooms]\nconf => 1234");
        Write("extensions.conf", "exten => 6001,1,MeetMe(1234)");
        _watcher.Look(atOnce: true);
        File.Delete(Path.Combine(_folder, "meetme.conf"));

        for (var i = 0; i < 9; i++) Assert.False(_watcher.Look());
        Assert.NotNull(_rooms.Find(new RoomNumber("1234")));

        Assert.True(_watcher.Look());
        Assert.Null(_rooms.Find(new RoomNumber("1234")));
        Assert.Single(_numbers.Plan.Numbers);
        Assert.False(_watcher.Look());
    }

    [Fact]
    public void A_folder_that_is_not_there_is_read_once_it_is()
    {
        Directory.Delete(_folder, true);
        Assert.False(_watcher.Look(atOnce: true));

        Directory.CreateDirectory(_folder);
        Write("meetme.conf", "[rooms]\nconf => 1234");

        Assert.False(_watcher.Look());
        Assert.True(_watcher.Look());
    }

    [Fact]
    public void A_file_with_twenty_thousand_phones_is_read()
    {
        var phones = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"[phone{i}]\ntype=friend\nsecret=s3cret-of-{i}\nhost=dynamic\ncallerid=\"Somebody {i}\" <{20_000 + i}>\ncontext=internal\n\n"));
        Assert.InRange(phones.Length, 2 << 20, 16 << 20);
        Write("sip.conf", phones);

        Assert.True(_watcher.Look(atOnce: true));

        Assert.Equal(20_000, _numbers.Plan.Devices.Length);
        Assert.Empty(_numbers.Plan.Problems);
    }

    [Fact]
    public void A_file_beyond_all_measure_is_left_alone()
    {
        Write("meetme.conf", new string('x', (16 << 20) + 1));

        Assert.False(_watcher.Look(atOnce: true));

        Assert.Equal(("meetme.conf", 0), Assert.Single(_numbers.Plan.Problems.Select(p => (p.File, p.Line))));
        Assert.Contains("16 MB", _numbers.Plan.Problems[0].Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_grew_beyond_all_measure_keeps_what_it_said_and_is_complained_of_until_it_is_mended()
    {
        Write("meetme.conf", "[rooms]\nconf => 1234");
        _watcher.Look(atOnce: true);
        Write("meetme.conf", new string('x', (16 << 20) + 1));
        _watcher.Look();
        _watcher.Look();

        Assert.NotNull(_rooms.Find(new RoomNumber("1234")));
        Assert.Single(_numbers.Plan.Problems);

        Write("meetme.conf", "[rooms]\nconf => 1235");
        _watcher.Look();
        Assert.True(_watcher.Look());
        Assert.Empty(_numbers.Plan.Problems);
    }

    [Fact]
    public void A_folder_that_is_missing_or_holds_nothing_is_complained_of_by_its_setting()
    {
        Directory.Delete(_folder, true);
        _watcher.Look(atOnce: true);
        Assert.Equal("Conference:Asterisk:Directory", Assert.Single(_numbers.Plan.Problems).File);
        Assert.Contains(_folder, _numbers.Plan.Problems[0].Sentence, StringComparison.Ordinal);

        Directory.CreateDirectory(_folder);
        _watcher.Look();
        Assert.Contains("holds none of", Assert.Single(_numbers.Plan.Problems).Sentence, StringComparison.Ordinal);

        Write("meetme.conf", "[rooms]\nconf => 1234");
        _watcher.Look();
        _watcher.Look();
        Assert.Empty(_numbers.Plan.Problems);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_complained_of_once_and_read_when_it_can_be()
    {
        Write("meetme.conf", "[rooms]\nconf => 1234");
        using (new FileStream(Path.Combine(_folder, "meetme.conf"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            for (var i = 0; i < 5; i++) Assert.False(_watcher.Look(atOnce: true));
            Assert.Equal(("meetme.conf", 0), Assert.Single(_numbers.Plan.Problems.Select(p => (p.File, p.Line))));
            Assert.Equal(1, _log.Count);
        }

        Assert.True(_watcher.Look(atOnce: true));
        Assert.Empty(_numbers.Plan.Problems);
    }

    /// <summary>Counts what is logged.</summary>
    private sealed class CountingLog : ILogger<AsteriskWatcher>
    {
        public int Count { get; private set; }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Count++;
    }

    /// <summary>Each edit a second later than the one before, whatever the clock of the disk can tell apart.</summary>
    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 3, 2, 9, 0, _edits++, DateTimeKind.Utc));
    }
}
