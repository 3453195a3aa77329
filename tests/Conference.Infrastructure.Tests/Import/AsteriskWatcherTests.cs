using Conference.Core;
using Conference.Core.Accounts;
using Conference.Core.Calls;
using Conference.Core.Rooms;
using Conference.Infrastructure.Accounts;
using Conference.Infrastructure.Import;
using Conference.Infrastructure.Tests.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Conference.Infrastructure.Tests.Import;

public sealed class AsteriskWatcherTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("conference-asterisk-").FullName;
    private readonly RoomDirectory _rooms = new(TimeProvider.System);
    private readonly DialBook _numbers;
    private readonly AsteriskWatcher _watcher;
    private int _edits;

    public AsteriskWatcherTests()
    {
        _numbers = new DialBook(_rooms, new DeviceBook());
        _watcher = new AsteriskWatcher(
            Options.Create(new AsteriskOptions { Directory = _folder }), _numbers, new DigestRealm("conference"), new MovedTime(), NullLogger<AsteriskWatcher>.Instance);
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
    public void A_file_beyond_all_measure_is_left_alone()
    {
        Write("meetme.conf", new string('x', 2 << 20));

        Assert.False(_watcher.Look(atOnce: true));
    }

    /// <summary>Each edit a second later than the one before, whatever the clock of the disk can tell apart.</summary>
    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, new DateTime(2026, 3, 2, 9, 0, _edits++, DateTimeKind.Utc));
    }
}
