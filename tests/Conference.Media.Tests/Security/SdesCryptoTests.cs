using Conference.Media.Security;

namespace Conference.Media.Tests.Security;

public sealed class SdesCryptoTests
{
    private const string Key = "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"; // RFC 4568 §4.1

    [Fact]
    public void The_line_of_the_RFC_is_read_and_written_again()
    {
        var crypto = SdesCrypto.Parse($"1 AES_CM_128_HMAC_SHA1_80 {Key}|2^20|1:4");

        Assert.Equal((1, SrtpProfile.Aes128Sha1Tag80), (crypto!.Tag, crypto.Key.Suite.Profile));
        Assert.Equal([0, 0, 0, 1], crypto.Key.Identifier.ToArray());
        Assert.Equal($"1 AES_CM_128_HMAC_SHA1_80 {Key}", crypto.Write());
    }

    [Theory]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 " + Key + "|2^31")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_32 " + Key)]
    [InlineData("7 aes_cm_128_hmac_sha1_80 " + Key + "|1:1 WSH=128 -X=1")]
    public void What_changes_nothing_is_taken(string line) => Assert.NotNull(SdesCrypto.Parse(line));

    [Theory]
    [InlineData("")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80")]
    [InlineData("x AES_CM_128_HMAC_SHA1_80 " + Key)]
    [InlineData("1 F8_128_HMAC_SHA1_80 " + Key)]
    [InlineData("1 AES_256_CM_HMAC_SHA1_80 " + Key)] // too short for it
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVub")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 " + Key + ";" + Key)]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 " + Key + "|2^20|256:1")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 " + Key + "|2^20|1:999")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 " + Key + " UNENCRYPTED_SRTP")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 " + Key + " UNAUTHENTICATED_SRTP")]
    [InlineData("1 AES_CM_128_HMAC_SHA1_80 " + Key + " KDR=1")]
    public void What_we_could_not_keep_is_no_line(string line) => Assert.Null(SdesCrypto.Parse(line));

    [Fact]
    public void A_key_never_prints_itself()
    {
        var crypto = new SdesCrypto(1, SrtpKey.Random(SrtpProfile.Aes128Sha1Tag80));

        var secret = crypto.Write().Split("inline:")[1];
        Assert.DoesNotContain(secret, crypto.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, new MediaKeys.Sdes(crypto, crypto).ToString(), StringComparison.Ordinal);
        var ice = IceCredentials.Random();
        Assert.DoesNotContain(ice.Password, new IcePair(ice, ice).ToString(), StringComparison.Ordinal);
    }
}
