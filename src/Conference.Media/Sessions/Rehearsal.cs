using System.Collections.Immutable;
using System.Net;
using System.Text;
using Conference.Media.Files;
using Conference.Media.Mixing;
using Conference.Media.Rtp;
using Conference.Media.Sdp;

namespace Conference.Media.Sessions;

/// <summary>A conference with nobody in it, held once before the first call: what it touches is compiled when somebody listens.</summary>
/// <remarks>Otherwise the first caller's first second would be spent in the compiler, many ticks late.</remarks>
internal static class Rehearsal
{
    private const int Ticks = 300;
    private const long TickNanoseconds = 20_000_000;

    public static void Play()
    {
        using var engine = new MediaEngine(new MediaOptions { Workers = 1, Security = MediaSecurity.None }, TimeProvider.System, port => new Echo { Port = port }, start: false);
        var seats = new[] { "8", "0", "8 101" }.Select((formats, i) => Seat(engine, formats, speaks: i < 2)).ToImmutableArray();
        using var room = engine.OpenRoom();
        room.Use(new MixPlan(seats));
        room.Play(Tones.Join);
        _ = seats[0].Session.PlayAsync([Tones.Beep], CancellationToken.None);
        for (var tick = 0; tick < Ticks; tick++)
        {
            if (tick == Ticks / 2) room.Use(new MixPlan(seats[..1]));
            engine.Tick(1_000_000_000 + tick * TickNanoseconds, 0);
            engine.Dispatcher.Round();
        }
    }

    private static Seat Seat(MediaEngine engine, string formats, bool speaks)
    {
        var session = engine.OpenSession(IPAddress.Loopback)!;
        session.Answer(Encoding.UTF8.GetBytes($"v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 4000 RTP/AVP {formats}\r\na=rtpmap:101 telephone-event/8000\r\n"), out _);
        return new Seat(Guid.NewGuid(), session, speaks, Hears: true);
    }

    /// <summary>A port in memory whose far end sends back whatever it gets.</summary>
    private sealed class Echo : PacketPort
    {
        private readonly byte[] _datagram = new byte[512];
        private int _length = -1;
        private Peer _peer;

        public override int Receive(Span<byte> buffer, out Peer from, out long stamp)
        {
            (from, stamp) = (_peer, 0);
            var length = _length;
            if (length > 0) _datagram.AsSpan(0, length).CopyTo(buffer);
            _length = -1;
            return length;
        }

        public override void Send(ReadOnlySpan<byte> datagram, Peer to)
        {
            datagram.CopyTo(_datagram);
            (_length, _peer) = (datagram.Length, to);
        }

        public override void Dispose()
        {
        }
    }
}
