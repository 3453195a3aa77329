using System.Text;
using Conference.Core.Tests.Testing;
using Conference.Sip.Calls;

namespace Conference.Core.Tests.Exchange;

/// <summary>SIP.md 7.17, case 47: what becomes of a fax between two legs.</summary>
public sealed class FaxTests : IDisposable
{
    private const string Head = "v=0\r\nc=IN IP4 127.0.0.1\r\n";
    private const string Voice = Head + "m=audio 4000 RTP/AVP 8 0\r\n";
    private const string Fax = Head + "m=image 4100 udptl t38\r\na=T38FaxVersion:0\r\n";
    private const string Nothing = Head;

    private readonly House _house = new();

    public FaxTests()
    {
        _house.Extension("200", "Anna");
        _house.Extension("202", "Carla");
    }

    public void Dispose() => _house.Dispose();

    [Fact]
    public async Task A_fax_is_put_to_the_other_machine_and_its_answer_comes_back()
    {
        var (anna, carla) = await Connected();
        var asked = new TaskCompletionSource<OfferResult>();
        anna.OnChange = _ => asked.Task;

        var offered = carla.Offers(Fax);
        Assert.Equal(["fax?"], anna.Changes);
        Assert.False(offered.IsCompleted); // not before the other has agreed
        asked.SetResult(Agrees(Fax));

        Assert.Equal((200, "fax!"), Told(await offered));
        Assert.True(_house.Media.Faxes.Single().IsOpen);
    }

    [Theory]
    [InlineData(488)]
    [InlineData(491)]
    [InlineData(606)]
    public async Task What_the_other_machine_refuses_is_refused_and_the_voices_go_on(int status)
    {
        var (anna, carla) = await Connected();
        anna.OnChange = _ => Task.FromResult(new OfferResult(status, null));

        Assert.Equal((488, ""), Told(await carla.Offers(Fax)));

        Assert.False(_house.Media.Faxes.Single().IsOpen);
        Assert.Equal(1, _house.Media.Sessions.Sum(s => s.Withdrawn));
        Assert.Null(anna.HungUpWith);
        Assert.Equal((200, "answer"), Told(await carla.Offers(Voice))); // and that answer has a description
        Assert.Single(anna.Changes); // about his own voice nobody else is asked
    }

    [Fact]
    public async Task A_machine_that_agrees_and_means_no_gets_its_voice_back()
    {
        var (anna, carla) = await Connected();
        anna.OnChange = body => Task.FromResult(Agrees(IsFax(body) ? Head + "m=audio 0 RTP/AVP 8\r\n" : Voice));

        Assert.Equal((488, ""), Told(await carla.Offers(Fax)));

        Assert.Equal(["fax?", "voice?"], anna.Changes);
    }

