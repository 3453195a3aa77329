using System.Globalization;
using System.Net;
using Conference.Media.Mixing;
using Conference.Media.Rtp;
using Conference.Media.Sessions;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Sessions;

public sealed class VideoTests : IDisposable
{
    private const string Vp8 = "a=rtpmap:97 VP8/90000\r\n";
    private const string ByRtcp = "a=rtcp-fb:* nack pli\r\na=rtcp-fb:* ccm fir\r\n";

    private readonly Bridge _bridge = new(new MediaOptions { FirstPort = 30000, LastPort = 39999, Workers = 1, Video = true, VideoKilobits = 512 });
    private readonly List<Camera> _cameras = [];

    public VideoTests() => _bridge.Before = () => _cameras.ForEach(c => c.Film());

    public void Dispose() => _bridge.Dispose();

    [Fact]
    public void Two_see_each_other_from_the_first_whole_picture_on()
    {
        var (anna, bruno) = (Film(1), Film(2));
        using var room = _bridge.Seat(anna.Phone, bruno.Phone);

        _bridge.Pass(150);

        Assert.All(anna.Seen, p => Assert.Equal(2, p.By));
        Assert.All(bruno.Seen, p => Assert.Equal(1, p.By));
        Assert.True(anna.Seen.Count > 90);
        Assert.True(anna.Seen[0].IsWhole);
        AssertSeamless(anna);
        Assert.True(bruno.AskedForPictures > 0);
        Assert.Equal(0, _bridge.Engine.Health.Faults);
    }

    [Fact]
    public void Everybody_sees_who_talks_and_he_sees_who_talked_before()
    {
        var (anna, bruno, carla) = (Film(1), Film(2), Film(3));
        using var room = _bridge.Seat(anna.Phone, bruno.Phone, carla.Phone);
        anna.Phone.Hums(500);
        _bridge.Pass(200);
        anna.Phone.Voice = null;
        bruno.Phone.Hums(700);
        _bridge.Pass(400);

        Assert.Equal(2, anna.Seen[^1].By);
        Assert.Equal(2, carla.Seen[^1].By);
        Assert.Equal(1, bruno.Seen[^1].By);
        AssertSeamless(carla);
        var turn = carla.Seen.FindIndex(p => p.By == 2);
        Assert.True(turn > 0 && carla.Seen[turn].IsWhole); // not a moment without a picture
        Assert.Equal(1, carla.Seen.Zip(carla.Seen.Skip(1)).Count(p => p.First.By != p.Second.By));
    }

    [Fact]
    public void Whoever_cannot_send_a_whole_picture_is_seen_after_a_second_all_the_same()
    {
        var (anna, bruno) = (Film(1), Film(2));
        bruno.SendsWhole = false;
        using var room = _bridge.Seat(anna.Phone, bruno.Phone);

        _bridge.Pass(45);
        Assert.Empty(anna.Seen);
        _bridge.Pass(20);
        Assert.NotEmpty(anna.Seen);
    }

    [Fact]
    public void Whoever_is_muted_held_or_out_is_seen_no_more()
    {
        var (anna, bruno) = (Film(1), Film(2));
        using var room = _bridge.Seat(anna.Phone, bruno.Phone);
        _bridge.Pass(60);

        room.Use(new MixPlan([anna.Phone.Seat, bruno.Phone.Seat with { Speaks = false }]));
        AssertSees(anna, nobody: true); // muted
        room.Use(Bridge.Plan(anna.Phone, bruno.Phone));
        AssertSees(anna, nobody: false);
        bruno.Reoffer("a=sendonly\r\n"); // holds
        AssertSees(anna, nobody: true);
        bruno.Reoffer("");
        AssertSees(anna, nobody: false);
        room.Use(Bridge.Plan(anna.Phone));
        AssertSees(anna, nobody: true); // out
        room.Use(new MixPlan([anna.Phone.Seat with { Hears = false }, bruno.Phone.Seat]));
        AssertSees(anna, nobody: true); // waits outside
    }

