using System.Globalization;
using System.Net;
using System.Text;
using Conference.Media.Codecs;
using Conference.Media.Mixing;
using Conference.Media.Rtp;
using Conference.Media.Security;
using Conference.Media.Sessions;

namespace Conference.Media.Tests.Testing;

/// <summary>A phone on the wire that speaks one codec, in the clear or under SRTP.</summary>
internal sealed class CodecPhone : IDisposable
{
    private const int DynamicPayload = 100;

    private readonly Bridge _bridge;
    private readonly VoiceFormat _format;
    private readonly string _wishes;
    private uint _heardFrom;
    private readonly IPEndPoint _here;
    private readonly byte _payloadType;
    private readonly IVoiceEncoder _encoder;
    private readonly IVoiceDecoder _decoder;
    private readonly short[] _pcm = new short[5760];
    private readonly SrtpSender? _sender;
    private readonly SrtpReceiver? _receiver;
    private ushort _sequence = 500;
    private uint _timestamp = 90_000;
    private int _said;

    /// <param name="hertz">The tone it hums; 0 to say digital silence.</param>
    /// <param name="isSecure">Whether it offers SRTP with a key in the description.</param>
    public CodecPhone(Bridge bridge, VoiceFormat format, int port, double hertz = 0, double amplitude = 8000, bool isSecure = false, string wishes = "")
    {
        (_bridge, _format, _wishes, Hertz, Amplitude) = (bridge, format, wishes, hertz, amplitude);
        _here = new IPEndPoint(IPAddress.Parse("192.0.2.9"), port);
        _payloadType = format.Payload < 96 ? format.Payload : (byte)DynamicPayload;
        var codecs = new VoiceCodecs();
        (_encoder, _decoder) = (codecs.OpenEncoder(format, ""), codecs.OpenDecoder(format, ""));
        Session = bridge.Engine.OpenSession(_here.Address)!;
        var ours = isSecure ? new SdesCrypto(1, SrtpKey.Random(SrtpProfile.Aes128Sha1Tag80)) : null;
        Assert.Equal(MediaProblem.None, Session.Answer(Encoding.UTF8.GetBytes(Offer(ours)), out var answer));
        Answer = Encoding.UTF8.GetString(answer);
        if (ours is not null)
        {
            _sender = new SrtpSender(ours.Key);
            _receiver = new SrtpReceiver(SdesCrypto.Parse(Answer.Split("a=crypto:")[1].Split("\r\n")[0])!.Key);
        }

        bridge.Wire.Phones[port] = Hear;
        bridge.Wire.Phones[port + 1] = _ => { };
        bridge.Before += Say;
        Seat = new Seat(Guid.NewGuid(), Session, Speaks: true, Hears: true);
    }

    public IMediaSession Session { get; }

    public Seat Seat { get; set; }

    public string Answer { get; }

    public double Hertz { get; set; }

    public double Amplitude { get; set; }

    public int Rate => _format.Rate;

    /// <summary>All samples heard, in order.</summary>
    public List<short> Heard { get; } = [];

    /// <summary>Packets that it could not believe or decode.</summary>
    public int Unreadable { get; private set; }

    /// <summary>Payloads heard, in order.</summary>
    public List<byte[]> Payloads { get; } = [];

    public bool IsMute { get; set; }

    /// <summary>How loud a tone is in the last second heard.</summary>
    public double Hears(double hertz) => Tone.Amplitude([.. Heard.TakeLast(Rate)], hertz, Rate);

    public void Dispose()
    {
        _sender?.Dispose();
        _receiver?.Dispose();
        _encoder.Dispose();
        _decoder.Dispose();
    }

    private string Offer(SdesCrypto? crypto) => string.Create(CultureInfo.InvariantCulture,
        $"v=0\r\no=- 1 1 IN IP4 {_here.Address}\r\ns=-\r\nc=IN IP4 {_here.Address}\r\nt=0 0\r\nm=audio {_here.Port} RTP/{(crypto is null ? "AVP" : "SAVP")} {_payloadType}\r\n")
        + $"a=rtpmap:{_payloadType} {_format.Name}/{_format.Clock}{(_format.Channels > 1 ? "/2" : "")}\r\n"
        + (_wishes.Length == 0 ? "" : $"a=fmtp:{_payloadType} {_wishes}\r\n")
        + (crypto is null ? "" : $"a=crypto:{crypto.Write()}\r\n");

    /// <summary>Sends a few packets, and no more.</summary>
    public void Hum(int packets)
    {
        IsMute = false;
        for (var i = 0; i < packets; i++)
            _bridge.Pass(1);
        IsMute = true;
    }

    /// <summary>Tells by RTCP what it misses of what it hears.</summary>
    /// <param name="missed">0 to 1.</param>
    public void Report(double missed)
    {
        var datagram = new byte[RtcpPacket.MaxReport];
        var heard = new HeardReport(_heardFrom, (byte)(256 * missed), 0, 0, 0, 0, 0);
        var length = RtcpPacket.WriteReport(datagram, 0xC0DEC, null, heard, "abc"u8);
        _bridge.Wire.Send(new IPEndPoint(_here.Address, _here.Port + 1), Session.Port + 1, datagram[..length]);
    }

    private void Say()
    {
        var timestamp = _timestamp;
        _timestamp += (uint)_format.ClockFrame;
        if (IsMute) return;
        var pcm = Hertz == 0 ? new short[_format.Frame] : Tone.Sine(Hertz, Amplitude, _format.Frame, _said, Rate);
        _said += _format.Frame;
        var datagram = new byte[2048];
        var length = RtpPacket.FixedHeader + _encoder.Encode(pcm, datagram.AsSpan(RtpPacket.FixedHeader));
        RtpPacket.WriteHeader(datagram, _payloadType, false, _sequence++, timestamp, 0xC0DEC);
        if (_sender is not null) Assert.Equal(SrtpError.None, _sender.Protect(datagram, ref length));
        _bridge.Wire.Send(_here, Session.Port, datagram[..length]);
    }

    private void Hear(byte[] datagram)
    {
        var length = datagram.Length;
        if (_receiver is not null && _receiver.Unprotect(datagram, ref length) != SrtpError.None)
        {
            Unreadable++;
            return;
        }

        if (RtpPacket.Parse(datagram.AsSpan(0, length), out var packet) != RtpError.None) return;
        _heardFrom = packet.Ssrc;
        var count = _decoder.Decode(packet.Payload, _pcm);
        if (count == 0) Unreadable++;
        Payloads.Add(packet.Payload.ToArray());
        Heard.AddRange(_pcm.AsSpan(0, count));
    }
}
