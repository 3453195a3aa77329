using Conference.Media.Codecs;
using Conference.Media.Mixing;
using Conference.Media.Sessions;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Sessions;

/// <summary>One room, phones of different codecs and rates: each hears the others at the right level, and nobody himself.</summary>
public sealed class VoicesOfEveryCodecTests : IDisposable
{
    private const double Loud = 8000;

    private readonly Bridge _bridge = new(new MediaOptions { FirstPort = 30000, LastPort = 39999, Workers = 1, Codecs = [.. new VoiceCodecs().Formats.Select(f => f.Name).Distinct()] });
    private readonly List<CodecPhone> _phones = [];

    public static TheoryData<string> Names => [.. new VoiceCodecs().Formats.Select(f => $"{f.Name}/{f.Clock}").Distinct()];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_phone_of_any_codec_and_one_of_G_711_hear_each_other(string name)
    {
        var format = new VoiceCodecs().Formats.Single(f => $"{f.Name}/{f.Clock}" == name);
        var (one, other) = (Dial(format, 500), Dial(VoiceFormats.Pcma, 800));
        using var room = Seat();

        _bridge.Pass(150);

        Assert.Contains($" {format.Name}/{format.Clock}", one.Answer, StringComparison.OrdinalIgnoreCase);
        Assert.InRange(other.Hears(500), 0.6 * Loud, 1.2 * Loud);
        Assert.InRange(one.Hears(800), 0.6 * Loud, 1.2 * Loud);
        Assert.InRange(one.Hears(500), 0, 0.02 * Loud);
        Assert.InRange(other.Hears(800), 0, 0.02 * Loud);
        Assert.Equal(0, one.Unreadable + other.Unreadable);
        Assert.Equal(0, _bridge.Engine.Health.Faults);
    }

    [Fact]
    public void Wide_voices_stay_wide_between_wide_phones_and_the_narrow_one_hears_its_part()
    {
        var (one, other, narrow) = (Dial(VoiceFormats.G722, 5000), Dial(VoiceFormats.G722, 1000), Dial(VoiceFormats.Pcmu, 0));
        using var room = Seat();

        _bridge.Pass(150);

        Assert.InRange(other.Hears(5000), 0.7 * Loud, 1.2 * Loud);
        Assert.InRange(narrow.Hears(1000), 0.7 * Loud, 1.2 * Loud);
        Assert.InRange(narrow.Hears(3000), 0, 0.02 * Loud); // 5 kHz folded down
        Assert.InRange(one.Hears(1000), 0.7 * Loud, 1.2 * Loud);
    }

