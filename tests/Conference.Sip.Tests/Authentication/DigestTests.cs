using System.Net;
using System.Text;
using Conference.Sip.Authentication;
using Conference.Sip.Digests;

namespace Conference.Sip.Tests.Authentication;

public class DigestTests
{
    [Theory] // RFC 7616 §3.9.1
    [InlineData(DigestAlgorithm.Md5, "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData(DigestAlgorithm.Sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    public void The_examples_of_the_RFC_come_out_as_printed(DigestAlgorithm algorithm, string expected)
    {
        var ha1 = Digest.Ha1(algorithm, "Mufasa", "http-auth@example.org", "Circle of Life");

        var response = Digest.Response(
            algorithm,
            ha1,
            "GET",
            "/dir/index.html"u8,
            "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"u8,
            "00000001"u8,
            "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"u8);

        Assert.Equal(expected, response);
    }

    [Fact]
    public void Credentials_are_read_quoted_or_not_and_in_any_case()
    {
        var header = "digest USERNAME=\"bob\",realm=\"a, b\",nonce=n, uri=\"sip:x\" ,response=\"r\", qop=\"auth\", nc=00000001,cnonce=c,algorithm=md5"u8;

        Assert.True(DigestCredentials.TryParse(header, out var read));
        Assert.Equal("bob|a, b|n|sip:x|r|auth|00000001|c|md5", string.Join('|',
            Text(read.Username), Text(read.Realm), Text(read.Nonce), Text(read.Uri), Text(read.Response), Text(read.Qop), Text(read.Nc), Text(read.Cnonce), Text(read.Algorithm)));
    }

    [Theory]
    [InlineData("Digest")]
    [InlineData("Digest username=\"a\"")]
    [InlineData("Digest username=\"a\", username=\"b\", nonce=n, uri=u, response=r")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Digest username, nonce=n, uri=u, response=r")]
    public void Incomplete_contradicting_or_foreign_credentials_are_none(string header) =>
        Assert.False(DigestCredentials.TryParse(Encoding.ASCII.GetBytes(header), out _));

    [Fact]
    public void A_nonce_is_good_for_its_asker_for_five_minutes_and_for_nobody_else()
    {
        var mint = new NonceMint("house");
        var alice = IPAddress.Parse("192.0.2.7");
        var nonce = Encoding.ASCII.GetBytes(mint.Make(1_000, alice));

        Assert.True(mint.IsGood(nonce, 301_000, alice, out _));
        Assert.False(mint.IsGood(nonce, 301_001, alice, out _));
        Assert.False(mint.IsGood(nonce, 999, alice, out _));
        Assert.False(mint.IsGood(nonce, 2_000, IPAddress.Parse("192.0.2.8"), out _));
        Assert.False(new NonceMint("house").IsGood(nonce, 2_000, alice, out _));
        nonce[20] ^= 1;
        Assert.False(mint.IsGood(nonce, 2_000, alice, out _));
    }

    [Fact]
    public void What_a_stranger_makes_up_is_no_nonce_and_no_fault()
    {
        var mint = new NonceMint("house");
        foreach (var letter in Enumerable.Range(0, 256))
            for (var place = 0; place < 43; place += 21)
            {
                var nonce = Encoding.ASCII.GetBytes(mint.Make(1_000, IPAddress.Loopback));
                nonce[place] = nonce[place] == letter ? (byte)'*' : (byte)letter;
                mint.IsGood(nonce, 2_000, IPAddress.Loopback, out _);
            }

        Assert.False(mint.IsGood([.. Enumerable.Repeat((byte)'*', 43)], 2_000, IPAddress.Loopback, out _));
    }

    [Fact]
    public void A_nonce_survives_one_change_of_the_key()
    {
        const long day = 86_400_000;
        var mint = new NonceMint("house");
        var nonce = Encoding.ASCII.GetBytes(mint.Make(day - 1, IPAddress.Loopback));

        Assert.True(mint.IsGood(nonce, day + 1, IPAddress.Loopback, out _));
    }

    [Fact]
    public void Every_count_is_used_once_and_may_come_late_by_less_than_32()
    {
        var counts = new NonceCounts();
        var nonce = "n"u8.ToArray();

        Assert.False(counts.Use(nonce, 0, 0, now: 0));
        Assert.True(counts.Use(nonce, 0, 1, now: 0));
        Assert.False(counts.Use(nonce, 0, 1, now: 0));
        Assert.True(counts.Use(nonce, 0, 40, now: 0));
        Assert.True(counts.Use(nonce, 0, 39, now: 0));
        Assert.False(counts.Use(nonce, 0, 39, now: 0));
        Assert.False(counts.Use(nonce, 0, 8, now: 0));
        Assert.True(counts.Use(nonce, 0, 9, now: 0));
        Assert.True(counts.Use("other"u8, 0, 1, now: 0));
    }

    [Fact]
    public void A_nonce_that_was_forgotten_is_stale_and_never_begins_again()
    {
        var counts = new NonceCounts();
        for (var i = 0; i < 17_000; i++) Assert.True(counts.Use(Nonce(i), i, 1, now: 17_000));

        Assert.False(counts.Use(Nonce(0), 0, 2, now: 17_000)); // a count it never saw, but who could tell?
        Assert.False(counts.Use("unused, but as old"u8, 600, 1, now: 17_000));
        Assert.True(counts.Use(Nonce(16_999), 16_999, 2, now: 17_000));
        Assert.True(counts.Use("younger"u8, 17_000, 1, now: 17_000));
    }

    [Fact]
    public void Nonces_past_their_time_make_room_without_harm_to_others()
    {
        var counts = new NonceCounts();
        for (var i = 0; i < 16_384; i++) counts.Use(Nonce(i), i, 1, now: i);

        Assert.True(counts.Use("n"u8, 330_000, 1, now: 330_000));
        Assert.True(counts.Use("an older one, first used late"u8, 100_000, 1, now: 330_001));
    }

    private static byte[] Nonce(int number) => Encoding.ASCII.GetBytes($"nonce {number}");

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.ASCII.GetString(bytes);
}
