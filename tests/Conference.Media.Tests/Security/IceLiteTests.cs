using System.Net;
using System.Text;
using Conference.Media.Rtp;
using Conference.Media.Security;
using Conference.Media.Tests.Testing;

namespace Conference.Media.Tests.Security;

public sealed class IceLiteTests
{
    private const long Second = 1_000_000_000;

    private static readonly Peer s_home = Peer.From(IPAddress.Parse("192.0.2.1"), 32853);
    private static readonly Peer s_mobile = Peer.From(IPAddress.Parse("2001:db8::7"), 4000);

    private readonly IcePair _pair = new(IceCredentials.Random(), IceCredentials.Random());
    private readonly IceLite _ice;
    private readonly byte[] _answer = new byte[IceLite.AnswerBytes];

    public IceLiteTests() => _ice = new IceLite(_pair, 0);

    [Fact]
    public void The_request_of_RFC_5769_is_authentic_and_told_its_role()
    {
        var request = Convert.FromHexString(
            "000100582112A442B7E7A701BC34D686FA87DFAE802200105354554E207465737420636C69656E74002400046E0001FF80290008932FF9B151263B36"
            + "000600096576746A3A68367659"
            + "202020000800149AEAA70CBFD8CB56781EF2B5B2D3F249C1B571A280280004E57A3BCF");
        var ice = new IceLite(new IcePair(new IceCredentials("evtj", "VOkJxbRl1RmTxUk/WvJxBt"), new IceCredentials("h6vY", "")), 0);

        var length = ice.Take(request, s_home, 0, _answer);

        Assert.Equal((0x0111, 487), (_answer[0] << 8 | _answer[1], Code(_answer, length)));
        Assert.False(ice.Knows(s_home));
    }

    [Fact]
    public void A_check_is_answered_with_where_it_came_from()
    {
        var length = Take(StunCheck.Of(_pair.Ours, _pair.Theirs), s_home);

        Assert.Equal("0101002C2112A4420102030405060708090A0B0C002000080001A147E112A643", Convert.ToHexString(_answer.AsSpan(0, 32)));
        Assert.Equal(StunError.None, StunMessage.Parse(_answer.AsSpan(0, length), out var message));
        Assert.True(message.HasFingerprint && message.IsAuthentic(new HmacSha1(Encoding.ASCII.GetBytes(_pair.Ours.Password))));
    }

    [Fact]
    public void An_answer_is_never_much_longer_than_the_check()
    {
        var check = StunCheck.Of(_pair.Ours, _pair.Theirs);
        Assert.InRange(Take(check, s_mobile), 1, check.Length * 3 / 2);
        Assert.InRange(Take(check, s_mobile), 1, IceLite.AnswerBytes);
    }

    [Fact]
    public void The_pair_nominated_last_is_where_we_send()
    {
        Assert.True(_ice.Selected.IsNone);
        Take(StunCheck.Of(_pair.Ours, _pair.Theirs), s_home);
        Assert.Equal(s_home, _ice.Selected); // better than waiting
        Take(StunCheck.Of(_pair.Ours, _pair.Theirs), s_mobile);
        Assert.Equal(s_home, _ice.Selected);
        Take(StunCheck.Of(_pair.Ours, _pair.Theirs, uses: true), s_mobile);
        Assert.Equal(s_mobile, _ice.Selected);
        Assert.True(_ice.Knows(s_home) && _ice.Knows(s_mobile));
    }