    [Fact]
    public void Pictures_that_a_viewer_would_not_understand_are_not_sent_to_him()
    {
        var (anna, bruno, carla) = (Film(1), Film(2), Film(3, "a=rtpmap:97 H264/90000\r\na=fmtp:97 profile-level-id=42e01f;packetization-mode=1\r\n"));
        using var room = _bridge.Seat(anna.Phone, bruno.Phone, carla.Phone);
        carla.Phone.Hums(500);
        _bridge.Pass(200);

        Assert.Empty(carla.Seen);
        Assert.All(anna.Seen, p => Assert.Equal(2, p.By));
        Assert.NotEmpty(anna.Seen);
    }

    [Fact]
    public void A_viewer_who_lost_the_picture_has_the_camera_asked_but_not_more_than_twice_a_second()
    {
        var (anna, bruno) = (Film(1), Film(2));
        using var room = _bridge.Seat(anna.Phone, bruno.Phone);
        _bridge.Pass(100);
        var before = bruno.AskedForPictures;

        for (var i = 0; i < 100; i++)
        {
            anna.LosesPicture();
            _bridge.Pass(1);
        }

        Assert.InRange(bruno.AskedForPictures - before, 3, 5);
    }

    [Fact]
    public void A_camera_that_knows_no_such_question_is_asked_by_signalling()
    {
        var (anna, bruno) = (Film(1), Film(2, feedback: ""));
        var wanted = 0;
        bruno.Phone.Session.PictureWanted += () => wanted++;
        using var room = _bridge.Seat(anna.Phone, bruno.Phone);
        _bridge.Pass(100);
        Assert.InRange(wanted, 1, 2);
        Assert.Equal(0, bruno.AskedForPictures);

        var before = bruno.AskedForPictures + anna.AskedForPictures;
        _bridge.Pass(50);
        bruno.Phone.Session.AskForPicture(); // INFO from the viewer
        _bridge.Pass(3);
        Assert.Equal(before + 1, anna.AskedForPictures + bruno.AskedForPictures);
    }

    [Fact]
    public void A_camera_beyond_its_limit_is_cut_and_strangers_are_not_seen()
    {
        var (anna, bruno) = (Film(1), Film(2));
        bruno.PacketsInATick = 20; // 20 * 1000 * 50 * 8 = 8 Mbit/s
        using var room = _bridge.Seat(anna.Phone, bruno.Phone);
        _bridge.Pass(250);

        var bits = anna.Seen.Sum(p => p.Length) * 8.0 / 5;
        Assert.InRange(bits, 200_000, 700_000); // 512 kbit/s, and what a second allows at once

        var seen = anna.Seen.Count;
        _cameras.Clear();
        bruno.Film(new IPEndPoint(IPAddress.Parse("203.0.113.9"), 5555));
        _bridge.Pass(5);
        Assert.Equal(seen, anna.Seen.Count);
    }

    [Fact]
    public void Without_the_setting_nobody_gets_a_port_for_pictures()
    {
        using var bridge = new Bridge();
        var phone = bridge.Dial(extra: "m=video 45000 RTP/AVP 97\r\n" + Vp8);

        Assert.Contains("m=video 0 RTP/AVP 97\r\n", phone.Answer, StringComparison.Ordinal);
        Assert.Equal(2, bridge.Wire.Taken.Count);
    }

    [Fact]
    public void Ports_are_given_back()
    {
        var camera = Film(1);
        Assert.Equal(4, _bridge.Wire.Taken.Count);
        camera.Phone.Session.Dispose();
        _cameras.Clear();
        _bridge.Pass(3);
        Assert.Empty(_bridge.Wire.Taken);
    }

    private void AssertSees(Camera viewer, bool nobody)
    {
        _bridge.Pass(5);
        var before = viewer.Seen.Count;
        _bridge.Pass(80);
        Assert.Equal(nobody, viewer.Seen.Count == before);
    }