    [Fact]
    public void Listeners_of_one_kind_get_the_same_bytes()
    {
        Dial(VoiceFormats.G722, 700);
        var (one, other) = (Dial(VoiceFormats.G722, 0), Dial(VoiceFormats.G722, 0));
        one.IsMute = other.IsMute = true;
        using var room = Seat();

        _bridge.Pass(150);

        Assert.InRange(one.Hears(700), 0.7 * Loud, 1.2 * Loud);
        Assert.Equal(one.Payloads[^50..].SelectMany(p => p), other.Payloads[^50..].SelectMany(p => p));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Going_from_listening_to_speaking_and_back_makes_no_click(bool isOpus)
    {
        var format = isOpus ? VoiceFormats.Opus : VoiceFormats.G722;
        var (speaker, listener) = (Dial(format, 440), Dial(format, 0));
        listener.IsMute = true;
        using var room = Seat();
        _bridge.Pass(100);

        (listener.IsMute, listener.Hertz, listener.Amplitude) = (false, 1500, 3000);
        _bridge.Pass(60);
        listener.IsMute = true;
        _bridge.Pass(120);

        var heard = listener.Heard.Skip(listener.Rate).ToArray(); // the first second settles
        var largest = heard.Zip(heard.Skip(1), (a, b) => Math.Abs(b - a)).Max();
        var own = 2 * Math.PI * 440 / listener.Rate * 8000;
        Assert.InRange(largest, 0, 1.5 * own + 0.03 * 32768);
        Assert.InRange(listener.Hears(440), 0.7 * Loud, 1.2 * Loud);
    }

    [Fact]
    public void Under_SRTP_two_phones_hear_each_other_and_a_forger_is_not_heard()
    {
        var secure = new CodecPhone(_bridge, VoiceFormats.Pcma, 42000, 500, isSecure: true);
        _phones.Add(secure);
        var plain = Dial(VoiceFormats.Pcma, 800);
        using var room = Seat();

        _bridge.Pass(50);
        _bridge.Wire.Send(new System.Net.IPEndPoint(System.Net.IPAddress.Parse("192.0.2.9"), 42000), secure.Session.Port, new byte[182]);
        _bridge.Pass(50);

        Assert.Contains("RTP/SAVP", secure.Answer, StringComparison.Ordinal);
        Assert.InRange(plain.Hears(500), 0.9 * Loud, 1.1 * Loud);
        Assert.InRange(secure.Hears(800), 0.9 * Loud, 1.1 * Loud);
        Assert.Equal(0, secure.Unreadable);
        Assert.Equal(1, secure.Session.Stats.Unbelieved);
    }

    [Fact]
    public void In_a_big_room_the_silent_ones_are_not_decoded_and_whoever_begins_is_heard_from_his_first_syllable()
    {
        for (var i = 0; i < 12; i++)
            Dial(VoiceFormats.G722, 0);
        var (late, listener) = (_phones[3], Dial(VoiceFormats.Pcma, 0));
        using var room = Seat();
        _bridge.Pass(600);
        Assert.True(((MediaSession)late.Session).Leg.IsLazy);
        var before = listener.Heard.Count;

        late.Hertz = 600;
        _bridge.Pass(100);

        Assert.False(((MediaSession)late.Session).Leg.IsLazy);
        var heard = listener.Heard.Skip(before).ToArray();
        var onset = Array.FindIndex(heard, s => Math.Abs((int)s) > 4000);
        Assert.InRange(onset, 0, 3 * 160);
        Assert.InRange(listener.Hears(600), 0.7 * Loud, 1.2 * Loud);
    }

    [Fact]
    public void Of_many_who_speak_at_once_the_loudest_are_heard()
    {
        for (var i = 0; i < 12; i++)
            Dial(VoiceFormats.Pcma, 300 + 100 * i).Amplitude = i < 4 ? 900 : 3000;
        var listener = Dial(VoiceFormats.Pcma, 0);
        using var room = Seat();

        _bridge.Pass(200);

        Assert.All(Enumerable.Range(0, 4), i => Assert.InRange(listener.Hears(300 + 100 * i), 0, 60));
        Assert.All(Enumerable.Range(4, 8), i => Assert.InRange(listener.Hears(300 + 100 * i), 2000, 3300));
    }

    [Fact]
    public void Volumes_are_turned_per_person_in_both_directions()
    {
        var (one, other, third) = (Dial(VoiceFormats.Pcma, 500), Dial(VoiceFormats.Pcma, 0), Dial(VoiceFormats.G722, 0));
        one.Amplitude = 4000;
        one.Seat = one.Seat with { SpeakingVolume = 6 };
        other.Seat = other.Seat with { HearingVolume = -12 };
        using var room = Seat();

        _bridge.Pass(100);

        Assert.Equal(6, 20 * Math.Log10(third.Hears(500) / 4000), 0.3);
        Assert.Equal(-6, 20 * Math.Log10(other.Hears(500) / 4000), 0.3);
    }

    [Fact]
    public void A_whisper_reaches_one_and_the_deaf_do_not_hear_whom_they_should_not()
    {
        var (coach, agent, customer) = (Dial(VoiceFormats.G722, 500), Dial(VoiceFormats.Pcma, 800), Dial(VoiceFormats.Pcma, 1100));
        using var room = _bridge.Engine.OpenRoom();
        room.Use(new MixPlan([.. _phones.Select(p => p.Seat)])
        {
            Relations = [new(coach.Seat.Id, agent.Seat.Id, RelationKind.Whisper), new(customer.Seat.Id, coach.Seat.Id, RelationKind.Deaf)],
        });

        _bridge.Pass(150);

        Assert.InRange(agent.Hears(500), 0.7 * Loud, 1.2 * Loud);
        Assert.InRange(agent.Hears(1100), 0.7 * Loud, 1.2 * Loud);
        Assert.InRange(customer.Hears(500), 0, 60);
        Assert.InRange(customer.Hears(800), 0.7 * Loud, 1.2 * Loud);
        Assert.InRange(coach.Hears(1100), 0, 150);
        Assert.InRange(coach.Hears(800), 0.7 * Loud, 1.2 * Loud);
    }

    public void Dispose()
    {
        foreach (var phone in _phones)
            phone.Dispose();
        _bridge.Dispose();
    }

    private CodecPhone Dial(VoiceFormat format, double hertz)
    {
        var phone = new CodecPhone(_bridge, format, 43000 + 2 * _phones.Count, hertz);
        _phones.Add(phone);
        return phone;
    }

    private IMixRoom Seat()
    {
        var room = _bridge.Engine.OpenRoom();
        room.Use(new MixPlan([.. _phones.Select(p => p.Seat)]));
        return room;
    }
}