    [Fact]
    public void What_proves_nothing_is_not_answered()
    {
        var (ours, theirs) = (_pair.Ours, _pair.Theirs);
        byte[][] silent =
        [
            StunCheck.Begin(ours, theirs).Seal("another password, wrong"),
            StunCheck.Begin(ours, theirs).Finish(),
            StunCheck.Of(theirs, ours),
            StunCheck.Of(ours, IceCredentials.Random()),
            StunCheck.Begin(ours, theirs).OfType(0x0011).Seal(ours.Password), // an indication
            StunCheck.Begin(ours, theirs).OfType(0x0101).Seal(ours.Password), // an answer to nothing
            StunCheck.Begin(ours, theirs).OfType(0x0003).Seal(ours.Password), // another method
            StunCheck.Of(ours, theirs)[..^8], // no fingerprint, and a length that lies
            new StunCheck().Seal(ours.Password),
            new StunCheck().Finish(),
        ];
        foreach (var datagram in silent)
            Assert.Equal(0, Take(datagram, s_home));
        Assert.False(_ice.Knows(s_home));
    }

    [Fact]
    public void One_changed_bit_anywhere_means_silence()
    {
        var check = StunCheck.Of(_pair.Ours, _pair.Theirs);
        for (var bit = 0; bit < 8 * check.Length; bit++)
        {
            var changed = check.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(0, Take(changed, s_home));
        }
    }

    [Fact]
    public void Attributes_that_must_be_understood_are_named_and_others_passed_over()
    {
        var length = Take(StunCheck.Begin(_pair.Ours, _pair.Theirs).Add(0x7FFF, [1]).Seal(_pair.Ours.Password), s_home);
        Assert.Equal(420, Code(_answer, length));
        Assert.Contains("000A00027FFF", Convert.ToHexString(_answer.AsSpan(0, length)), StringComparison.Ordinal);

        length = Take(StunCheck.Begin(_pair.Ours, _pair.Theirs).Add(0xC057, [1, 2, 3, 4]).Seal(_pair.Ours.Password), s_home);
        Assert.Equal(0, Code(_answer, length));
    }

    [Fact]
    public void Twenty_checks_a_second_are_enough_for_anybody()
    {
        var check = StunCheck.Of(_pair.Ours, _pair.Theirs);
        Assert.Equal(20, Enumerable.Range(0, 100).Count(_ => Take(check, s_home) > 0));
        Assert.True(Take(check, s_home, Second) > 0);
    }

    [Fact]
    public void Consent_that_is_not_renewed_ends()
    {
        Assert.Equal(IceState.Waiting, _ice.StateAt(29 * Second));
        Assert.Equal(IceState.Gone, _ice.StateAt(31 * Second));
        Take(StunCheck.Of(_pair.Ours, _pair.Theirs), s_home, 20 * Second);
        Assert.Equal(IceState.Connected, _ice.StateAt(35 * Second));
        Assert.Equal(IceState.Disconnected, _ice.StateAt(36 * Second));
        Assert.Equal(IceState.Gone, _ice.StateAt(51 * Second));
    }

    [Fact]
    public void The_leg_of_a_check_is_found_by_its_name()
    {
        Assert.Equal(StunError.None, StunMessage.Parse(StunCheck.Of(_pair.Ours, _pair.Theirs), out var message));
        Assert.Equal(_pair.Ours.Fragment, Encoding.ASCII.GetString(message.LocalFragment));
    }

    [Fact]
    public void No_datagram_of_the_corpora_is_answered()
    {
        foreach (var (name, bytes) in Corpus.Files("stun-original", "stun-webrtc", "dtls-original", "rtp-original"))
            Assert.True(Take(bytes, s_home) == 0, name);
    }

    [Fact]
    public void Checks_cost_no_garbage()
    {
        var check = StunCheck.Of(_pair.Ours, _pair.Theirs);
        Take(check, s_home);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1; i < 10_000; i++)
            Take(check, s_home, i * Second);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Garbage.None);
    }

    private int Take(byte[] datagram, Peer from, long now = 0) => _ice.Take(datagram, from, now, _answer);

    /// <summary>The error of an answer; 0 for success.</summary>
    private static int Code(byte[] answer, int length)
    {
        Assert.InRange(length, 20, answer.Length);
        return answer[0] == 1 && answer[1] == 1 ? 0 : 100 * answer[26] + answer[27];
    }
}
