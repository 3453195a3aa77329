using System.Text;
using Conference.Sip.Transport;

namespace Conference.Sip.Tests.Transport;

public class StreamFramerTests
{
    private const string One = "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Length: 4\r\n\r\nbody";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void Messages_come_out_whole_however_the_stream_is_cut(int chunk)
    {
        var framed = Feed(One + "\r\n" + One + "\r\n\r\n" + One, chunk);

        Assert.Equal([Framed.Message, Framed.Message, Framed.KeepAlive, Framed.Message], framed);
    }

    [Fact]
    public void Half_a_message_waits_for_the_rest()
    {
        Assert.Empty(Feed(One[..^1], 10));
        Assert.Empty(Feed("\r\n\r", 1));
    }

    [Theory]
    [InlineData("Content-Length: 4\r\n", "")]
    [InlineData("Content-Length: 4", "Content-Length: 4000000000")]
    [InlineData("Content-Length: 4", "Content-Length: -1")]
    [InlineData("Content-Length: 4", "Content-Length: 1e2")]
    [InlineData("Content-Length: 4", "Content-Length: 4\r\nl: 5")]
    [InlineData("Content-Length: 4", "Content-Length: 65000")]
    [InlineData("Call-ID: 1\r\n", "Call-ID: 1\n")]
    public void A_stream_that_cannot_be_followed_is_given_up(string what, string by) =>
        Assert.Equal(Framed.Broken, Feed(One.Replace(what, by, StringComparison.Ordinal) + One, 50)[0]);

    [Fact]
    public void A_wrong_message_in_a_sound_frame_does_not_end_the_stream() =>
        Assert.Equal([Framed.Message, Framed.Message], Feed(One.Replace("1 OPTIONS", "1 INVITE", StringComparison.Ordinal) + One, 50));

    [Fact]
    public void Headers_without_an_end_are_given_up_at_64_KiB() =>
        Assert.Equal([Framed.Broken], Feed("OPTIONS sip:a@b SIP/2.0\r\n" + string.Concat(Enumerable.Repeat("X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n", 2_000)), 1_000));

    [Fact]
    public void Junk_is_given_up()
    {
        Assert.Equal([Framed.Broken], Feed("\n\n\n\n", 4));
        Assert.Equal([Framed.Broken], Feed("GET / HTTP/1.1\r\nHost: x\r\n\r\n", 4));
    }

    private static List<Framed> Feed(string stream, int chunk)
    {
        var framer = new StreamFramer();
        var seen = new List<Framed>();
        foreach (var piece in Encoding.ASCII.GetBytes(stream).Chunk(chunk))
        {
            var rest = piece.AsMemory();
            while (!rest.IsEmpty)
            {
                var room = framer.Room();
                var length = Math.Min(room.Length, rest.Length);
                rest[..length].CopyTo(room);
                framer.Advance(length);
                rest = rest[length..];
                for (var framed = framer.Next(out _); framed != Framed.NeedMore; framed = framer.Next(out _))
                {
                    seen.Add(framed);
                    if (framed == Framed.Broken) return seen;
                }
            }
        }

        return seen;
    }
}
