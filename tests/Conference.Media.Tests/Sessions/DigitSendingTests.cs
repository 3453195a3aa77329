using System.Buffers.Binary;
using System.Net;
using Conference.Media.Rtp;
using Conference.Media.Sdp;
using Conference.Media.Sessions;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Sessions;

public sealed class DigitSendingTests : IDisposable
{
    private readonly Bridge _bridge = new();

    public void Dispose() => _bridge.Dispose();

    [Fact]
    public void Keys_reach_the_phone_one_after_the_other_each_once()
    {
        var phone = _bridge.Dial();
        _bridge.Pass(5);

        foreach (var key in "5#A") Assert.True(phone.Session.SendKey(key));
        _bridge.Pass(60);

        var (reader, keys) = (new DigitReader(), "");
        foreach (var datagram in phone.Heard)
            if (RtpPacket.Parse(datagram, out var packet) == RtpError.None && packet.PayloadType == 101 && reader.Read(packet, out var key) && key != '\0') keys += key;
        Assert.Equal("5#A", keys);
    }

    [Fact]
    public void A_key_lasts_160_milliseconds_ends_three_times_and_leaves_no_room_for_voice()
    {
        var phone = _bridge.Dial();
        _bridge.Pass(5);
        var before = phone.Heard.Count;

        phone.Session.SendKey('1');
        _bridge.Pass(15);

        var sent = phone.Heard.Skip(before).Select(d => d[1] & 0x7F).ToArray();
        Assert.All(sent[..11], type => Assert.Equal(101, type));
        var events = Packets(phone, 101).Select(p => p.Payload).ToArray();
        Assert.Equal([160, 320, 480, 640, 800, 960, 1120, 1280, 1280, 1280, 1280], events.Select(e => (int)BinaryPrimitives.ReadUInt16BigEndian(e.AsSpan(2))));
        Assert.Equal(3, events.Count(e => (e[1] & 0x80) != 0));
        Assert.Single(Packets(phone, 101).Select(p => p.Timestamp).Distinct());
    }

    [Fact]
    public void The_clock_of_the_stream_goes_on_while_keys_are_sent()
    {
        var phone = _bridge.Dial();
        _bridge.Pass(5);
        var first = Packets(phone, 8).Last().Timestamp;

        phone.Session.SendKey('1');
        _bridge.Pass(30);

        Assert.Equal(first + 30 * 160, Packets(phone, 8).Last().Timestamp);
    }

    [Fact]
    public void A_phone_that_takes_no_events_is_not_sent_any()
    {
        var session = _bridge.Engine.OpenSession(IPAddress.Parse("192.0.2.1"))!;
        session.Answer("v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 8\r\n"u8, out _);

        Assert.False(session.SendKey('1'));
    }

    [Fact]
    public void A_leg_speaks_only_the_codecs_it_was_given_in_their_order()
    {
        var session = _bridge.Engine.OpenSession(IPAddress.Parse("192.0.2.1"), new SessionTerms { Codecs = ["PCMU", "PCMA"] })!;
        Assert.Contains("RTP/AVP 0 8 101", System.Text.Encoding.UTF8.GetString(session.Offer()), StringComparison.Ordinal);

        var narrow = _bridge.Engine.OpenSession(IPAddress.Parse("192.0.2.1"), new SessionTerms { Codecs = ["PCMU"] })!;
        Assert.Equal(MediaProblem.NoCommonCodec, narrow.Answer("v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 8\r\n"u8, out _));
    }

    [Theory]
    [InlineData("m=audio 4000 RTP/AVP 18 0 8\r\n", "PCMU")]
    [InlineData("m=audio 4000 RTP/AVP 8\r\n", "PCMA")]
    [InlineData("m=audio 4000 RTP/AVP 18\r\n", "")]
    [InlineData("m=audio 0 RTP/AVP 8\r\n", "")]
    [InlineData("m=audio 4000 RTP/SAVP 8\r\n", "PCMA")] // whether it is taken is for the answer to say
    [InlineData("m=audio 9 UDP/TLS/RTP/SAVPF 111 8\r\na=rtpmap:111 opus/48000/2\r\n", "PCMA")]
    [InlineData("m=audio 4000 UDP/BFCP 8\r\n", "")]
    public void The_codec_of_an_offer_is_known_before_it_is_answered(string media, string codec) =>
        Assert.Equal(codec, OfferedCodec.First(System.Text.Encoding.UTF8.GetBytes("v=0\r\nc=IN IP4 192.0.2.1\r\n" + media), ["PCMA", "PCMU"]));

    [Theory]
    [InlineData("a=sendonly\r\n", true)]
    [InlineData("a=inactive\r\n", true)]
    [InlineData("a=recvonly\r\n", false)]
    [InlineData("a=sendrecv\r\n", false)]
    public void A_peer_that_does_not_want_to_hear_us_holds_the_call(string direction, bool isHeld) =>
        Assert.Equal(isHeld, _bridge.Dial(extra: direction).Session.IsHeld);

    private static List<(uint Timestamp, byte[] Payload)> Packets(Phone phone, int payloadType)
    {
        var packets = new List<(uint, byte[])>();
        foreach (var datagram in phone.Heard)
            if (RtpPacket.Parse(datagram, out var packet) == RtpError.None && packet.PayloadType == payloadType) packets.Add((packet.Timestamp, packet.Payload.ToArray()));
        return packets;
    }
}
