using System.Security.Cryptography;
using Conference.Media.Security;

namespace Conference.Media.Tests.Security;

/// <summary>The test vectors of the RFCs, for every implementation this machine has.</summary>
public sealed class SrtpVectorTests
{
    private const string Master = "E1F97A0D3E018BE0D64FA32C06DE4139" + "0EC675AD498AFEEBB6960B3AABE6";

    [Theory]
    [InlineData("2B7E151628AED2A6ABF7158809CF4F3C", "E03EAD0935C95E80E166B16DD92B4EB4D23513162B02D0F72A43A2FE4A5F97AB41E95B3BB0A2E8DD477901E4FCA894C0")] // RFC 3711 B.2
    [InlineData("57F82FE3613FD170A85EC93C40B1F0922EC4CB0DC025B58272147CC438944A98", "92BDD28A93C3F52511C677D08B5515A49DA71B2378A854F67050756DED165BAC63C4868B7096D88421B563B8C94C9A31")] // RFC 6188 §7.1
    public void The_key_stream_is_the_one_of_the_RFC(string key, string stream)
    {
        foreach (var cipher in Ciphers(Convert.FromHexString(key)))
        {
            using (cipher)
            {
                var data = new byte[48];
                cipher.Apply(Convert.FromHexString("F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000"), data);
                Assert.Equal(stream, Convert.ToHexString(data));
            }
        }
    }

    [Fact]
    public void Both_ciphers_give_the_same_stream_at_every_length()
    {
        var random = new Random(3711);
        foreach (var bytes in new[] { 16, 32 })
        {
            var (key, start) = (Bytes(random, bytes), Bytes(random, 16));
            start[14] = 0; // no overflow of the count
            using var portable = new AesCounterPortable(key);
            using var open = AesCounter.Open(key);
            for (var length = 0; length < 4000; length += 1 + length / 10)
            {
                var (one, other) = (new byte[length], new byte[length]);
                portable.Apply(start, one);
                open.Apply(start, other);
                Assert.Equal(one, other);
            }
        }
    }

    [Fact]
    public void Session_keys_are_derived_as_in_RFC_3711_B_3()
    {
        var key = new SrtpKey(SrtpProfile.Aes128Sha1Tag80, Convert.FromHexString(Master));

        Assert.Equal("C61E7A93744F39EE10734AFE3FF7A087", Derive(key, KeyLabel.Encryption, 16));
        Assert.Equal("30CBBC08863D8C85D49DB34A9AE1", Derive(key, KeyLabel.Salt, 14));
        Assert.Equal("CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4", Derive(key, KeyLabel.Authentication, 20));
    }

    [Fact]
    public void The_digest_is_the_frameworks_at_every_length_both_ways()
    {
        var random = new Random(2104);
        Span<byte> digest = stackalloc byte[20];
        foreach (var keyBytes in new[] { 1, 20, 64, 90 })
        {
            var key = Bytes(random, keyBytes);
            var (native, portable) = (new HmacSha1(key), new HmacSha1(key, native: false));
            for (var length = 0; length < 300; length++)
            {
                var message = Bytes(random, length);
                var expected = HMACSHA1.HashData(key, message);
                native.Compute(message, digest);
                Assert.Equal(expected, digest.ToArray());
                portable.Compute(message, digest);
                Assert.Equal(expected, digest.ToArray());
            }
        }
    }

    [Fact]
    public void A_packet_of_counter_mode_is_protected_to_the_letter()
    {
        Assert.Equal(
            "800F1234DECAFBADCAFEBABE4E55DC4CE79978D88CA4D215949D2402B78D6ACC99EA179B8DBB",
            Protect(SrtpProfile.Aes128Sha1Tag80, Master, "800F1234DECAFBADCAFEBABEABABABABABABABABABABABABABABABAB"));
        Assert.Equal(
            "800F1234DECAFBADCAFEBABEF1D9DE17FF251FF1AA007774B0B4B40DA08D9D9A5B3A55D8873B",
            Protect(
                SrtpProfile.Aes256Sha1Tag80,
                "F0F04914B513F2763A1B1FA130F10E2998F6F6E43E4309D1E622A0E332B9F1B63B04803DE51EE7C96423AB5B78D2",
                "800F1234DECAFBADCAFEBABEABABABABABABABABABABABABABABABAB"));
    }

    [Fact]
    public void The_second_report_of_counter_mode_is_protected_to_the_letter()
    {
        using var sender = new SrtpSender(new SrtpKey(SrtpProfile.Aes128Sha1Tag80, Convert.FromHexString(Master)));
        var report = Convert.FromHexString("81C8000BCAFEBABEABABABABABABABABABABABABABABABAB");
        for (var i = 0; i < 2; i++)
        {
            var buffer = new byte[report.Length + SrtpSuite.MostGrowth];
            report.CopyTo(buffer, 0);
            var length = report.Length;
            Assert.Equal(SrtpError.None, sender.ProtectControl(buffer, ref length));
            if (i == 1) Assert.Equal("81C8000BCAFEBABE7128035BE487B9BDBEF89041F977A5A880000001993E08CD54D6C1230798", Convert.ToHexString(buffer.AsSpan(0, length)));
        }
    }

