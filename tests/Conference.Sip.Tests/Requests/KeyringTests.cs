using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Conference.Sip.Digests;
using Conference.Sip.Messages;
using Conference.Sip.Requests;

namespace Conference.Sip.Tests.Requests;

/// <summary>Challenges answered as the one who asks (RFC 7616, RFC 8760).</summary>
public partial class KeyringTests
{
    private readonly Keyring _keys = new("Mufasa", "Circle of Life", null);
    private readonly Challenged _so = new();

    [Theory]
    [InlineData("MD5")]
    [InlineData("SHA-256")]
    public void The_answer_is_the_digest_of_RFC_7616(string algorithm)
    {
        var header = Answer($"Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm={algorithm}, nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe\"")!.Value;

        Assert.Equal(HeaderId.Authorization, header.Id);
        var parts = Parts(header.Value);
        Assert.Equal(("Mufasa", "FQhe", "auth", "00000001", algorithm), (parts["username"], parts["opaque"], parts["qop"], parts["nc"], parts["algorithm"]));
        string Hash(string text) => Convert.ToHexStringLower(algorithm == "MD5" ? MD5.HashData(Encoding.ASCII.GetBytes(text)) : SHA256.HashData(Encoding.ASCII.GetBytes(text)));
        var expected = Hash($"{Hash("Mufasa:http-auth@example.org:Circle of Life")}:{parts["nonce"]}:00000001:{parts["cnonce"]}:auth:{Hash("INVITE:sip:bob@example.org")}");
        Assert.Equal(expected, parts["response"]);
    }

    [Fact]
    public void SHA_512_256_is_that_of_FIPS_180() => Assert.Equal(
        ("53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23", "c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a"),
        (Convert.ToHexStringLower(Sha512Of256.HashData("abc"u8)), Convert.ToHexStringLower(Sha512Of256.HashData([]))));

    [Fact]
    public void A_message_of_two_blocks_is_hashed_as_well() => Assert.Equal(
        "3928e184fb8690f840da3988121d31be65cb9d3ef83ee6146feac861e19b563a",
        Convert.ToHexStringLower(Sha512Of256.HashData(
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"u8)));

    [Fact]
    public void The_first_challenge_we_know_is_taken_and_the_older_form_without_qop_understood()
    {
        var header = Answer("Digest realm=\"a\", nonce=\"1\", algorithm=AKAv1-MD5", "Digest realm=\"b\", nonce=\"2\", qop=\"auth-int\"", "Digest realm=\"c\",nonce=\"3\"")!.Value;

        var parts = Parts(header.Value);
        Assert.Equal("c", parts["realm"]);
        Assert.False(parts.ContainsKey("qop") || parts.ContainsKey("nc") || parts.ContainsKey("algorithm"));
        Assert.False(_keys.IsReady); // without a count nothing may be signed before it is asked
    }

    [Fact]
    public void A_folded_challenge_is_read_case_52()
    {
        var header = Answer("Digest realm=\"ims\",\r\n nonce=\"n\",\r\n\talgorithm=MD5, qop=\"auth\"")!.Value;

        Assert.DoesNotContain('\n', header.Value);
        Assert.Equal("ims", Parts(header.Value)["realm"]);
    }

    [Fact]
    public void The_same_question_again_means_our_answer_was_wrong()
    {
        Assert.NotNull(Answer(Plain("n1")));
        Assert.Null(Answer(Plain("n1")));
    }

    [Fact]
    public void Two_answers_at_most_and_stale_nonces_do_not_count_for_ever()
    {
        Assert.NotNull(Answer(Plain("n1")));
        Assert.NotNull(Answer(Plain("n2")));
        Assert.Null(Answer(Plain("n3")));

        var other = new Challenged();
        for (var i = 0; i < 5; i++) Assert.NotNull(_keys.Answer(Refusal(Plain($"s{i}") + ", stale=true"), Request(), other));
        Assert.Null(_keys.Answer(Refusal(Plain("s9") + ", stale=true"), Request(), other));
    }

    [Fact]
    public void What_follows_is_signed_at_once_with_the_next_count()
    {
        Answer(Plain("n1"));

        Assert.Equal("00000002", Parts(_keys.Sign("BYE", "sip:x@y")!.Value.Value)["nc"]);
        Assert.Equal("00000003", Parts(_keys.Sign("BYE", "sip:x@y")!.Value.Value)["nc"]);
        Answer(Plain("n2"));
        Assert.Equal("00000002", Parts(_keys.Sign("BYE", "sip:x@y")!.Value.Value)["nc"]);
    }

    [Fact]
    public void Another_realm_gets_nothing()
    {
        var keys = new Keyring("u", "s", "provider.example");

        Assert.Null(keys.Answer(Refusal(Plain("n1")), Request(), new Challenged()));
        Assert.NotNull(keys.Answer(Refusal("Digest realm=\"provider.example\", nonce=\"n\", qop=\"auth\""), Request(), new Challenged()));
    }

    [Theory]
    [InlineData("Basic realm=\"x\"")]
    [InlineData("Digest")]
    [InlineData("Digest realm=\"x\"")]
    [InlineData("Digest nonce=\"x\"")]
    [InlineData("Digest realm=\"x\", nonce=\"\"")]
    [InlineData("Digest realm=\"x\", nonce=\"n\", qop=\"auth-int\"")]
    [InlineData("")]
    [InlineData("Digest ,,,==,\"")]
    public void What_is_no_challenge_gets_no_answer(string header) => Assert.Null(Answer(header));

    [Fact]
    public void Garbage_never_throws()
    {
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var text = "Digest realm=\"r\", nonce=\"n\", qop=\"auth\", opaque=\"o\""u8.ToArray();
            for (var change = 0; change < 4; change++) text[random.Next(text.Length)] = (byte)random.Next(256);
            Challenge.Read(text, isProxy: false);
        }
    }

    private static string Plain(string nonce) => $"Digest realm=\"r\", nonce=\"{nonce}\", algorithm=MD5, qop=\"auth\"";

    private (HeaderId Id, string Value)? Answer(params string[] challenges) => _keys.Answer(Refusal(challenges), Request(), _so);

    private static SipMessage Refusal(params string[] challenges) => Read(
        "SIP/2.0 401 Unauthorized\r\n" + string.Concat(challenges.Select(c => $"WWW-Authenticate: {c}\r\n")));

    private static SipMessage Request() => Read("INVITE sip:bob@example.org SIP/2.0\r\n");

    private static SipMessage Read(string head) => SipMessage.Read(
        Encoding.Latin1.GetBytes(head + "Via: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:b@c>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"), false)!;

    private static Dictionary<string, string> Parts(string header) =>
        Part().Matches(header["Digest ".Length..]).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value.Trim('"'));

    [GeneratedRegex("(\\w+)=(\"[^\"]*\"|[^,]+)")]
    private static partial Regex Part();
}
