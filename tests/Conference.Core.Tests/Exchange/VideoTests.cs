using Conference.Core.Tests.Testing;
using Conference.Sip.Calls;

namespace Conference.Core.Tests.Exchange;

public sealed class VideoTests : IDisposable
{
    private const string Voice = "v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 4000 RTP/AVP 8 0\r\n";

    private readonly House _house = new();

    public VideoTests()
    {
        _house.Extension("200", "Anna");
        _house.Extension("202", "Carla");
    }

    public void Dispose() => _house.Dispose();

    [Theory]
    [InlineData("m=video 4002 RTP/AVP 97\r\n", true)]
    [InlineData("m=video 0 RTP/AVP 97\r\n", false)]
    [InlineData("", false)]
    public async Task Whoever_is_called_is_offered_pictures_when_the_caller_has_a_camera(string video, bool isOffered)
    {
        var anna = new FakeCall("202", "200a", false) { Body = new SipBody("application/sdp", System.Text.Encoding.UTF8.GetBytes(Voice + video)) };
        anna.Serve(_house.Desk);
        (await _house.Calls.NumberAsync(1)).Answer();

        Assert.Equal(isOffered, _house.Media.Last!.HasVideo);
    }

    [Fact]
    public async Task A_wish_for_a_whole_picture_goes_out_and_comes_in_by_INFO()
    {
        _house.Standing("800");
        var anna = _house.Dial("800");
        await Soon.Is(() => _house.Media.Rooms.Any(r => r.Now.Seats.Length == 1));

        _house.Media.Last!.WantPicture();
        Assert.Contains("<picture_fast_update/>", anna.Keys.Single(), StringComparison.Ordinal);

        anna.Info("application/media_control+xml", "<media_control><vc_primitive><to_encoder><picture_fast_update></picture_fast_update></to_encoder></vc_primitive></media_control>");
        anna.Info("application/media_control+xml", "<media_control/>");
        anna.Info("text/plain", "picture_fast_update");
        anna.Info("application/media_control+xml", "picture_fast_update");
        await Soon.Is(() => _house.Media.Last!.AsksForPicture == 2);
    }
}
