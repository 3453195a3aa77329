using System.Buffers.Binary;
using Conference.Media.Rtp;

namespace Conference.Media.Tests.Rtp;

public sealed class DigitReaderTests
{
    private readonly DigitReader _reader = new();
    private readonly byte[] _datagram = new byte[16];

    [Fact]
    public void A_press_of_many_updates_and_three_ends_counts_once() =>
        Assert.Equal("5", Keys((5, 800, 160), (5, 800, 320), (5, 800, 480), (5, 800, 640), (5, 800, 640), (5, 800, 640)));

    [Fact]
    public void A_lost_beginning_or_end_changes_nothing() =>
        Assert.Equal("12", Keys((1, 800, 640), (2, 2400, 160)));

    [Fact]
    public void The_same_key_twice_is_two_presses() => Assert.Equal("77", Keys((7, 800, 640), (7, 2400, 640)));

    [Fact]
    public void All_sixteen_keys_have_names() =>
        Assert.Equal("0123456789*#ABCD", Keys([.. Enumerable.Range(0, 16).Select(k => (k, 1000 * k, 640))]));

    [Fact]
    public void Events_that_are_no_keys_are_passed_over() => Assert.Equal("", Keys((16, 0, 160), (255, 800, 160)));

    [Fact]
    public void An_overtaken_press_is_not_pressed_again() =>
        Assert.Equal("12", Keys((1, 800, 160), (2, 2400, 160), (1, 800, 640), (2, 2400, 640)));

    [Fact]
    public void A_key_leaned_upon_is_one_press_in_segments() =>
        Assert.Equal("9", Keys((9, 800, 0xFFFF), (9, 800 + 0xFFFF, 160), (9, 800 + 0xFFFF, 640)));

    [Fact]
    public void A_clock_that_was_reset_does_not_swallow_keys() => Assert.Equal("12", Keys((1, 1_000_000, 640), (2, 100, 640)));

    [Fact]
    public void Three_bytes_are_no_event()
    {
        RtpPacket.WriteHeader(_datagram, 101, false, 0, 0, 1);
        RtpPacket.Parse(_datagram.AsSpan(0, 15), out var packet);

        Assert.False(_reader.Read(packet, out var key));
        Assert.Equal('\0', key);
    }

    private string Keys(params (int Event, int Timestamp, int Duration)[] packets)
    {
        var keys = "";
        foreach (var (code, timestamp, duration) in packets)
        {
            RtpPacket.WriteHeader(_datagram, 101, false, 0, (uint)timestamp, 1);
            _datagram[12] = (byte)code;
            BinaryPrimitives.WriteUInt16BigEndian(_datagram.AsSpan(14), (ushort)duration);
            RtpPacket.Parse(_datagram, out var packet);
            Assert.True(_reader.Read(packet, out var key));
            if (key != '\0') keys += key;
        }

        return keys;
    }
}
