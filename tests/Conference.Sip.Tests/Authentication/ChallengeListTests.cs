using System.Collections.Immutable;
using Conference.Sip.Digests;
using Conference.Sip.Messages;
using Conference.Sip.Tests.House;

namespace Conference.Sip.Tests.Authentication;

/// <summary>What an account is asked for, and what is taken from it (RFC 8760).</summary>
public class ChallengeListTests
{
    private readonly Stage _stage = new();

    [Fact]
    public void An_account_is_asked_for_the_algorithms_of_its_list_in_its_order()
    {
        Allow("2001a", DigestAlgorithm.Sha512Of256, DigestAlgorithm.Sha256, DigestAlgorithm.Md5);

        Assert.Equal(["SHA-512-256", "SHA-256", "MD5"], Asked(new Phone(_stage)));
        Assert.Equal(["MD5", "SHA-256"], Asked(new Phone(_stage, "2001b")));
    }

    [Fact]
    public void A_phone_signs_in_with_SHA_512_256()
    {
        Allow("2001a", DigestAlgorithm.Sha512Of256);
        var phone = new Phone(_stage) { Algorithm = DigestAlgorithm.Sha512Of256 };

        Assert.Equal(200, phone.Register()!.Status);
        Assert.Equal(200, new Phone(_stage, "2002a") { Algorithm = DigestAlgorithm.Sha256 }.Register()!.Status);
    }

    [Fact]
    public void A_weaker_algorithm_than_the_list_holds_is_not_taken_and_is_no_guess_either()
    {
        Allow("2001a", DigestAlgorithm.Sha512Of256);
        var phone = new Phone(_stage);

        for (var i = 0; i < 12; i++) Assert.Equal(401, phone.Register()!.Status);

        Assert.Empty(_stage.House.Refused);
        Assert.Equal(["SHA-512-256"], Asked(phone));
    }

    [Fact]
    public void A_browser_is_asked_for_MD5_alone_whatever_the_list_begins_with_case_70()
    {
        Allow("2001a", DigestAlgorithm.Sha256, DigestAlgorithm.Md5);

        Assert.Equal(["MD5"], Asked(new Phone(_stage, transport: "WSS")));
        Assert.Equal(["SHA-256", "MD5"], Asked(new Phone(_stage, overTcp: true)));
    }

    [Fact]
    public void A_browser_of_an_account_without_MD5_is_not_led_around_that()
    {
        Allow("2001a", DigestAlgorithm.Sha256);

        Assert.Equal(["SHA-256"], Asked(new Phone(_stage, transport: "WSS")));
    }

    [Fact]
    public void An_algorithm_whose_hash_was_never_stored_is_not_asked_for()
    {
        Allow("2001a", DigestAlgorithm.Sha512Of256, DigestAlgorithm.Sha256);
        _stage.House.Change("2001a", a => a with { Secrets = [.. a.Secrets.Where(s => s.Algorithm != DigestAlgorithm.Sha512Of256)] });

        Assert.Equal(["SHA-256"], Asked(new Phone(_stage)));
    }

    private void Allow(string account, params ImmutableArray<DigestAlgorithm> list) => _stage.House.Change(account, a => a with { Algorithms = list });

    /// <summary>What a request without credentials is answered, challenge by challenge.</summary>
    private static IEnumerable<string> Asked(Phone phone)
    {
        phone.Wire.Sent.Clear();
        phone.Send(phone.Write("REGISTER", "sip:pbx.test", to: $"sip:{phone.User}@pbx.test"));
        return Challenges(phone.Wire.Last).Select(c => c.Split("algorithm=")[1].Split(',')[0]);
    }

    private static List<string> Challenges(SipMessage answer)
    {
        var all = new List<string>();
        foreach (var value in answer.Fields(HeaderId.WwwAuthenticate)) all.Add(SipText.Latin(value));
        return all;
    }
}
