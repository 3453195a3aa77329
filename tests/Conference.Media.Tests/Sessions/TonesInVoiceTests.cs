using Conference.Media.Codecs;
using Conference.Media.Dsp;
using Conference.Media.Mixing;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Sessions;

/// <summary>Keys pressed in the voice itself: heard once each by us, and by nobody else in the room.</summary>
public sealed class TonesInVoiceTests : IDisposable
{
    private const string NoEvents = "";

    private readonly Bridge _bridge = new();

    public void Dispose() => _bridge.Dispose();

    [Fact]
    public void Keys_of_a_phone_without_events_are_heard_in_its_voice_once_each()
    {
        var phone = _bridge.Dial(others: NoEvents);
        Says(phone, "12334567890*#ABCD");

        _bridge.Pass(200);

        Assert.Equal("12334567890*#ABCD", Keys(phone));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Tones_are_not_audible_to_the_others_and_do_not_count_as_talking(bool isRecorded)
    {
        var (anna, bob) = (_bridge.Dial(others: NoEvents), _bridge.Dial());
        anna.Voice = Quiet;
        using var room = _bridge.Seat(anna, bob);
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.wav");
        var tape = isRecorded ? room.Record(path) : null;
        _bridge.Pass(50);

        Says(anna, "5555");
        _bridge.Pass(100);

        Assert.Equal("5555", Keys(anna));
        Assert.InRange(bob.HeardPcm.Count(s => Math.Abs((int)s) > 200), 0, 4 * 8 * 28); // at most 28 ms of each
        Assert.False(room.Talk.TryRead(out _));
        if (tape is null) return;
        var stopped = tape.StopAsync();
        _bridge.Pass(2);
        while (!stopped.IsCompleted) _bridge.Engine.Recorder.Round();
        File.Delete(path);
    }

    [Fact]
    public void Speech_goes_on_before_and_after_a_key()
    {
        var (anna, bob) = (_bridge.Dial(others: NoEvents).Hums(1000), _bridge.Dial());
        var hum = anna.Voice;
        using var room = _bridge.Seat(anna, bob);
        _bridge.Pass(100);
        Says(anna, "7");
        _bridge.Pass(10);
        anna.Voice = hum;
        _bridge.Pass(100);

        Assert.Equal("7", Keys(anna));
        Assert.InRange(Tone.Amplitude(bob.HeardPcm[4000..12000], 1000), 7500, 8500);
        Assert.InRange(Tone.Amplitude(bob.HeardPcm[^8000..], 1000), 7500, 8500);
    }

    [Fact]
    public void Where_events_were_agreed_tones_are_only_sounds()
    {
        var (anna, bob) = (_bridge.Dial(), _bridge.Dial());
        using var room = _bridge.Seat(anna, bob);
        Says(anna, "42");

        _bridge.Pass(50);

        Assert.Equal("", Keys(anna));
        Assert.Contains(bob.HeardPcm, s => Math.Abs((int)s) > 5000);
    }

    [Fact]
    public void An_account_that_says_so_is_listened_to_until_its_first_event()
    {
        var phone = _bridge.Dial();
        phone.Session.HearTones(always: true);
        Says(phone, "42");
        _bridge.Pass(50);
        Assert.Equal("42", Keys(phone));

        Says(phone, "9"); // sends both: the event comes first, because a tone takes two blocks to be sure of
        _bridge.Pass(1);
        phone.Press(9);
        _bridge.Pass(50);
        Says(phone, "8");
        _bridge.Pass(50);

        Assert.Equal("9", Keys(phone));
    }

    [Fact]
    public void A_phone_that_holds_presses_no_keys_however_its_music_sounds()
    {
        var phone = _bridge.Dial(others: NoEvents);
        phone.Session.Answer(phone.OfferSdp("a=sendonly\r\n", NoEvents), out _);
        Says(phone, "123");

        _bridge.Pass(100);

        Assert.Equal("", Keys(phone));
    }

    [Theory]
    [InlineData(VoiceOf.Pcmu)]
    [InlineData(VoiceOf.G722)]
    public void Keys_said_in_the_voice_are_understood_by_the_phone_and_only_by_it(VoiceOf codec)
    {
        using var phone = new CodecPhone(_bridge, codec == VoiceOf.G722 ? VoiceFormats.G722 : VoiceFormats.Pcmu, 42000);
        phone.IsMute = false;
        var other = _bridge.Dial().Hums(300, 1000);
        using var room = _bridge.Engine.OpenRoom();
        room.Use(new MixPlan([phone.Seat, other.Seat]));
        _bridge.Pass(20);

        foreach (var key in "0123456789*#ABCD")
            phone.Session.SayKey(key);
        _bridge.Pass(200);

        var (detector, heard) = (new DtmfDetector(phone.Rate), "");
        foreach (var frame in phone.Heard.Chunk(phone.Rate / 50))
            if (detector.Feed(frame) is var key and not DtmfDetector.None) heard += key;
        Assert.Equal("0123456789*#ABCD", heard);
        Assert.InRange(other.HeardPcm.Max(s => Math.Abs((int)s)), 0, 200);
        Assert.InRange(phone.Hears(300), 700, 1200); // the voice is back
    }

    public enum VoiceOf
    {
        Pcmu,
        G722,
    }

    private static byte[] Quiet() => Enumerable.Repeat(G711.Encode(Law.A, 0), 160).ToArray();

    /// <summary>The phone presses keys, and is silent afterwards.</summary>
    private static void Says(Phone phone, string keys)
    {
        var generator = new DtmfGenerator(8000);
        foreach (var key in keys)
            generator.Enqueue(key);
        phone.Voice = () =>
        {
            var (pcm, codes) = (new short[160], new byte[160]);
            generator.Fill(pcm);
            G711.Encode(phone.Law, pcm, codes);
            return codes;
        };
    }

    private static string Keys(Phone phone)
    {
        var keys = "";
        while (phone.Session.Digits.TryRead(out var key))
            keys += key;
        return keys;
    }
}
