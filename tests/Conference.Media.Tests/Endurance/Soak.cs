using System.Diagnostics;
using System.Net;
using System.Text;
using Conference.Media.Files;
using Conference.Media.Mixing;
using Conference.Media.Sessions;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Endurance;

/// <summary>A house where people come, go, mute themselves, hear announcements and lose one packet in a hundred, for as long as one likes, over real UDP on loopback.</summary>
internal sealed class Soak : IDisposable
{
    private const int RoomSize = 20;
    private const int Talkers = 3;
    private const double Lost = 0.01;
    private const int FullShare = 10; // one in ten is away at any time
    private static readonly TimeSpan s_turn = TimeSpan.FromMilliseconds(50);

    private readonly Random _random;
    private readonly MediaEngine _engine;
    private readonly LoopbackPhones _phones;
    private readonly IMixRoom[] _rooms;
    private readonly Seat?[] _seats;
    private readonly Sound _beep = new("beep", 8000, Tones(8000));
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private long _joins;

    /// <param name="participants">How many there are room for; a tenth of them is away at any time.</param>
    /// <param name="seed">Who does what when.</param>
    /// <param name="firstPort">First of the ports for audio.</param>
    public Soak(int participants, int seed, int firstPort)
    {
        _random = new Random(seed);
        _engine = new MediaEngine(new MediaOptions { FirstPort = firstPort, LastPort = firstPort + 4 * participants, Bind = IPAddress.Loopback }, TimeProvider.System);
        _phones = new LoopbackPhones(participants, index => index % RoomSize < Talkers, Lost, seed);
        _rooms = [.. Enumerable.Range(0, (participants + RoomSize - 1) / RoomSize).Select(_ => _engine.OpenRoom())];
        _seats = new Seat?[participants];
        for (var phone = 0; phone < participants; phone++)
            Join(phone);
        _phones.Start();
    }

    /// <summary>Lets life go on.</summary>
    /// <param name="time">For how long.</param>
    /// <returns>How things stand then.</returns>
    public Vitals Live(TimeSpan time)
    {
        for (var end = _watch.Elapsed + time; _watch.Elapsed < end; Thread.Sleep(s_turn))
            Happen(_random.Next(_seats.Length));
        return Vitals.Take(_watch.Elapsed, _seats.Count(s => s is not null), _joins, _engine.Health);
    }

    public void Dispose()
    {
        _phones.Dispose();
        _engine.Dispose();
    }

    private void Happen(int phone)
    {
        if (_seats[phone] is not { } seat) Join(phone);
        else if (_random.Next(FullShare) == 0) Leave(phone, seat);
        else if (_random.Next(2) == 0) Change(phone, seat);
        else _ = seat.Session.PlayAsync([_beep], CancellationToken.None);
        if (_random.Next(20) == 0) _rooms[phone / RoomSize].Play(_beep);
    }

    private void Join(int phone)
    {
        if (_engine.OpenSession(IPAddress.Loopback) is not { } session) return; // a machine that stood still takes nobody for some seconds
        var offer = $"v=0\r\no=- {phone} 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {_phones.PortOf(phone)} RTP/AVP 0\r\n";
        if (session.Answer(Encoding.UTF8.GetBytes(offer), out _) != MediaProblem.None) throw new InvalidOperationException("The offer was refused.");
        _phones.Target(phone, session.Port);
        _seats[phone] = new Seat(Guid.NewGuid(), session, Speaks: true, Hears: true);
        _joins++;
        Tell(phone);
    }

    private void Leave(int phone, Seat seat)
    {
        _seats[phone] = null;
        Tell(phone);
        _phones.HangUp(phone);
        seat.Session.Dispose();
    }

    private void Change(int phone, Seat seat)
    {
        _seats[phone] = seat with { Speaks = !seat.Speaks, HearingVolume = 3 * _random.Next(-2, 3) };
        Tell(phone);
    }

    private void Tell(int phone)
    {
        var room = phone / RoomSize;
        var people = _seats.Skip(room * RoomSize).Take(RoomSize).OfType<Seat>();
        _rooms[room].Use(new MixPlan([.. people]));
        while (_rooms[room].Talk.TryRead(out _))
        {
            // a reader that reads
        }
    }

    private static short[] Tones(int samples) => [.. Enumerable.Range(0, samples).Select(i => (short)(6000 * Math.Sin(2 * Math.PI * 440 * i / 8000)))];
}
