using Conference.Media.Mixing;
using Conference.Media.Sessions;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Sessions;

/// <summary>Silence that is told about rather than sent, both ways (RFC 3389).</summary>
public sealed class PausesTests : IDisposable
{
    private const byte Noise = 13;
    private const int Second = 50;

    private readonly Bridge _bridge = new(new MediaOptions { FirstPort = 30000, LastPort = 39999, Workers = 1, Pauses = true });

    public void Dispose() => _bridge.Dispose();

    [Fact]
    public void While_a_phone_pauses_its_noise_is_heard_as_loud_as_it_says_and_nothing_counts_as_lost()
    {
        var (anna, bob) = (_bridge.Dial(others: "13 101").Hums(500), _bridge.Dial());
        using var room = _bridge.Seat(anna, bob);
        _bridge.Pass(2 * Second);

        Pause(anna, level: 40, seconds: 4);

        Assert.Contains("13", anna.Answer.Split("m=audio")[1].Split('\r')[0], StringComparison.Ordinal);
        Assert.InRange(Bus.Decibels(Bus.Power(bob.HeardPcm[^8000..])), -43, -37);
        Assert.Equal((0, 0), (anna.Session.Stats.Lost, anna.Session.Stats.Late));

        anna.Hums(500);
        _bridge.Pass(Second);
        Assert.InRange(Tone.Amplitude(bob.HeardPcm[^4000..], 500), 7500, 8500);
    }

    [Fact]
    public void A_phone_that_pauses_and_then_says_nothing_at_all_is_silent_after_five_seconds()
    {
        var (anna, bob) = (_bridge.Dial(others: "13 101").Hums(500), _bridge.Dial());
        using var room = _bridge.Seat(anna, bob);
        _bridge.Pass(2 * Second);
        Pause(anna, level: 40, seconds: 1);

        _bridge.Pass(4 * Second);
        Assert.Contains(bob.HeardPcm[^800..], s => s != 0);
        _bridge.Pass(2 * Second);

        Assert.InRange(bob.HeardPcm[^8000..].Max(s => Math.Abs((int)s)), 0, 8);
    }

    [Fact]
    public void A_phone_that_takes_it_is_told_of_silence_five_times_a_second_and_hears_the_first_syllable()
    {
        var (anna, bob) = (_bridge.Dial(others: "13 101"), _bridge.Dial());
        using var room = _bridge.Seat(anna, bob);
        _bridge.Pass(4 * Second);

        var paused = anna.Heard[^10..];
        Assert.All(paused, d => Assert.Equal((Noise, 13), ((byte)(d[1] & 0x7F), d.Length)));
        Assert.InRange(anna.Heard.Count, 10, 35);
        Assert.Equal(4 * Second, bob.Heard.Count); // he has not offered it

        bob.Hums(700);
        _bridge.Pass(Second);

        var first = anna.Heard.First(d => (d[1] & 0x7F) == 8 && anna.Heard.IndexOf(d) > 12);
        Assert.Equal(0x80, first[1] & 0x80); // marker: speech begins
        Assert.InRange(anna.Heard.TakeLast(Second).Count(d => (d[1] & 0x7F) == 8), 45, Second);
        var last = anna.Heard[^1];
        Assert.Equal((uint)(160 * (5 * Second - 1)), Timestamp(last) - Timestamp(anna.Heard[0])); // the clock went on
    }

    [Fact]
    public void Without_the_option_nobody_is_told_of_silence()
    {
        using var bridge = new Bridge();
        var anna = bridge.Dial(others: "13 101");
        bridge.Pass(4 * Second);

        Assert.Equal(4 * Second, anna.Heard.Count);
        Assert.DoesNotContain(" 13", anna.Answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Noise_nobody_agreed_on_is_not_listened_to()
    {
        var (anna, bob) = (_bridge.Dial(), _bridge.Dial());
        using var room = _bridge.Seat(anna, bob);
        _bridge.Pass(Second);

        Pause(anna, level: 0, seconds: 2);

        Assert.InRange(bob.HeardPcm.Max(s => Math.Abs((int)s)), 0, 8);
    }

    private void Pause(Phone phone, byte level, int seconds)
    {
        phone.Voice = null;
        for (var i = 0; i < seconds * 5; i++)
        {
            phone.SendNow(Noise, [level]);
            _bridge.Pass(10);
        }
    }

    private static uint Timestamp(byte[] datagram) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(datagram.AsSpan(4));
}
