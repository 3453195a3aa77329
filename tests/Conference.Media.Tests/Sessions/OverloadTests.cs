using System.Net;
using Conference.Media.Codecs;
using Conference.Media.Mixing;
using Conference.Media.Sessions;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Sessions;

/// <summary>An engine whose work takes as long as a test says: each packet it sends to the first phone costs time.</summary>
public sealed class OverloadTests : IDisposable
{
    private const int Second = 50;

    private readonly Bridge _bridge = new();
    private readonly List<WorkerHealth> _told = [];
    private readonly Phone _phone;
    private double _cost; // share of a tick

    public OverloadTests()
    {
        _bridge.Engine.LoadChanged += _told.Add;
        _phone = _bridge.Dial();
        var hear = _bridge.Wire.Phones[_phone.Port];
        _bridge.Wire.Phones[_phone.Port] = datagram =>
        {
            _bridge.Time.Advance(TimeSpan.FromMilliseconds(20 * _cost));
            hear(datagram);
        };
    }

    public void Dispose() => _bridge.Dispose();

    [Fact]
    public void Above_seventy_percent_new_legs_are_refused_until_it_is_calm_again()
    {
        Work(0.5);
        Assert.NotNull(_bridge.Engine.OpenSession(IPAddress.Loopback));

        Work(0.75);
        Assert.Null(_bridge.Engine.OpenSession(IPAddress.Loopback));

        Work(0.5);
        Assert.NotNull(_bridge.Engine.OpenSession(IPAddress.Loopback));
    }

    [Fact]
    public void Another_worker_with_time_takes_them_instead()
    {
        using var bridge = new Bridge(new MediaOptions { FirstPort = 30000, LastPort = 39999, Workers = 2 });
        var phone = bridge.Dial();
        bridge.Wire.Phones[phone.Port] = _ => bridge.Time.Advance(TimeSpan.FromMilliseconds(15));
        bridge.Pass(10 * Second);
        Assert.Equal(OverloadStep.Closed, bridge.Engine.Health.Workers[0].Step);

        for (var i = 0; i < 8; i++)
            bridge.Dial();

        Assert.Equal([1, 8], bridge.Engine.Health.Workers.Select(w => w.Legs));
    }

    [Fact]
    public void Each_step_is_told_once_on_the_way_up_and_on_the_way_down()
    {
        Work(0.82);
        Work(0.82);
        Work(0.2);

        Assert.Equal([OverloadStep.Closed, OverloadStep.Simple, OverloadStep.Closed, OverloadStep.None], _told.Select(t => t.Step));
        Assert.All(_told, t => Assert.Equal(1, t.Number));
        Assert.InRange(_bridge.Engine.Health.Workers.Single().Busy, 0.19, 0.21);
    }

    [Fact]
    public void Above_ninety_percent_even_a_small_room_does_not_decode_whoever_is_silent()
    {
        using var silent = new CodecPhone(_bridge, VoiceFormats.G722, 42000);
        using var room = _bridge.Engine.OpenRoom();
        room.Use(new MixPlan([_phone.Seat, silent.Seat]));
        Work(0.5, 20);
        Assert.False(LegOf(silent).IsLazy);

        Work(0.95, 5);
        Assert.True(LegOf(silent).IsLazy);

        Work(0.2, 10);
        Assert.False(LegOf(silent).IsLazy);
    }

    [Fact]
    public void Talking_is_told_four_times_a_second_at_most_and_twice_when_time_is_short()
    {
        var at = 0;
        _phone.Hums(500);
        var tone = _phone.Voice!;
        _phone.Voice = () => at++ % 32 < 5 ? tone() : Enumerable.Repeat((byte)0xD5, 160).ToArray(); // 100 ms of speech, 540 ms of nothing: on and off all the time
        using var room = _bridge.Seat(_phone);
        Work(0.95);
        while (room.Talk.TryRead(out _))
        {
        }

        Work(0.95, 10);

        var changes = new List<TalkChange>();
        while (room.Talk.TryRead(out var change))
            changes.Add(change);
        Assert.InRange(changes.Count, 4, 20);
        Assert.All(changes.Zip(changes.Skip(1)), pair => Assert.NotEqual(pair.First.Talking, pair.Second.Talking));
    }

    [Fact]
    public void Opus_is_encoded_with_less_effort_and_with_all_of_it_again()
    {
        if (new VoiceCodecs().Find("opus", 48000, 2) is null) return; // the library is missing
        using var opus = new CodecPhone(_bridge, VoiceFormats.Opus, 42000, 440);
        using var room = _bridge.Engine.OpenRoom();
        room.Use(new MixPlan([_phone.Seat, opus.Seat]));
        Work(0.3);
        Assert.Equal(5, EncoderOf(opus).Complexity);

        Work(0.82);
        Assert.Equal(3, EncoderOf(opus).Complexity);
        Work(0.88);
        Assert.Equal(0, EncoderOf(opus).Complexity);

        Work(0.3);
        Assert.Equal(5, EncoderOf(opus).Complexity);
    }

    private static Leg LegOf(CodecPhone phone) => ((MediaSession)phone.Session).Leg;

    private static OpusEncoder EncoderOf(CodecPhone phone) => (OpusEncoder)LegOf(phone).Speech!.Encoder;

    private void Work(double share, int seconds = 10)
    {
        _cost = share;
        _bridge.Pass(seconds * Second);
    }
}