    [Fact]
    public async Task The_same_fax_said_again_is_answered_here()
    {
        var (anna, carla) = await Faxing();

        Assert.Equal((200, "answer"), Told(await carla.Offers(Fax)));
        Assert.Equal((200, "answer"), Told(await anna.Offers(Fax)));

        Assert.Equal(["fax?"], anna.Changes);
        Assert.Empty(carla.Changes);
        Assert.True(_house.Media.Faxes.Single().IsOpen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Either_side_leads_both_back_to_their_voices(bool isTheOther)
    {
        var (anna, carla) = await Faxing();
        var (first, second) = isTheOther ? (anna, carla) : (carla, anna);
        second.OnChange = _ => Task.FromResult(Agrees(Voice));

        Assert.Equal((200, "answer"), Told(await first.Offers(Voice)));

        Assert.Equal("voice?", second.Changes.Last());
        Assert.False(_house.Media.Faxes.Single().IsOpen);
        Assert.Equal((200, "answer"), Told(await first.Offers(Voice))); // a voice like any other from here on
        Assert.Equal((200, "fax!"), Told(await Again(second, first)));
    }

    [Fact]
    public async Task When_the_other_goes_on_faxing_so_does_the_fax()
    {
        var (anna, carla) = await Faxing();
        anna.OnChange = _ => Task.FromResult(new OfferResult(488, null));

        Assert.Equal((488, ""), Told(await carla.Offers(Voice)));

        Assert.True(_house.Media.Faxes.Single().IsOpen);
    }

    [Fact]
    public async Task A_description_of_nothing_is_refused_and_understood_as_the_end_of_the_fax()
    {
        var (anna, carla) = await Faxing();
        (anna.OnChange, carla.OnChange) = (_ => Task.FromResult(Agrees(Voice)), _ => Task.FromResult(Agrees(Voice)));

        Assert.Equal((488, ""), Told(await carla.Offers(Nothing)));

        await Soon.Is(() => carla.Changes.SequenceEqual(["voice?"]) && anna.Changes.SequenceEqual(["fax?", "voice?"]));
        Assert.False(_house.Media.Faxes.Single().IsOpen);
    }

    [Fact]
    public async Task Of_two_that_begin_at_once_one_tries_again()
    {
        var (anna, carla) = await Connected();
        var asked = new TaskCompletionSource<OfferResult>();
        anna.OnChange = _ => asked.Task;
        var first = carla.Offers(Fax);

        Assert.Equal((491, ""), Told(await anna.Offers(Fax)));
        asked.SetResult(Agrees(Fax));

        Assert.Equal((200, "fax!"), Told(await first));
        Assert.Single(_house.Media.Faxes);
    }

    [Fact]
    public async Task Voice_and_fax_offered_together_mean_the_voice()
    {
        var (anna, carla) = await Connected();

        Assert.Equal((200, "answer"), Told(await carla.Offers(Voice + "m=image 4100 udptl t38\r\n")));

        Assert.Empty(anna.Changes);
        Assert.Empty(_house.Media.Faxes);
    }

    [Fact]
    public async Task An_eager_machine_tries_again_when_the_other_is_there()
    {
        var answering = new TaskCompletionSource();
        var anna = new FakeCall("202", "200a", false) { Answering = answering.Task };
        anna.Serve(_house.Desk);
        var carla = (await _house.Calls.NumberAsync(1)).Answer();
        await Soon.Is(() => carla.OnRelayedOffer is not null);

        Assert.Equal((491, ""), Told(await carla.Offers(Fax)));
        Assert.Equal((200, "answer"), Told(await carla.Offers(Voice))); // which concerns nobody else

        answering.SetResult();
        await Soon.Is(() => _house.Media.Rooms.Any(r => r.Now.Seats.Length == 2), "a conversation");
        Assert.Equal((200, "fax!"), Told(await Again(anna, carla)));
    }

    [Fact]
    public async Task Without_a_port_there_is_no_fax()
    {
        var (_, carla) = await Connected();
        _house.Media.HasPorts = false;

        Assert.Equal((488, ""), Told(await carla.Offers(Fax)));
    }

    [Fact]
    public async Task In_a_room_there_is_no_fax()
    {
        _house.Standing("800");
        var anna = _house.Dial("800");
        await Soon.Is(() => _house.Media.Rooms.Any(r => r.Now.Seats.Length == 1));
        _house.Media.Last!.Verdict = Media.Sessions.MediaProblem.NoCommonCodec; // what a session says to an image without a voice

        Assert.Equal((488, ""), Told(await anna.Offers(Fax)));
        Assert.Empty(_house.Media.Faxes);
    }

    [Fact]
    public async Task A_fax_in_which_neither_machine_says_anything_ends_the_call()
    {
        var (anna, carla) = await Faxing();

        _house.Media.Faxes.Single().FallSilent();

        await Soon.Is(() => anna.HungUpWith?.Status == 408 && carla.HungUpWith?.Status == 408);
    }

    [Fact]
    public async Task Whoever_hangs_up_ends_the_fax_and_nobody_is_asked_for_his_voice()
    {
        var (anna, carla) = await Faxing();

        carla.HangUp();

        await Soon.Is(() => anna.HungUpWith is not null && !_house.Media.Faxes.Single().IsOpen);
        Assert.Equal(["fax?"], anna.Changes);
    }

    [Fact]
    public async Task Whoever_is_moved_elsewhere_in_mid_fax_gets_his_voice_back()
    {
        _house.Standing("800");
        var (anna, carla) = await Faxing();
        (anna.OnChange, carla.OnChange) = (_ => Task.FromResult(Agrees(Voice)), _ => Task.FromResult(Agrees(Voice)));

        Assert.True(_house.Desk.MoveToRoom(_house.Live.All.Single().Id, new RoomNumber("800")));

        await Soon.Is(() => anna.Changes.Contains("voice?") && carla.Changes.Contains("voice?"));
        Assert.False(_house.Media.Faxes.Single().IsOpen);
    }

    private static OfferResult Agrees(string body) => new(200, new SipBody("application/sdp", Encoding.UTF8.GetBytes(body)));

    private static bool IsFax(SipBody body) => body.Bytes.Span.SequenceEqual("fax?"u8);

    private static (int Status, string Body) Told(OfferResult result) => (result.Status, result.Answer is null ? "" : Encoding.UTF8.GetString(result.Answer.Bytes.Span));

    private static Task<OfferResult> Again(FakeCall asked, FakeCall by)
    {
        asked.OnChange = _ => Task.FromResult(Agrees(Fax));
        return by.Offers(Fax);
    }

    private async Task<(FakeCall Anna, FakeCall Carla)> Faxing()
    {
        var (anna, carla) = await Connected();
        Assert.Equal(200, (await Again(anna, carla)).Status);
        return (anna, carla);
    }

    private async Task<(FakeCall Anna, FakeCall Carla)> Connected()
    {
        var anna = new FakeCall("202", "200a", false);
        anna.Serve(_house.Desk);
        var carla = (await _house.Calls.NumberAsync(1)).Answer();
        await Soon.Is(() => _house.Media.Rooms.Any(r => r.Now.Seats.Length == 2), "a conversation");
        return (anna, carla);
    }
}