    [Theory] // RFC 7714 §16
    [InlineData(16, "F24DE3A3FB34DE6CACBA861C9D7E4BCABE633BD50D294E6F42A5F47A51C7D19B36DE3ADF8833899D7F27BEB16A9152CF765EE4390CCE")]
    [InlineData(32, "32B1DE78A822FE12EF9F78FA332E33AAB18012389A58E2F3B50B2A0276FFAE0F1BA63799B87B7AA3DB36DFFFD6B0F9BB7878D7A76C13")]
    public void A_packet_of_Galois_mode_is_protected_to_the_letter(int keyBytes, string expected)
    {
        if (!Galois.IsSupported) return; // then it is not offered either
        const string header = "8040F17B8041F8D35501A0B2";
        var packet = Convert.FromHexString(header + "47616C6C696120657374206F6D6E69732064697669736120696E207061727465732074726573");
        using var cipher = new GaloisCipher(Enumerable.Range(0, keyBytes).Select(i => (byte)i).ToArray(), Convert.FromHexString("517569642070726F2071756F"), isControl: false);
        var buffer = new byte[packet.Length + 16];
        packet.CopyTo(buffer, 0);

        cipher.Seal(buffer, 12, 0, packet.Length, 0x5501A0B2, 0xF17B);

        Assert.Equal(header + expected, Convert.ToHexString(buffer));
        Assert.True(cipher.TryOpen(buffer, 12, 0, packet.Length, 0x5501A0B2, 0xF17B));
        Assert.Equal(packet, buffer[..packet.Length]);
    }

    [Fact]
    public void A_report_of_Galois_mode_is_protected_to_the_letter() // RFC 7714 §17.1
    {
        if (!Galois.IsSupported) return;
        var packet = Convert.FromHexString("81C8000D4D6172734E5450314E545032525450200000042A0000E9304C756E61DEADBEEFDEADBEEFDEADBEEFDEADBEEFDEADBEEF" + "800005D4");
        using var cipher = new GaloisCipher(Enumerable.Range(0, 16).Select(i => (byte)i).ToArray(), Convert.FromHexString("517569642070726F2071756F"), isControl: true);
        var buffer = new byte[packet.Length + 16];
        packet.CopyTo(buffer, 0);

        cipher.Seal(buffer, 8, 4, packet.Length, 0x4D617273, 0x5D4);

        Assert.Equal(
            "81C8000D4D61727363E94885DCDAB67CA727D7662F6B7E997FF5C0F76C06F32DC676A5F1730D6FDA4CE09B4686303DED0BB9275BC84AA45896CF4D2FC5ABF87245D9EADE800005D4",
            Convert.ToHexString(buffer));
    }

    [Fact]
    public void Galois_mode_agrees_with_the_frameworks_at_every_length()
    {
        if (!Galois.IsSupported) return;
        var random = new Random(7714);
        foreach (var keyBytes in new[] { 16, 32 })
        {
            var (key, salt) = (Bytes(random, keyBytes), Bytes(random, 12));
            using var ours = new GaloisCipher(key, salt, isControl: false);
            using var theirs = new AesGcm(key, 16);
            for (var length = 12; length < 400; length++)
            {
                var packet = Bytes(random, length);
                var buffer = new byte[length + 16];
                packet.CopyTo(buffer, 0);
                ours.Seal(buffer, 12, 0, length, 0, 0);
                var (data, tag) = (new byte[length - 12], new byte[16]);
                theirs.Encrypt(salt, packet.AsSpan(12), data, tag, packet.AsSpan(0, 12));
                Assert.Equal([.. packet[..12], .. data, .. tag], buffer);
            }
        }
    }

    private static string Protect(SrtpProfile profile, string master, string packet)
    {
        var key = new SrtpKey(profile, Convert.FromHexString(master));
        using var sender = new SrtpSender(key);
        var plain = Convert.FromHexString(packet);
        var buffer = new byte[plain.Length + SrtpSuite.MostGrowth];
        plain.CopyTo(buffer, 0);
        var length = plain.Length;
        Assert.Equal(SrtpError.None, sender.Protect(buffer, ref length));
        return Convert.ToHexString(buffer.AsSpan(0, length));
    }

    private static string Derive(SrtpKey key, KeyLabel label, int bytes)
    {
        var derived = new byte[bytes];
        KeyDerivation.Derive(key, label, isControl: false, derived);
        return Convert.ToHexString(derived);
    }

    private static IEnumerable<AesCounter> Ciphers(byte[] key)
    {
        yield return new AesCounterPortable(key);
        if (AesCounterNative.IsSupported) yield return new AesCounterNative(key);
    }

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