    private static void AssertSeamless(Camera viewer)
    {
        Assert.Single(viewer.Seen.Select(p => p.Ssrc).Distinct());
        foreach (var (first, second) in viewer.Seen.Zip(viewer.Seen.Skip(1)))
        {
            Assert.Equal(1, (ushort)(second.Sequence - first.Sequence));
            Assert.InRange(second.Timestamp - first.Timestamp, 0u, 90_000u);
        }
    }

    private Camera Film(byte by, string codec = Vp8, string feedback = ByRtcp)
    {
        var camera = new Camera(_bridge, by, codec + feedback);
        _cameras.Add(camera);
        return camera;
    }

    /// <summary>A phone with a camera: a packet each tick, a whole picture when it is asked for one.</summary>
    private sealed class Camera
    {
        private readonly Bridge _bridge;
        private readonly byte _by;
        private readonly string _video;
        private readonly int _port;
        private readonly bool _isH264;
        private ushort _sequence;
        private uint _timestamp;
        private int _to;
        private bool _isAsked = true;

        public Camera(Bridge bridge, byte by, string formats)
        {
            (_bridge, _by, _port) = (bridge, by, 45000 + 2 * by);
            (_sequence, _timestamp) = ((ushort)(1000 * by), 77777u * by);
            _isH264 = formats.Contains("H264", StringComparison.Ordinal);
            _video = $"m=video {_port} RTP/AVP 97\r\n{formats}";
            Phone = bridge.Dial(extra: _video);
            Phone.Voice = () => Enumerable.Repeat((byte)0xD5, 160).ToArray();
            _to = PortIn(Phone.Answer);
            bridge.Wire.Phones[_port] = See;
            bridge.Wire.Phones[_port + 1] = Hear;
        }

        public Phone Phone { get; }

        public bool SendsWhole { get; set; } = true;

        public int PacketsInATick { get; set; } = 1;

        public int AskedForPictures { get; private set; }

        public List<(byte By, ushort Sequence, uint Timestamp, uint Ssrc, bool IsWhole, int Length)> Seen { get; } = [];

        public void Film() => Film(null);

        public void Film(IPEndPoint? from)
        {
            for (var i = 0; i < PacketsInATick; i++)
            {
                var datagram = new byte[12 + (PacketsInATick > 1 ? 1000 : 100)];
                var whole = _isAsked && SendsWhole;
                (datagram[12], datagram[13], datagram[14]) = _isH264 ? ((byte)(whole ? 0x65 : 0x41), (byte)0, _by) : ((byte)0x10, (byte)(whole ? 0 : 1), _by);
                RtpPacket.WriteHeader(datagram, 97, true, _sequence++, _timestamp, (uint)(0xCA00 + _by));
                _isAsked = false;
                _bridge.Wire.Send(from ?? new IPEndPoint(IPAddress.Parse("192.0.2.1"), _port), _to, datagram);
            }

            _timestamp += 1800;
        }

        public void LosesPicture()
        {
            var datagram = new byte[64];
            var length = Media.Video.PictureRequest.Write(datagram, 1, 2, 0, pli: true, fir: false);
            _bridge.Wire.Send(new IPEndPoint(IPAddress.Parse("192.0.2.1"), _port + 1), _to + 1, datagram[..length]);
        }

        public void Reoffer(string direction) =>
            Assert.Equal(MediaProblem.None, Phone.Session.Answer(Phone.OfferSdp(direction + _video + direction), out _));

        private void See(byte[] datagram)
        {
            Assert.Equal(RtpError.None, RtpPacket.Parse(datagram, out var packet));
            Assert.Equal(97, packet.PayloadType);
            Seen.Add((packet.Payload[2], packet.Sequence, packet.Timestamp, packet.Ssrc, (packet.Payload[1] & 1) == 0, datagram.Length));
        }

        private void Hear(byte[] datagram)
        {
            if (!Media.Video.PictureRequest.IsIn(datagram)) return;
            AskedForPictures++;
            _isAsked = true;
        }

        private static int PortIn(string answer) => int.Parse(answer.Split("m=video ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
