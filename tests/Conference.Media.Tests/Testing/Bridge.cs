using System.Net;
using Conference.Media.Codecs;
using Conference.Media.Mixing;
using Conference.Media.Sessions;

namespace Conference.Media.Tests.Testing;

/// <summary>An engine without threads and sockets: a test moves its time, 20 ms a tick.</summary>
internal sealed class Bridge : IDisposable
{
    private const long TickNanoseconds = 20_000_000;

    private readonly List<Phone> _phones = [];
    private long _now = 1_000_000_000_000 + 7_000_000;

    public Bridge(MediaOptions? options = null) =>
        Engine = new MediaEngine(options ?? new MediaOptions { FirstPort = 30000, LastPort = 39999, Workers = 1 }, Time, Wire.Open, start: false);

    public Wire Wire { get; } = new();

    public FakeTime Time { get; } = new();

    /// <summary>What happens shortly before each tick, besides what its phones say.</summary>
    public Action Before { get; set; } = () => { };

    public MediaEngine Engine { get; }

    /// <summary>A phone that has called and whose SDP is answered.</summary>
    public Phone Dial(Law law = Law.A, string extra = "", string address = "192.0.2.1", string others = "101")
    {
        var session = Engine.OpenSession(IPAddress.Parse(address))!;
        var phone = new Phone(this, session, law, 41000 + 2 * _phones.Count, IPAddress.Parse(address));
        Assert.Equal(MediaProblem.None, session.Answer(phone.OfferSdp(extra, others), out var answer));
        phone.Answer = System.Text.Encoding.UTF8.GetString(answer);
        _phones.Add(phone);
        return phone;
    }

    public IMixRoom Seat(params Phone[] phones)
    {
        var room = Engine.OpenRoom();
        room.Use(Plan(phones));
        return room;
    }

    public static MixPlan Plan(params Phone[] phones) => new([.. phones.Select(p => p.Seat)]);

    /// <summary>Lets ticks pass; every phone sends a packet shortly before each, if it talks.</summary>
    public void Pass(int ticks)
    {
        for (var i = 0; i < ticks; i++)
        {
            foreach (var phone in _phones)
                phone.Send();
            Before();
            Tick();
        }
    }

    public void Pass(TimeSpan time) => Pass((int)(time.TotalMilliseconds / 20));

    public void Tick(int skipped = 0)
    {
        _now += TickNanoseconds * (1 + skipped);
        Time.Advance(TimeSpan.FromMilliseconds(20 * (1 + skipped)));
        Engine.Tick(_now, skipped);
        Engine.Dispatcher.Round();
    }

    public void Dispose() => Engine.Dispose();
}

/// <summary>A phone on the wire.</summary>
internal sealed class Phone
{
    private readonly Bridge _bridge;
    private readonly IPEndPoint _here;
    private ushort _sequence = 100;
    private uint _timestamp = 5000;

    public Phone(Bridge bridge, IMediaSession session, Law law, int port, IPAddress address)
    {
        (_bridge, Session, Law, Port, _here) = (bridge, session, law, port, new IPEndPoint(address, port));
        Seat = new Seat(Guid.NewGuid(), session, Speaks: true, Hears: true);
        bridge.Wire.Phones[port] = d => Heard.Add(d);
        bridge.Wire.Phones[port + 1] = d => HeardRtcp.Add(d);
    }

    public IMediaSession Session { get; }

    public Law Law { get; }

    public int Port { get; }

    public uint Ssrc { get; set; } = 0x1234;

    public string Answer { get; set; } = "";

    public Seat Seat { get; set; }

    /// <summary>Datagrams that reached the RTP port.</summary>
    public List<byte[]> Heard { get; } = [];

    public List<byte[]> HeardRtcp { get; } = [];

    /// <summary>Payloads sent so far.</summary>
    public List<byte[]> Said { get; } = [];

    /// <summary>What it says next; silent when <see langword="null"/>.</summary>
    public Func<byte[]?>? Voice { get; set; }

    public byte PayloadType => Law == Law.Mu ? (byte)0 : (byte)8;

    /// <summary>All samples heard, in order.</summary>
    public short[] HeardPcm => [.. Heard.SelectMany(d => Decode(d.AsSpan(12)))];

    /// <param name="others">Payload types beside the voice.</param>
    public byte[] OfferSdp(string extra = "", string others = "101") => System.Text.Encoding.UTF8.GetBytes(
        $"v=0\r\no=- 1 1 IN IP4 {_here.Address}\r\ns=-\r\nc=IN IP4 {_here.Address}\r\nt=0 0\r\nm=audio {Port} RTP/AVP {PayloadType} {others}\r\n"
        + $"a=rtpmap:101 telephone-event/8000\r\n{extra}");

    /// <summary>Says a tone for ever.</summary>
    public Phone Hums(double hertz, double amplitude = 8000)
    {
        var at = 0;
        Voice = () =>
        {
            var pcm = Tone.Sine(hertz, amplitude, 160, at);
            at += 160;
            var codes = new byte[160];
            G711.Encode(Law, pcm, codes);
            return codes;
        };
        return this;
    }

    public void Send()
    {
        var payload = Voice?.Invoke();
        if (payload is not null)
        {
            Said.Add(payload);
            Send(PayloadType, payload, _timestamp);
        }

        _timestamp += 160;
    }

    /// <summary>A packet that the network loses.</summary>
    public void Skip() => _sequence++;

    /// <summary>Sends something other than voice, at the present moment of its clock.</summary>
    public void SendNow(byte payloadType, byte[] payload) => Send(payloadType, payload, _timestamp);

    /// <summary>Presses a key: one update and three ends (RFC 4733 §2.5.1.4).</summary>
    public void Press(int key, int packets = 4)
    {
        for (var i = 0; i < packets; i++)
        {
            byte[] payload = [(byte)key, (byte)(i == 0 ? 10 : 0x8A), 0x03, 0x20];
            Send(101, payload, _timestamp, marker: i == 0);
        }
    }

    public void Send(byte payloadType, byte[] payload, uint timestamp, bool marker = false, IPEndPoint? from = null)
    {
        var datagram = new byte[12 + payload.Length];
        Media.Rtp.RtpPacket.WriteHeader(datagram, payloadType, marker, _sequence++, timestamp, Ssrc);
        payload.CopyTo(datagram, 12);
        _bridge.Wire.Send(from ?? _here, Session.Port, datagram);
    }

    private short[] Decode(ReadOnlySpan<byte> codes)
    {
        var pcm = new short[codes.Length];
        G711.Decode(Law, codes, pcm);
        return pcm;
    }
}
